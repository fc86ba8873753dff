using System.Text.Json.Serialization;

namespace Unroll;

/// <summary>A figure by which a model is judged. Unlike a loss it need not have a gradient.</summary>
/// <remarks>Names are those that histories and files use: <c>accuracy</c>, <c>rmse</c>, <c>val_accuracy</c> …</remarks>
public abstract class Metric
{
    private protected Metric(string name) => Name = name;

    /// <summary>Share of right answers, in the way that the loss suggests: binary, categorical or sparse.</summary>
    public static Metric Accuracy { get; } = new AccuracyMetric("accuracy", AccuracyKind.FromLoss);

    /// <summary>Share of values on the right side of one half.</summary>
    public static Metric BinaryAccuracy { get; } = new AccuracyMetric("binary_accuracy", AccuracyKind.Binary);

    /// <summary>Share of entries whose most probable class is the target's most probable.</summary>
    public static Metric CategoricalAccuracy { get; } = new AccuracyMetric("categorical_accuracy", AccuracyKind.Categorical);

    /// <summary>Share of entries whose most probable class is the target.</summary>
    public static Metric SparseCategoricalAccuracy { get; } =
        new AccuracyMetric("sparse_categorical_accuracy", AccuracyKind.Sparse);

    /// <summary>Of those predicted positive, the share that are.</summary>
    public static Metric Precision { get; } = new CountMetric("precision", counts => Ratio(counts.TruePositive, counts.PredictedPositive));

    /// <summary>Of those that are positive, the share predicted so.</summary>
    public static Metric Recall { get; } = new CountMetric("recall", counts => Ratio(counts.TruePositive, counts.ActualPositive));

    /// <summary>The harmonic mean of precision and recall.</summary>
    public static Metric F1 { get; } =
        new CountMetric("f1", counts => Ratio(2 * counts.TruePositive, counts.PredictedPositive + counts.ActualPositive));

    /// <summary>
    /// Area under the receiver operating characteristic: the chance that a positive scores above a negative, ties
    /// counting half. Exact, where Keras takes 200 thresholds; keeps all scores until the end.
    /// </summary>
    public static Metric Auc { get; } = new AucMetric();

    /// <summary>The mean of differences without their sign.</summary>
    public static Metric MeanAbsoluteError { get; } = new ErrorMetric("mae", (p, t) => Math.Abs(p - t));

    /// <summary>The mean of squared differences.</summary>
    public static Metric MeanSquaredError { get; } = new ErrorMetric("mse", (p, t) => (p - t) * (p - t));

    /// <summary>The root of the mean of squared differences.</summary>
    public static Metric RootMeanSquaredError { get; } = new ErrorMetric("rmse", (p, t) => (p - t) * (p - t), Math.Sqrt);

    /// <summary>100 times the mean of |difference| / |target|, the target kept from zero by 1e-7 as in Keras.</summary>
    public static Metric MeanAbsolutePercentageError { get; } =
        new ErrorMetric("mape", (p, t) => 100 * Math.Abs(p - t) / Math.Max(Math.Abs(t), 1e-7));

    /// <summary>e to the power of the mean crossentropy: as uncertain as a fair choice among so many.</summary>
    public static Metric Perplexity { get; } = new PerplexityMetric();

    /// <summary>The metric's name in histories and files.</summary>
    [JsonIgnore]
    public string Name { get; }

    /// <summary>Share of entries whose target is among the k most probable classes.</summary>
    /// <param name="k">How many classes count. Default: 5.</param>
    public static Metric TopK(int k = 5) => new TopKAccuracy(k);

    /// <summary>Starts to collect.</summary>
    /// <param name="loss">The model's loss, which says what predictions are.</param>
    internal abstract MetricAccumulator Start(Loss loss);

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>A metric being collected, batch by batch.</summary>
internal abstract class MetricAccumulator
{
    /// <summary>The figure over all that was added.</summary>
    public abstract double Result { get; }

    /// <summary>Forgets all.</summary>
    public abstract void Reset();

    /// <summary>Adds one entry: the values along the last axis of a prediction, and its target.</summary>
    public abstract void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight);
}
