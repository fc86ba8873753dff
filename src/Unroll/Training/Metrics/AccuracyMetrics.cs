using System.Numerics.Tensors;

namespace Unroll;

/// <summary>What counts as a right answer.</summary>
internal enum AccuracyKind
{
    FromLoss,
    Binary,
    Categorical,
    Sparse,
}

/// <summary>Share of right answers.</summary>
internal sealed class AccuracyMetric(string name, AccuracyKind kind) : Metric(name)
{
    internal override MetricAccumulator Start(Loss loss)
    {
        var actual = kind != AccuracyKind.FromLoss ? kind
            : loss.IsSparse ? AccuracyKind.Sparse : loss.IsCategorical ? AccuracyKind.Categorical : AccuracyKind.Binary;
        var threshold = loss.FromLogits ? 0f : 0.5f;
        return new MeanAccumulator(actual switch
        {
            AccuracyKind.Sparse => (prediction, target) => TensorPrimitives.IndexOfMax(prediction) == (int)target[0] ? 1 : 0,
            AccuracyKind.Categorical => (prediction, target) =>
                TensorPrimitives.IndexOfMax(prediction) == TensorPrimitives.IndexOfMax(target) ? 1 : 0,
            _ => (prediction, target) =>
            {
                var right = 0;
                for (var i = 0; i < prediction.Length; i++) right += (prediction[i] > threshold) == (target[i] > 0.5f) ? 1 : 0;
                return (double)right / prediction.Length;
            }
            ,
        });
    }
}

/// <summary>Share of entries whose target is among the k most probable classes.</summary>
internal sealed class TopKAccuracy(int k) : Metric($"top_{k}_accuracy")
{
    /// <summary>How many classes count.</summary>
    public int K { get; } = k > 0 ? k : throw new OptionException($"Top-k accuracy needs k of at least 1, but got {k}.", nameof(k));

    internal override MetricAccumulator Start(Loss loss) => new MeanAccumulator((prediction, target) =>
    {
        var score = prediction[loss.IsSparse ? (int)target[0] : TensorPrimitives.IndexOfMax(target)];
        var better = 0;
        foreach (var other in prediction) better += other > score ? 1 : 0;
        return better < K ? 1 : 0;
    });
}

/// <summary>A figure of one entry.</summary>
internal delegate double EntryFunction(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target);

/// <summary>The weighted mean of a figure over all entries.</summary>
internal sealed class MeanAccumulator(EntryFunction function, Func<double, double>? finish = null) : MetricAccumulator
{
    private double sum;
    private double weights;

    public override double Result => weights == 0 ? double.NaN : finish is null ? sum / weights : finish(sum / weights);

    public override void Reset() => (sum, weights) = (0, 0);

    public override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
    {
        sum += weight * function(prediction, target);
        weights += weight;
    }
}
