using System.Numerics.Tensors;

namespace Unroll.Kernels;

/// <summary>The loss functions with a gradient of their own.</summary>
internal enum LossFunction
{
    BinaryCrossentropy,
    BinaryCrossentropyFromLogits,
    CategoricalCrossentropy,
    CategoricalCrossentropyFromLogits,
    SparseCategoricalCrossentropy,
    SparseCategoricalCrossentropyFromLogits,
    SmoothedCrossentropyFromLogits,
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    LogCosh,
    Quantile,
    Gaussian,
    StudentT,
    NegativeBinomial,
    NegativeLogLikelihood,
}

/// <summary>
/// Loss and gradient of one entry: the values along the last axis of a prediction. Regression and binary losses are
/// means over them, categorical ones sums. Arithmetic is in double precision but for the exponentials of softmax.
/// </summary>
internal static class LossKernel
{
    /// <summary>Probabilities are kept this far from 0 and 1, as Keras does.</summary>
    private const double Epsilon = 1e-7;

    /// <summary>The loss of one entry; writes its gradient, times <paramref name="weight"/>.</summary>
    /// <param name="prediction">[width]</param>
    /// <param name="target">[width]; sparse losses: one class number; quantiles and likelihoods: [targets], each with some of the width.</param>
    /// <param name="gradient">[width]</param>
    /// <param name="settings">Huber: where it turns from square to linear; smoothed: the share; quantile loss: the levels; else not read.</param>
    public static double Entry<V>(
        LossFunction loss, ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight,
        ReadOnlySpan<float> settings)
        where V : struct, ILanes<V>
    {
        return loss switch
        {
            LossFunction.CategoricalCrossentropy => Categorical<V>(prediction, target, gradient, weight),
            LossFunction.SparseCategoricalCrossentropy => SparseCategorical<V>(prediction, (int)target[0], gradient, weight),
            LossFunction.CategoricalCrossentropyFromLogits => CategoricalFromLogits<V>(prediction, target, gradient, weight),
            LossFunction.SparseCategoricalCrossentropyFromLogits =>
                SparseCategoricalFromLogits<V>(prediction, (int)target[0], gradient, weight),
            LossFunction.SmoothedCrossentropyFromLogits => SmoothedFromLogits<V>(prediction, (int)target[0], gradient, weight, settings[0]),
            LossFunction.Quantile => Quantile(prediction, target, gradient, weight, settings),
            LossFunction.Gaussian => Likelihood(Distribution.Gaussian, prediction, target, gradient, weight),
            LossFunction.StudentT => Likelihood(Distribution.StudentT, prediction, target, gradient, weight),
            LossFunction.NegativeBinomial => Likelihood(Distribution.NegativeBinomial, prediction, target, gradient, weight),
            LossFunction.NegativeLogLikelihood => NegativeLogLikelihood(prediction, (int)target[0], gradient, weight),
            _ => ValueByValue(loss, prediction, target, gradient, weight, settings.IsEmpty ? 0 : settings[0]),
        };
    }

    private static double ValueByValue(
        LossFunction loss, ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight,
        double delta)
    {
        var sum = 0.0;
        for (var i = 0; i < prediction.Length; i++)
        {
            var (value, slope) = Value(loss, prediction[i], target[i], delta);
            sum += value;
            gradient[i] = (float)(weight * slope / prediction.Length);
        }

        return sum / prediction.Length;
    }

    private static (double Value, double Slope) Value(LossFunction loss, double p, double t, double delta)
    {
        var error = p - t;
        switch (loss)
        {
            case LossFunction.BinaryCrossentropy:
                var q = Math.Clamp(p, Epsilon, 1 - Epsilon);
                var inside = p >= Epsilon && p <= 1 - Epsilon;
                return (-(t * Math.Log(q)) - ((1 - t) * Math.Log(1 - q)), inside ? (q - t) / (q * (1 - q)) : 0);
            case LossFunction.BinaryCrossentropyFromLogits:
                // log(1 + e^p) - t p, without overflow
                var e = Math.Exp(-Math.Abs(p));
                return (Math.Max(p, 0) - (p * t) + Math.Log(1 + e), (p >= 0 ? 1 / (1 + e) : e / (1 + e)) - t);
            case LossFunction.MeanSquaredError:
                return (error * error, 2 * error);
            case LossFunction.MeanAbsoluteError:
                return (Math.Abs(error), double.IsNaN(error) ? error : Math.Sign(error));
            case LossFunction.Huber:
                return Math.Abs(error) <= delta
                    ? (0.5 * error * error, error)
                    : ((delta * Math.Abs(error)) - (0.5 * delta * delta), double.IsNaN(error) ? error : delta * Math.Sign(error));
            default:
                // log cosh e = |e| + log(1 + e^-2|e|) - log 2
                var size = Math.Abs(error);
                return (size + Math.Log(1 + Math.Exp(-2 * size)) - Math.Log(2), Math.Tanh(error));
        }
    }

    /// <summary>-Σ t log(p / Σ p), as Keras rescales probabilities that do not sum to one.</summary>
    private static double Categorical<V>(
        ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight)
        where V : struct, ILanes<V>
    {
        double total = SoftmaxKernel.Sum<V>(prediction), loss = 0, share = 0;
        gradient.Clear();
        for (var i = 0; i < prediction.Length; i++)
        {
            if (target[i] == 0) continue;
            var (value, slope) = Term(prediction[i], target[i], total);
            loss += value;
            gradient[i] = (float)(weight * slope);
            share += slope == 0 ? 0 : target[i];
        }

        TensorPrimitives.Add(gradient, (float)(weight * share / total), gradient);
        return loss;
    }

    /// <summary>The same where the target is 1 for one class.</summary>
    private static double SparseCategorical<V>(ReadOnlySpan<float> prediction, int target, Span<float> gradient, double weight)
        where V : struct, ILanes<V>
    {
        var total = SoftmaxKernel.Sum<V>(prediction);
        var (value, slope) = Term(prediction[target], 1, total);
        var common = slope == 0 ? 0 : (float)(weight / total);
        gradient.Fill(common);
        gradient[target] = (float)(weight * slope) + common;
        return value;
    }

    /// <summary>-t log(p / total), and its slope with the total held still; 0 where the probability is kept from 0 and 1.</summary>
    private static (double Value, double Slope) Term(double p, double t, double total)
    {
        var share = p / total;
        var inside = share >= Epsilon && share <= 1 - Epsilon;
        return (-t * Math.Log(Math.Clamp(share, Epsilon, 1 - Epsilon)), inside ? -t / p : 0);
    }

    /// <summary>-Σ t log softmax(z), with the gradient (Σ t) softmax(z) - t.</summary>
    private static double CategoricalFromLogits<V>(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> target, Span<float> gradient, double weight)
        where V : struct, ILanes<V>
    {
        var largest = TensorPrimitives.Max(logits);
        var sum = SoftmaxKernel.Exponentials<V>(logits, largest, gradient);
        double logSum = largest + Math.Log(sum), loss = 0, mass = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            mass += target[i];
            if (target[i] != 0) loss += target[i] * (logSum - logits[i]);
        }

        TensorPrimitives.Multiply(gradient, (float)(weight * mass / sum), gradient);
        TensorPrimitives.MultiplyAdd(target, (float)-weight, gradient, gradient);
        return loss;
    }

    /// <summary>The same where the target is 1 for one class.</summary>
    private static double SparseCategoricalFromLogits<V>(
        ReadOnlySpan<float> logits, int target, Span<float> gradient, double weight)
        where V : struct, ILanes<V>
    {
        var largest = TensorPrimitives.Max(logits);
        var sum = SoftmaxKernel.Exponentials<V>(logits, largest, gradient);
        TensorPrimitives.Multiply(gradient, (float)(weight / sum), gradient);
        gradient[target] -= (float)weight;
        return largest + Math.Log(sum) - logits[target];
    }

    /// <summary>The same where a share of the target is spread evenly over all classes.</summary>
    private static double SmoothedFromLogits<V>(ReadOnlySpan<float> logits, int target, Span<float> gradient, double weight, double share)
        where V : struct, ILanes<V>
    {
        var sharp = SparseCategoricalFromLogits<V>(logits, target, gradient, weight);
        TensorPrimitives.Add(gradient, (float)(-weight * share / logits.Length), gradient);
        gradient[target] += (float)(weight * share);
        return sharp + (share * (logits[target] - (SoftmaxKernel.Sum<V>(logits) / logits.Length)));
    }

    /// <summary>Minus a logarithm that is given: the only one, or that of the target.</summary>
    private static double NegativeLogLikelihood(ReadOnlySpan<float> logarithms, int target, Span<float> gradient, double weight)
    {
        var place = logarithms.Length == 1 ? 0 : target;
        gradient.Clear();
        gradient[place] = (float)-weight;
        return -logarithms[place];
    }

    /// <summary>Pinball losses max(τ e, (τ - 1) e) of e = target - prediction: the mean over targets and levels τ.</summary>
    private static double Quantile(
        ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight, ReadOnlySpan<float> levels)
    {
        var sum = 0.0;
        for (var i = 0; i < prediction.Length; i++)
        {
            double error = (double)target[i / levels.Length] - prediction[i], level = levels[i % levels.Length];
            sum += error * (error < 0 ? level - 1 : level);
            var slope = error == 0 ? 0 : error < 0 ? 1 - level : error > 0 ? -level : error;
            gradient[i] = (float)(weight * slope / prediction.Length);
        }

        return sum / prediction.Length;
    }

    /// <summary>-ln p(target): the mean over targets.</summary>
    private static double Likelihood(
        Distribution distribution, ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight)
    {
        Span<double> slopes = stackalloc double[LikelihoodKernel.MostOutputs];
        var (outputs, sum) = (LikelihoodKernel.Outputs(distribution), 0.0);
        for (var i = 0; i < target.Length; i++)
        {
            sum += LikelihoodKernel.Value(distribution, prediction.Slice(i * outputs, outputs), target[i], slopes);
            for (var k = 0; k < outputs; k++) gradient[(i * outputs) + k] = (float)(weight * slopes[k] / target.Length);
        }

        return sum / target.Length;
    }
}
