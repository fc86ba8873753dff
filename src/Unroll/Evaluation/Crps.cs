namespace Unroll.Evaluation;

/// <summary>
/// The continuous ranked probability score of forecasts that are samples, in the unit of the series: how far a whole
/// distribution was from the one value that came. For a single sample it is the absolute error.
/// </summary>
/// <remarks>
/// E|X - y| - E|X - X'| / 2 with X and X' drawn from the m samples x: mean |x[i] - y| - sum over i and j of |x[i] - x[j]| / (2 m^2).
/// Sorted, the double sum is 2 sum (2 i - m - 1) x[i] with i from 1. It is the score of the samples' own distribution; few samples
/// are fined for being few. Gneiting, Raftery, Strictly proper scoring rules (2007), equation 21.
/// </remarks>
public static class Crps
{
    /// <summary>The score of one value.</summary>
    /// <param name="actual">What came.</param>
    /// <param name="samples">The samples of its forecast, in any order.</param>
    /// <exception cref="ShapeException">There is no sample.</exception>
    /// <exception cref="OptionException">A number is not finite.</exception>
    public static double Of(double actual, ReadOnlySpan<double> samples)
    {
        SeriesChecks.NotEmpty(samples, "sample");
        SeriesChecks.Finite([actual], "actual");
        SeriesChecks.Finite(samples, "sample");
        var sorted = samples.ToArray();
        Array.Sort(sorted);
        var (m, distance, spread) = (sorted.Length, 0.0, 0.0);
        for (var i = 0; i < m; i++)
        {
            distance += Math.Abs(sorted[i] - actual) / m;
            // Taken from the value that came, which changes nothing and keeps large levels out of the sum.
            spread += ((2.0 * i) + 1 - m) / m * (sorted[i] - actual) / m;
        }

        return distance - spread;
    }

    /// <summary>The mean score of many values.</summary>
    /// <param name="actual">What came, in order of time.</param>
    /// <param name="samples">For each time the samples of its forecast.</param>
    /// <exception cref="ShapeException">Lengths differ, or there are no values or samples.</exception>
    /// <exception cref="OptionException">A number is not finite.</exception>
    public static double Mean(ReadOnlySpan<double> actual, IReadOnlyList<double[]> samples)
    {
        SeriesChecks.NotEmpty(actual, "actual");
        SeriesChecks.SameLength(actual, samples.Count, "sets of samples");
        SeriesChecks.Finite(actual, "actual");
        var sum = 0.0;
        for (var t = 0; t < actual.Length; t++) sum += Of(actual[t], samples[t]) / actual.Length;
        return sum;
    }
}
