namespace Unroll.Evaluation;

/// <summary>Which parts exponential smoothing has.</summary>
/// <param name="HasTrend">Whether there is a trend.</param>
/// <param name="IsDamped">Whether the trend wears off.</param>
/// <param name="Season">Length of a season in steps; 1 for none.</param>
/// <param name="IsMultiplicative">Whether the season multiplies.</param>
internal sealed record SmoothingForm(bool HasTrend = false, bool IsDamped = false, int Season = 1, bool IsMultiplicative = false);

/// <summary>Finds the weights of exponential smoothing, and the state to start with.</summary>
/// <remarks>
/// The start: seasons from the classical decomposition, level and trend from a line through the first ten values (or the
/// first two seasons) without them, as Hyndman et al., Forecasting with Exponential Smoothing (2008), section 2.6.1. Level
/// and trend are then moved to where the squared errors over the values are least for the weights at hand: errors are
/// linear in them, so one step of Gauss and Newton is exact (with multiplicative seasons nearly so).
/// </remarks>
internal static class SmoothingFit
{
    private const int FirstValues = 10;

    // The box that R's forecast::ets searches as well.
    private const double Least = 1e-4;
    private const double Most = 1 - 1e-4;
    private const double LeastDamping = 0.8;
    private const double MostDamping = 0.98;

    /// <summary>The weights with the least sum of squared one-step errors.</summary>
    /// <param name="values">The series; at least two seasons, above 0 where seasons multiply.</param>
    /// <param name="form">Which parts there are.</param>
    internal static SmoothingWeights Weights(ReadOnlySpan<double> values, SmoothingForm form)
    {
        var series = values.ToArray();
        var start = RoughStart(values, form);
        var scratch = new Scratch(values.Length);
        double Errors(double[] point) => BestStart(series, ToWeights(point, form), start, form, scratch).SquaredErrors;

        double[][] choices = [[0.05, 0.2, 0.5, 0.9], .. Parts(form)];
        var (best, least) = (Array.Empty<double>(), double.PositiveInfinity);
        foreach (var point in Grid(choices))
        {
            var errors = Errors(point);
            if (best.Length > 0 && !(errors < least)) continue;
            (best, least) = (point, errors);
        }

        var (lower, upper) = (new double[best.Length], new double[best.Length]);
        lower.AsSpan().Fill(Least);
        upper.AsSpan().Fill(Most);
        if (form.IsDamped) (lower[^1], upper[^1]) = (LeastDamping, MostDamping);
        return ToWeights(NelderMead.Minimize(Errors, best, lower, upper), form);
    }

    /// <summary>The state after a history that the weights fit best.</summary>
    /// <param name="values">The history; at least two seasons.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="form">Which parts there are.</param>
    internal static SmoothingState After(ReadOnlySpan<double> values, in SmoothingWeights weights, SmoothingForm form) =>
        BestStart(values, weights, RoughStart(values, form), form, new Scratch(values.Length)).State;

    /// <summary>The sum of squared one-step errors over values, from the start that the weights fit best.</summary>
    /// <param name="values">The values; at least two seasons.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="form">Which parts there are.</param>
    internal static double SquaredErrors(ReadOnlySpan<double> values, in SmoothingWeights weights, SmoothingForm form) =>
        BestStart(values, weights, RoughStart(values, form), form, new Scratch(values.Length)).SquaredErrors;

    private static SmoothingState RoughStart(ReadOnlySpan<double> values, SmoothingForm form)
    {
        var figure = SeasonalFigure.Of(values, form.Season, form.IsMultiplicative);
        var rest = figure.Remove(values[..Math.Min(values.Length, Math.Max(FirstValues, 2 * form.Season))]);
        if (!form.HasTrend) return new SmoothingState(StraightLine.Mean(rest), 0, figure, 0);
        var line = StraightLine.Through(rest);
        return new SmoothingState(line.At(-1), line.Slope, figure, 0);
    }

    private static (SmoothingState State, double SquaredErrors) BestStart(
        ReadOnlySpan<double> values, in SmoothingWeights weights, in SmoothingState rough, SmoothingForm form, Scratch scratch)
    {
        var (errors, moved, tilted) = (scratch.Errors, scratch.Moved, scratch.Tilted);
        var found = SmoothingWalk.Over(values, weights, rough, errors);
        var unit = Math.Sqrt(found.SquaredErrors / values.Length);
        if (unit <= 0 || !double.IsFinite(unit)) return found;

        // The derivative of the errors by level and trend, by a step as large as an error.
        SmoothingWalk.Over(values, weights, rough with { Level = rough.Level + unit }, moved);
        if (form.HasTrend) SmoothingWalk.Over(values, weights, rough with { Trend = rough.Trend + unit }, tilted);
        var (levels, trends, both, level, trend) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var t = 0; t < errors.Length; t++)
        {
            var byLevel = (moved[t] - errors[t]) / unit;
            levels += byLevel * byLevel;
            level += byLevel * errors[t];
            if (!form.HasTrend) continue;
            var byTrend = (tilted[t] - errors[t]) / unit;
            trends += byTrend * byTrend;
            both += byLevel * byTrend;
            trend += byTrend * errors[t];
        }

        var determinant = (levels * trends) - (both * both);
        var isPlane = determinant > 1e-12 * levels * trends;
        var better = isPlane
            ? rough with
            {
                Level = rough.Level - (((level * trends) - (trend * both)) / determinant),
                Trend = rough.Trend - (((trend * levels) - (level * both)) / determinant),
            }
            : rough with { Level = rough.Level - (levels > 0 ? level / levels : 0) };
        var again = SmoothingWalk.Over(values, weights, better, []);
        return again.SquaredErrors < found.SquaredErrors ? again : found;
    }

    private static IEnumerable<double[]> Parts(SmoothingForm form)
    {
        if (form.HasTrend) yield return [0.01, 0.1, 0.4];
        if (form.Season > 1) yield return [0.02, 0.2, 0.6];
        if (form.IsDamped) yield return [0.88, 0.97];
    }

    private static IEnumerable<double[]> Grid(double[][] choices)
    {
        IEnumerable<double[]> points = [[]];
        foreach (var part in choices) points = [.. points.SelectMany(point => part.Select(value => (double[])[.. point, value]))];
        return points;
    }

    // A point is alpha, beta, gamma / (1 - alpha), phi, as far as the form has them.
    private static SmoothingWeights ToWeights(double[] point, SmoothingForm form)
    {
        var next = 1;
        var trend = form.HasTrend ? point[next++] : 0;
        var season = form.Season > 1 ? point[next++] * (1 - point[0]) : 0;
        return new SmoothingWeights(point[0], trend, season, form.IsDamped ? point[next] : 1);
    }

    private sealed class Scratch(int length)
    {
        public double[] Errors { get; } = new double[length];

        public double[] Moved { get; } = new double[length];

        public double[] Tilted { get; } = new double[length];
    }
}
