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
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    LogCosh,
}

/// <summary>
/// Loss and gradient of one entry: the values along the last axis of a prediction. Regression and binary losses are
/// means over them, categorical ones sums. Arithmetic is in double precision, in order.
/// </summary>
internal static class LossKernel
{
    /// <summary>Probabilities are kept this far from 0 and 1, as Keras does.</summary>
    private const double Epsilon = 1e-7;

    /// <summary>The loss of one entry; writes its gradient, times <paramref name="weight"/>.</summary>
    /// <param name="prediction">[width]</param>
    /// <param name="target">[width]; sparse losses: one class number.</param>
    /// <param name="gradient">[width]</param>
    /// <param name="delta">Where Huber turns from square to linear.</param>
    public static double Entry(
        LossFunction loss, ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight,
        double delta)
    {
        return loss switch
        {
            LossFunction.CategoricalCrossentropy or LossFunction.SparseCategoricalCrossentropy =>
                Categorical(prediction, target, gradient, weight, loss == LossFunction.SparseCategoricalCrossentropy),
            LossFunction.CategoricalCrossentropyFromLogits or LossFunction.SparseCategoricalCrossentropyFromLogits =>
                CategoricalFromLogits(
                    prediction, target, gradient, weight, loss == LossFunction.SparseCategoricalCrossentropyFromLogits),
            _ => ValueByValue(loss, prediction, target, gradient, weight, delta),
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
    private static double Categorical(
        ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> gradient, double weight, bool sparse)
    {
        double total = 0, loss = 0, share = 0;
        foreach (var p in prediction) total += p;
        for (var i = 0; i < prediction.Length; i++)
        {
            var t = sparse ? (i == (int)target[0] ? 1.0 : 0.0) : target[i];
            var p = prediction[i] / total;
            var inside = p >= Epsilon && p <= 1 - Epsilon;
            if (t == 0)
            {
                gradient[i] = 0;
                continue;
            }

            loss -= t * Math.Log(Math.Clamp(p, Epsilon, 1 - Epsilon));
            gradient[i] = inside ? (float)(-weight * t / (p * total)) : 0;
            share += inside ? t : 0;
        }

        for (var i = 0; i < prediction.Length; i++) gradient[i] += (float)(weight * share / total);
        return loss;
    }

    /// <summary>-Σ t log softmax(z), with the gradient (Σ t) softmax(z) - t.</summary>
    private static double CategoricalFromLogits(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> target, Span<float> gradient, double weight, bool sparse)
    {
        var largest = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, largest, gradient);
        CurveKernel.Forward(Activation.Exponential, gradient, gradient);
        double sum = 0, loss = 0, mass = sparse ? 1 : 0;
        foreach (var value in gradient) sum += value;
        var logSum = largest + Math.Log(sum);
        if (sparse)
        {
            loss = logSum - logits[(int)target[0]];
        }
        else
        {
            for (var i = 0; i < logits.Length; i++)
            {
                mass += target[i];
                if (target[i] != 0) loss += target[i] * (logSum - logits[i]);
            }
        }

        TensorPrimitives.Multiply(gradient, (float)(weight * mass / sum), gradient);
        if (sparse)
        {
            gradient[(int)target[0]] -= (float)weight;
        }
        else
        {
            for (var i = 0; i < logits.Length; i++) gradient[i] -= (float)(weight * target[i]);
        }

        return loss;
    }
}
