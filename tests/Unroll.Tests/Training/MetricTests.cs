namespace Unroll.Tests.Training;

/// <summary>Metrics against values worked out by hand.</summary>
public sealed class MetricTests
{
    private static double Of(Metric metric, Tensor prediction, Tensor target, Loss? loss = null, Tensor? weights = null, Tensor? mask = null)
    {
        var collector = new FigureCollector(loss ?? Loss.MeanSquaredError, [metric]);
        collector.Add(0, prediction, target, weights, mask);
        return collector.Figure(metric.Name);
    }

    private static Tensor Column(params float[] values) => new([values.Length, 1], values);

    [Fact]
    public void Errors()
    {
        Tensor prediction = Column(1, 2, 4), target = Column(2, 2, 1);
        Assert.Equal(4.0 / 3, Of(Metric.MeanAbsoluteError, prediction, target), 1e-12);
        Assert.Equal(10.0 / 3, Of(Metric.MeanSquaredError, prediction, target), 1e-12);
        Assert.Equal(Math.Sqrt(10.0 / 3), Of(Metric.RootMeanSquaredError, prediction, target), 1e-12);
        Assert.Equal((50 + 0 + 300) / 3.0, Of(Metric.MeanAbsolutePercentageError, prediction, target), 1e-12);
        Assert.Equal(100 * 0.5 / 1e-7, Of(Metric.MeanAbsolutePercentageError, Column(0.5f), Column(0)), 1);
    }

    [Fact]
    public void Yes_and_no()
    {
        Tensor prediction = Column(0.9f, 0.8f, 0.4f, 0.3f, 0.6f), target = Column(1, 0, 1, 0, 1);
        Assert.Equal(0.6, Of(Metric.BinaryAccuracy, prediction, target), 1e-12);
        Assert.Equal(2.0 / 3, Of(Metric.Precision, prediction, target), 1e-12);
        Assert.Equal(2.0 / 3, Of(Metric.Recall, prediction, target), 1e-12);
        Assert.Equal(2.0 / 3, Of(Metric.F1, prediction, target), 1e-12);
        Assert.Equal(0, Of(Metric.Precision, Column(0.1f), Column(1)));
        Assert.Equal(1, Of(Metric.Accuracy, Column(0.3f), Column(1), Loss.BinaryCrossentropyFromLogits)); // a logit above 0
        Assert.Equal(0, Of(Metric.Accuracy, Column(0.3f), Column(1), Loss.BinaryCrossentropy));
    }

    /// <summary>Pairs of a positive and a negative: above counts one, equal counts half.</summary>
    [Fact]
    public void Area_under_the_curve_with_ties()
    {
        Assert.Equal(1, Of(Metric.Auc, Column(0.1f, 0.9f), Column(0, 1)));
        Assert.Equal(0, Of(Metric.Auc, Column(0.9f, 0.1f), Column(0, 1)));
        Assert.Equal(0.5, Of(Metric.Auc, Column(0.4f, 0.4f, 0.4f), Column(0, 1, 1)));
        Assert.Equal(2.5 / 6.0, Of(Metric.Auc, Column(0.5f, 0.2f, 0.5f, 0.3f, 0.7f), Column(1, 0, 0, 1, 0)), 1e-12);
        Assert.Equal(double.NaN, Of(Metric.Auc, Column(0.5f), Column(1)));
        Assert.Equal(2.0 / 3, Of(Metric.Auc, Column(0.5f, 0.2f, 0.9f), Column(1, 0, 0), weights: Tensor.From(3, 2, 1)), 1e-12);
    }

    [Fact]
    public void Choices()
    {
        var prediction = Tensor.From(new[,] { { 0.5f, 0.3f, 0.2f }, { 0.1f, 0.2f, 0.7f }, { 0.3f, 0.4f, 0.3f } });
        Tensor sparse = Tensor.From(0, 1, 0), oneHot = Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 1, 0, 0 } });
        Assert.Equal(1.0 / 3, Of(Metric.Accuracy, prediction, sparse, Loss.SparseCategoricalCrossentropy), 1e-12);
        Assert.Equal(1.0 / 3, Of(Metric.Accuracy, prediction, oneHot, Loss.CategoricalCrossentropy), 1e-12);
        Assert.Equal(1.0 / 3, Of(Metric.SparseCategoricalAccuracy, prediction, sparse), 1e-12);
        Assert.Equal(1.0 / 3, Of(Metric.CategoricalAccuracy, prediction, oneHot), 1e-12);
        Assert.Equal(1, Of(Metric.TopK(2), prediction, sparse, Loss.SparseCategoricalCrossentropy), 1e-12);
        Assert.Equal(1.0 / 3, Of(Metric.TopK(1), prediction, oneHot), 1e-12);
        Assert.Equal(Math.Pow(0.5 * 0.2 * 0.3, -1.0 / 3), Of(Metric.Perplexity, prediction, sparse, Loss.SparseCategoricalCrossentropy), 1e-6);
        Assert.Equal(4, Of(Metric.Perplexity, Tensor.Zeros(2, 4), Tensor.From(1, 3), Loss.SparseCategoricalCrossentropyFromLogits), 1e-6);
        Assert.Equal("Top-k accuracy needs k of at least 1, but got 0.", Assert.Throws<OptionException>(() => Metric.TopK(0)).Message);
    }

    [Fact]
    public void Masked_and_weightless_entries_do_not_count()
    {
        var prediction = Tensor.From(new[, ,] { { { 1f }, { float.NaN }, { 3f } }, { { 2f }, { float.NaN }, { float.NaN } } });
        var target = Tensor.Zeros(2, 3, 1);
        var mask = Tensor.From(new float[,] { { 1, 0, 1 }, { 1, 0, 0 } });
        Assert.Equal(2, Of(Metric.MeanAbsoluteError, prediction, target, mask: mask));
        Assert.Equal(1.75, Of(Metric.MeanAbsoluteError, prediction, target, mask: mask, weights: Tensor.From(new[,] { { 2f, 1, 1 }, { 1, 1, 1 } })));
        Assert.Equal(2, Of(Metric.MeanAbsoluteError, prediction, target, mask: mask, weights: Tensor.From(1, 3)));
        Assert.Equal(14.0 / 3, Loss.MeanSquaredError.Call(prediction, target, mask: mask).ToScalar(), 1e-6);
    }

    [Fact]
    public void Evaluation_does_not_depend_on_the_batch_size()
    {
        var (x, y) = Problems.Sums(20);
        Sequential model = [new Gru(3), new Dense(1)];
        model.Compile(new Adam(), Loss.MeanSquaredError, Metric.RootMeanSquaredError, Metric.Auc);
        var all = model.Evaluate(x, y);
        foreach (var (name, value) in model.Evaluate(x, y, batchSize: 3)) Assert.Equal(all[name], value, 1e-7); // losses are 32-bit
        Assert.Equal(["loss", "rmse", "auc"], all.Keys);
    }
}
