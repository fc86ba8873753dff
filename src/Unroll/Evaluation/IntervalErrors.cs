namespace Unroll.Evaluation;

/// <summary>How well forecast intervals held what came, and how wide they had to be for it.</summary>
/// <remarks>
/// With y the actual values and l to u their intervals, ends included; means over all of them.
/// <para>One line of use: <c>var errors = IntervalErrors.From(actual, lower, upper, level: 0.8);</c></para>
/// </remarks>
public sealed record IntervalErrors
{
    private IntervalErrors()
    {
    }

    /// <summary>Number of values that were forecast.</summary>
    public int Count { get; private init; }

    /// <summary>The share of values that the intervals promise to hold, between 0 and 1.</summary>
    public double Level { get; private init; }

    /// <summary>The share of values that they hold, 0 to 1: close to <see cref="Level"/> for an honest forecast.</summary>
    public double Coverage { get; private init; }

    /// <summary>mean(u - l), in the unit of the series.</summary>
    public double MeanWidth { get; private init; }

    /// <summary>
    /// Winkler's interval score, mean(u - l + 2 / (1 - level) max(l - y, y - u, 0)), in the unit of the series: the width, and a
    /// fine for each value outside. The lower the better; the true quantiles have the least. Winkler (1972); Gneiting, Raftery,
    /// Strictly proper scoring rules (2007), equation 43.
    /// </summary>
    public double Winkler { get; private init; }

    /// <summary>Measures intervals.</summary>
    /// <param name="actual">What came, in order of time.</param>
    /// <param name="lower">The lower end for each time.</param>
    /// <param name="upper">The upper end for each time, nowhere below the lower.</param>
    /// <param name="level">The share of values that the intervals promise to hold, between 0 and 1: 0.8 for 80 %.</param>
    /// <exception cref="ShapeException">The three have different lengths or no values.</exception>
    /// <exception cref="OptionException">A value is not a finite number, ends are crossed, or the level is out of range.</exception>
    public static IntervalErrors From(ReadOnlySpan<double> actual, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double level)
    {
        SeriesChecks.SameLength(actual, lower.Length, "lower ends");
        SeriesChecks.SameLength(actual, upper.Length, "upper ends");
        SeriesChecks.NotEmpty(actual, "actual");
        SeriesChecks.Finite(actual, "actual");
        SeriesChecks.Finite(lower, "lower");
        SeriesChecks.Finite(upper, "upper");
        SeriesChecks.Share(level, nameof(level));
        var (held, width, score) = (0, 0.0, 0.0);
        for (var t = 0; t < actual.Length; t++)
        {
            if (upper[t] < lower[t])
            {
                throw new OptionException(
                    FormattableString.Invariant($"Interval {t} goes from {lower[t]} to {upper[t]}. ") +
                    "Give the lower end first, or sort quantiles that cross.",
                    nameof(upper));
            }

            var outside = Math.Max(0, Math.Max(lower[t] - actual[t], actual[t] - upper[t]));
            if (outside <= 0) held++;
            width += upper[t] - lower[t];
            score += upper[t] - lower[t] + (2 / (1 - level) * outside);
        }

        var n = actual.Length;
        return new IntervalErrors { Count = n, Level = level, Coverage = (double)held / n, MeanWidth = width / n, Winkler = score / n };
    }
}
