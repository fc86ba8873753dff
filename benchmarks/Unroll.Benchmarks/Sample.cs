using System.Diagnostics;

namespace Unroll.Benchmarks;

/// <summary>Times of the same work, and what they say: the median counts, the spread says how far to trust it.</summary>
internal sealed class Sample
{
    private const double LeastSeconds = 200e-6;
    private const int Fewest = 7, Most = 3000;

    private readonly double[] sorted;

    public Sample(IEnumerable<double> values) => sorted = [.. values.Order()];

    /// <summary>A sample of the values; null if there are none.</summary>
    public static Sample? OfAny(IReadOnlyCollection<double> values) => values.Count == 0 ? null : new Sample(values);

    public int Count => sorted.Length;

    public double Min => sorted[0];

    public double Max => sorted[^1];

    public double Median => sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    /// <summary>What nine tenths of the values stay below.</summary>
    public double P90 => sorted[sorted.Length * 9 / 10];

    /// <summary>What ninety-nine hundredths of the values stay below.</summary>
    public double P99 => sorted[sorted.Length * 99 / 100];

    /// <summary>
    /// Seconds that an action takes, measured as the peers' scripts measure: two calls to warm up, the second of which
    /// says how many make up the least time that a clock tells well; then at least seven samples, until the budget is
    /// used up.
    /// </summary>
    /// <param name="action">The work.</param>
    /// <param name="budget">In seconds.</param>
    public static Sample OfSeconds(Action action, double budget)
    {
        action();
        var start = Stopwatch.GetTimestamp();
        action();
        var calls = Math.Max(1, (int)(LeastSeconds / Math.Max(SecondsSince(start), 1e-7)));
        var seconds = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        while (seconds.Count < Fewest || (seconds.Count < Most && SecondsSince(begin) < budget))
        {
            start = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++) action();
            seconds.Add(SecondsSince(start) / calls);
        }

        return new Sample(seconds);
    }

    /// <summary>The mean of ratios: as far below one as above it counts alike.</summary>
    public static double GeometricMean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    private static double SecondsSince(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;
}
