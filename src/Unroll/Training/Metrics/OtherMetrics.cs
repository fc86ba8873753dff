using System.Runtime.InteropServices;
using Unroll.Kernels;

namespace Unroll;

/// <summary>The mean of an error of single values.</summary>
internal sealed class ErrorMetric(string name, Func<double, double, double> error, Func<double, double>? finish = null)
    : Metric(name)
{
    internal override MetricAccumulator Start(Loss loss) => new MeanAccumulator(
        (prediction, target) =>
        {
            var sum = 0.0;
            for (var i = 0; i < prediction.Length; i++) sum += error(prediction[i], target[i]);
            return sum / prediction.Length;
        },
        finish);
}

/// <summary>e to the power of the mean crossentropy.</summary>
internal sealed class PerplexityMetric() : Metric("perplexity")
{
    internal override MetricAccumulator Start(Loss loss)
    {
        var function = loss == Loss.NegativeLogLikelihood ? LossFunction.NegativeLogLikelihood : (loss.IsSparse, loss.FromLogits) switch
        {
            (true, true) => LossFunction.SparseCategoricalCrossentropyFromLogits,
            (true, false) => LossFunction.SparseCategoricalCrossentropy,
            (false, true) => LossFunction.CategoricalCrossentropyFromLogits,
            _ => LossFunction.CategoricalCrossentropy,
        };
        var gradient = Array.Empty<float>();
        return new MeanAccumulator(
            (prediction, target) =>
            {
                if (gradient.Length < prediction.Length) gradient = new float[prediction.Length];
                return LossKernel.Entry<Lanes1>(function, prediction, target, gradient.AsSpan(0, prediction.Length), 1, []);
            },
            Math.Exp);
    }
}

/// <summary>Right and wrong answers to a yes-or-no question.</summary>
internal readonly record struct BinaryCounts(double TruePositive, double PredictedPositive, double ActualPositive);

/// <summary>A figure made of counts of right and wrong answers.</summary>
internal sealed class CountMetric(string name, Func<BinaryCounts, double> figure) : Metric(name)
{
    internal override MetricAccumulator Start(Loss loss) => new Accumulator(figure, loss.FromLogits ? 0f : 0.5f);

    private sealed class Accumulator(Func<BinaryCounts, double> figure, float threshold) : MetricAccumulator
    {
        private BinaryCounts counts;

        public override double Result => figure(counts);

        public override void Reset() => counts = default;

        public override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (var i = 0; i < prediction.Length; i++)
            {
                var (predicted, actual) = (prediction[i] > threshold ? weight : 0, target[i] > 0.5f);
                counts = new(
                    counts.TruePositive + (actual ? predicted : 0), counts.PredictedPositive + predicted,
                    counts.ActualPositive + (actual ? weight : 0));
            }
        }
    }
}

/// <summary>Area under the receiver operating characteristic.</summary>
internal sealed class AucMetric() : Metric("auc")
{
    internal override MetricAccumulator Start(Loss loss) => new Accumulator();

    private sealed class Accumulator : MetricAccumulator
    {
        private readonly List<(float Score, bool Positive, double Weight)> answers = [];

        public override double Result
        {
            get
            {
                CollectionsMarshal.AsSpan(answers).Sort((a, b) => a.Score.CompareTo(b.Score));
                double positives = 0, negatives = 0, area = 0;
                for (var start = 0; start < answers.Count;)
                {
                    // Those with equal scores: a positive stands above all negatives before, and beside half of these.
                    double tiedPositives = 0, tiedNegatives = 0;
                    var end = start;
                    for (; end < answers.Count && answers[end].Score.Equals(answers[start].Score); end++)
                    {
                        if (answers[end].Positive) tiedPositives += answers[end].Weight;
                        else tiedNegatives += answers[end].Weight;
                    }

                    area += tiedPositives * (negatives + (0.5 * tiedNegatives));
                    (positives, negatives, start) = (positives + tiedPositives, negatives + tiedNegatives, end);
                }

                return positives * negatives == 0 ? double.NaN : area / (positives * negatives);
            }
        }

        public override void Reset() => answers.Clear();

        public override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            for (var i = 0; i < prediction.Length; i++) answers.Add((prediction[i], target[i] > 0.5f, weight));
        }
    }
}
