namespace Unroll;

/// <summary>The mean loss and the metrics of the batches seen so far.</summary>
internal sealed class FigureCollector(Loss loss, IReadOnlyList<Metric> metrics)
{
    private readonly MetricAccumulator[] accumulators = [.. metrics.Select(metric => metric.Start(loss))];
    private double lossSum;
    private double entries;
    private float[] points = [];

    /// <summary>The mean loss, every real entry counting alike.</summary>
    public double Loss => entries == 0 ? double.NaN : lossSum / entries;

    public void Reset()
    {
        (lossSum, entries) = (0, 0);
        foreach (var accumulator in accumulators) accumulator.Reset();
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="batchLoss">Its loss.</param>
    /// <param name="prediction">[batch, …, width]</param>
    /// <param name="target">As the loss takes it.</param>
    /// <param name="weights">Sample weights, or null.</param>
    /// <param name="mask">Which steps are real, or null.</param>
    public void Add(double batchLoss, Tensor prediction, Tensor target, Tensor? weights, Tensor? mask)
    {
        var width = prediction.Shape[^1];
        var count = prediction.Length / width;
        var real = EntryWeights.RealCount(count, mask);
        lossSum += batchLoss * real;
        entries += real;
        if (accumulators.Length == 0) return;
        var step = target.Length / count;
        if (loss.OutputsPerTarget > 1) Array.Resize(ref points, step);
        var (all, _) = EntryWeights.Combine(prediction.Shape, count, weights, mask);
        for (var e = 0; e < count; e++)
        {
            var weight = all is null ? 1 : all.Values[e];
            if (weight == 0) continue;
            var values = Points(prediction.Values.Slice(e * width, width));
            foreach (var accumulator in accumulators) accumulator.Add(values, target.Values.Slice(e * step, step), weight);
        }
    }

    /// <summary>What metrics compare with the targets: the outputs, or one value for each target where several describe it.</summary>
    private ReadOnlySpan<float> Points(ReadOnlySpan<float> outputs)
    {
        var each = loss.OutputsPerTarget;
        if (each == 1) return outputs;
        for (var i = 0; i < points.Length; i++) points[i] = loss.Point(outputs.Slice(i * each, each));
        return points;
    }

    /// <summary>A figure by its name.</summary>
    public double Figure(string name)
    {
        if (name == "loss") return Loss;
        for (var i = 0; i < metrics.Count; i++)
        {
            if (metrics[i].Name == name) return accumulators[i].Result;
        }

        throw new KeyNotFoundException(
            $"There is no figure '{name}'. There are: loss, {string.Join(", ", metrics.Select(metric => metric.Name))}.");
    }

    /// <summary>Writes all figures into a dictionary, under names with a prefix.</summary>
    public void CopyTo(Dictionary<string, double> figures, string prefix = "")
    {
        figures[prefix + "loss"] = Loss;
        for (var i = 0; i < metrics.Count; i++) figures[prefix + metrics[i].Name] = accumulators[i].Result;
    }
}
