using System.Text.Json.Serialization;
using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>How far predictions are from their targets, as one number to be made small.</summary>
/// <remarks>
/// Each entry of a prediction [batch, …, width] (its values along the last axis) has a loss; the whole is their
/// mean, weighted where there are sample weights, over the real steps where there is a mask (as in Keras 3).
/// </remarks>
public abstract class Loss
{
    private protected Loss(string name) => Name = name;

    /// <summary>Of probabilities in (0, 1) against 0 and 1; mean along the last axis.</summary>
    public static Loss BinaryCrossentropy { get; } = new BuiltInLoss("binaryCrossentropy", LossFunction.BinaryCrossentropy);

    /// <summary>Of logits against 0 and 1: sigmoid and crossentropy in one, exact for large logits.</summary>
    public static Loss BinaryCrossentropyFromLogits { get; } =
        new BuiltInLoss("binaryCrossentropyFromLogits", LossFunction.BinaryCrossentropyFromLogits);

    /// <summary>Of probabilities [..., classes] against one-hot (or any) distributions of the same shape.</summary>
    public static Loss CategoricalCrossentropy { get; } =
        new BuiltInLoss("categoricalCrossentropy", LossFunction.CategoricalCrossentropy);

    /// <summary>Of logits [..., classes] against distributions of the same shape: softmax and crossentropy in one.</summary>
    public static Loss CategoricalCrossentropyFromLogits { get; } =
        new BuiltInLoss("categoricalCrossentropyFromLogits", LossFunction.CategoricalCrossentropyFromLogits);

    /// <summary>Of probabilities [..., classes] against class numbers [...].</summary>
    public static Loss SparseCategoricalCrossentropy { get; } =
        new BuiltInLoss("sparseCategoricalCrossentropy", LossFunction.SparseCategoricalCrossentropy);

    /// <summary>Of logits [..., classes] against class numbers [...]: softmax and crossentropy in one.</summary>
    public static Loss SparseCategoricalCrossentropyFromLogits { get; } =
        new BuiltInLoss("sparseCategoricalCrossentropyFromLogits", LossFunction.SparseCategoricalCrossentropyFromLogits);

    /// <summary>
    /// The same where a share of each target is spread evenly over all classes, so that a model is not taught to be too sure ("label
    /// smoothing", Szegedy et al. 2016).
    /// </summary>
    /// <param name="smoothing">The share, in [0, 1). Default: 0.1.</param>
    public static Loss SmoothedCrossentropy(float smoothing = 0.1f) => new SmoothedCrossentropyLoss(smoothing);

    /// <summary>
    /// Of logarithms of probabilities against class numbers [...]: those of all classes, [..., classes], or those of the targets
    /// alone, [..., 1], as <see cref="AdaptiveSoftmax"/> gives them.
    /// </summary>
    public static Loss NegativeLogLikelihood { get; } = new BuiltInLoss("negativeLogLikelihood", LossFunction.NegativeLogLikelihood);

    /// <summary>The mean of squared differences.</summary>
    public static Loss MeanSquaredError { get; } = new BuiltInLoss("meanSquaredError", LossFunction.MeanSquaredError);

    /// <summary>The mean of differences without their sign.</summary>
    public static Loss MeanAbsoluteError { get; } = new BuiltInLoss("meanAbsoluteError", LossFunction.MeanAbsoluteError);

    /// <summary>The mean of log cosh: a square near zero, a magnitude far from it, smooth between.</summary>
    public static Loss LogCosh { get; } = new BuiltInLoss("logCosh", LossFunction.LogCosh);

    /// <summary>The loss's name in files and messages.</summary>
    [JsonIgnore]
    public string Name { get; }

    /// <summary>What the loss takes for a prediction: a probability, a logit or a quantity.</summary>
    internal virtual bool FromLogits => false;

    /// <summary>Whether targets are class numbers rather than distributions.</summary>
    internal virtual bool IsSparse => false;

    /// <summary>Whether an entry is a choice among classes.</summary>
    internal virtual bool IsCategorical => false;

    /// <summary>Whether an entry is a yes or no.</summary>
    internal virtual bool IsBinary => false;

    /// <summary>How many outputs of a model describe one target: more than one for quantiles and distributions.</summary>
    internal virtual int OutputsPerTarget => 1;

    /// <summary>One value for a target, for figures that compare values: the output itself, a mean or a median.</summary>
    /// <param name="outputs">The outputs of one target, <see cref="OutputsPerTarget"/> of them.</param>
    internal virtual float Point(ReadOnlySpan<float> outputs) => outputs[0];

    /// <summary>The mean of squares up to a distance, of magnitudes beyond it; Huber 1964.</summary>
    /// <param name="delta">The distance. Default: 1.</param>
    public static Loss Huber(float delta = 1) => new HuberLoss(delta);

    /// <summary>The mean pinball loss of several quantiles of each target; Koenker and Bassett 1978.</summary>
    /// <param name="levels">The shares of targets that should lie below: each in (0, 1), rising.</param>
    /// <exception cref="OptionException">The levels are none, out of range or out of order.</exception>
    public static Loss Quantile(params IReadOnlyList<float> levels) => new QuantileLoss(levels);

    /// <summary>The negative logarithm of the likelihood that the targets have under a distribution.</summary>
    /// <param name="distribution">Which; it says what the outputs are.</param>
    public static Loss Likelihood(Distribution distribution) => LikelihoodLoss.Of(distribution);

    /// <summary>A loss of your own, from predictions and targets to a tensor with one value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="function">Written with the operators of <see cref="TensorOperations"/>.</param>
    public static Loss Custom(string name, Func<Tensor, Tensor, Tensor> function) => new CustomLoss(name, function);

    /// <summary>The loss of a batch, as a tensor with one value.</summary>
    /// <param name="prediction">[batch, …, width]</param>
    /// <param name="target">As the prediction (an axis of length 1 at the end may be missing); sparse losses: class numbers.</param>
    /// <param name="weights">[batch] or one an entry, or null.</param>
    /// <param name="mask">[batch, time] of 1 and 0, or null: steps that do not count.</param>
    /// <exception cref="ShapeException">Predictions and targets do not fit.</exception>
    public abstract Tensor Call(Tensor prediction, Tensor target, Tensor? weights = null, Tensor? mask = null);
}

/// <summary>A loss with a gradient of its own.</summary>
internal class BuiltInLoss(string name, LossFunction function, float delta = 1) : Loss(name)
{
    internal override bool FromLogits => function is LossFunction.BinaryCrossentropyFromLogits
        or LossFunction.CategoricalCrossentropyFromLogits or LossFunction.SparseCategoricalCrossentropyFromLogits
        or LossFunction.SmoothedCrossentropyFromLogits;

    internal override bool IsSparse => function is LossFunction.SparseCategoricalCrossentropy
        or LossFunction.SparseCategoricalCrossentropyFromLogits or LossFunction.SmoothedCrossentropyFromLogits or LossFunction.NegativeLogLikelihood;

    internal override bool IsCategorical => IsSparse || function is LossFunction.CategoricalCrossentropy
        or LossFunction.CategoricalCrossentropyFromLogits;

    internal override bool IsBinary => function is LossFunction.BinaryCrossentropy or LossFunction.BinaryCrossentropyFromLogits;

    public override Tensor Call(Tensor prediction, Tensor target, Tensor? weights = null, Tensor? mask = null)
    {
        CheckTarget(prediction.Shape, target);
        var entries = prediction.Length / prediction.Shape[^1];
        var (all, divisor) = EntryWeights.Combine(prediction.Shape, entries, weights, mask);
        return LossOp.Apply(function, prediction, target, all, divisor, [delta]);
    }

    private void CheckTarget(Shape prediction, Tensor target)
    {
        var width = prediction.Rank == 0 ? 0 : prediction[^1];
        var needed = prediction.Size / Math.Max(1, width) * (IsSparse ? 1 : width);
        if (width == 0 || target.Rank == 0 || target.Length != needed || target.Shape[0] != prediction[0])
        {
            throw new ShapeException(
                $"Loss {Name} cannot hold predictions {prediction} against targets {target.Shape}: it needs " +
                (IsSparse ? $"one class number for each row of {width} probabilities." : "targets of the same shape.") +
                " Change the last layer's units or reshape the targets.");
        }

        if (!IsSparse || (width == 1 && function == LossFunction.NegativeLogLikelihood)) return;
        foreach (var id in target.Values)
        {
            if (id != (int)id || (uint)(int)id >= (uint)width)
                throw new ShapeException($"Loss {Name} got the class {id}, but the model has classes 0 to {width - 1}.");
        }
    }
}

/// <summary>Huber's loss.</summary>
internal sealed class HuberLoss(float delta = 1) : BuiltInLoss("huber", LossFunction.Huber, delta)
{
    /// <summary>Where the square ends.</summary>
    public float Delta { get; } = delta;
}

/// <summary>Crossentropy of softened targets.</summary>
internal sealed class SmoothedCrossentropyLoss(float smoothing = 0.1f)
    : BuiltInLoss("smoothedCrossentropy", LossFunction.SmoothedCrossentropyFromLogits, smoothing)
{
    /// <summary>The share of a target that is spread.</summary>
    public float Smoothing { get; } = smoothing is >= 0 and < 1
        ? smoothing
        : throw new OptionException($"Loss smoothedCrossentropy: smoothing must be in [0, 1), but is {smoothing}.", nameof(Smoothing));
}

/// <summary>A loss written with operators.</summary>
internal sealed class CustomLoss(string name, Func<Tensor, Tensor, Tensor> function) : Loss(name)
{
    public override Tensor Call(Tensor prediction, Tensor target, Tensor? weights = null, Tensor? mask = null)
    {
        if (weights is not null || mask is not null)
        {
            throw new OptionException(
                $"The custom loss '{Name}' takes neither sample weights nor a mask. Use a built-in loss or weigh inside the function.");
        }

        return function(prediction, target);
    }
}

/// <summary>Sample weights and mask as one weight for each entry.</summary>
internal static class EntryWeights
{
    /// <summary>How many entries count: all, or the unmasked ones.</summary>
    public static double RealCount(int entries, Tensor? mask)
    {
        if (mask is null || mask.Length != entries) return entries;
        return System.Numerics.Tensors.TensorPrimitives.Sum<float>(mask.Values);
    }

    /// <summary>The weights (null: all one) and the number that their sum is divided by: all entries, or the unmasked ones.</summary>
    public static (Tensor? Weights, double Divisor) Combine(Shape prediction, int entries, Tensor? weights, Tensor? mask)
    {
        if (mask is not null && mask.Length != entries) mask = null; // the mask's time is not the prediction's
        if (weights is null && mask is null) return (null, entries);
        var all = Workspace.New([entries]);
        double real = 0;
        var perWeight = weights is null ? 1 : entries / weights.Length;
        if (weights is not null && perWeight * weights.Length != entries)
        {
            throw new ShapeException(
                $"Sample weights {weights.Shape} do not fit predictions {prediction}: give one for each sample or each step.");
        }

        for (var e = 0; e < entries; e++)
        {
            var keep = mask is null ? 1 : mask.Values[e];
            real += keep;
            all.Values[e] = keep * (weights is null ? 1 : weights.Values[e / perWeight]);
        }

        return (all, Math.Max(1, real));
    }
}
