namespace Unroll.Evaluation;

/// <summary>
/// The seasonal figure of the classical decomposition: for each step of a season, the mean difference from (or ratio to) a
/// centred moving average over one season, made to have the mean 0 (or 1).
/// </summary>
/// <remarks>Makridakis, Wheelwright, Hyndman, Forecasting (1998), section 3/4; what R calls <c>decompose</c>.</remarks>
internal sealed class SeasonalFigure
{
    // Two-sided 90 %, as the M4 competition has it.
    private const double Critical = 1.645;

    /// <summary>A figure that is known.</summary>
    /// <param name="values">One number for each step of a season.</param>
    /// <param name="isMultiplicative">Whether they are ratios.</param>
    internal SeasonalFigure(double[] values, bool isMultiplicative) => (Values, IsMultiplicative) = (values, isMultiplicative);

    /// <summary>The figure of a series without seasons.</summary>
    internal static SeasonalFigure None { get; } = new([0], isMultiplicative: false);

    /// <summary>One number for each step of a season, that of the series' first value first.</summary>
    internal double[] Values { get; }

    /// <summary>Whether the numbers are ratios instead of differences.</summary>
    internal bool IsMultiplicative { get; }

    /// <summary>A figure with numbers of its own.</summary>
    internal SeasonalFigure Copy() => new((double[])Values.Clone(), IsMultiplicative);

    /// <summary>Takes the season out of the value of a time.</summary>
    internal double Remove(double value, int time) =>
        IsMultiplicative ? value / Values[time % Values.Length] : value - Values[time % Values.Length];

    /// <summary>Takes the season out of a series.</summary>
    internal double[] Remove(ReadOnlySpan<double> values)
    {
        var rest = new double[values.Length];
        for (var t = 0; t < rest.Length; t++) rest[t] = Remove(values[t], t);
        return rest;
    }

    /// <summary>Puts the season of a time on a value.</summary>
    internal double Restore(double value, int time) =>
        IsMultiplicative ? value * Values[time % Values.Length] : value + Values[time % Values.Length];

    /// <summary>Ratios where all values are above 0, differences otherwise.</summary>
    internal static SeasonalFigure Of(ReadOnlySpan<double> values, int season)
    {
        var isPositive = true;
        foreach (var value in values) isPositive &= value > 0;
        return Of(values, season, isPositive);
    }

    /// <summary>The figure of a series.</summary>
    /// <param name="values">At least two seasons of values; above 0 where the figure is multiplicative.</param>
    /// <param name="season">Length of a season in steps; 1 gives no figure.</param>
    /// <param name="isMultiplicative">Whether the season multiplies what is left of it.</param>
    internal static SeasonalFigure Of(ReadOnlySpan<double> values, int season, bool isMultiplicative)
    {
        if (season == 1) return None;
        var figure = new double[season];
        var counts = new int[season];
        var half = season / 2;
        var sum = new RunningSum();
        for (var t = 0; t < Math.Min(values.Length, 2 * half); t++) sum.Add(values[t]);
        for (var t = half; t + half < values.Length; t++)
        {
            var window = values.Slice(t - half, (2 * half) + 1);
            sum.Add(window[^1]);
            if (t > half) sum.Add(-values[t - half - 1]);

            // An even season has both ends in the window, each with half its weight.
            var total = season % 2 == 0 ? sum.Value - ((window[0] + window[^1]) / 2) : sum.Value;
            // Rounding must not take the sum of positive values below one of them.
            if (isMultiplicative) total = Math.Max(total, values[t]);
            figure[t % season] += isMultiplicative ? values[t] / (total / season) : values[t] - (total / season);
            counts[t % season]++;
        }

        for (var i = 0; i < season; i++) figure[i] /= counts[i];
        var mean = StraightLine.Mean(figure);
        for (var i = 0; i < season; i++) figure[i] = isMultiplicative ? figure[i] / mean : figure[i] - mean;
        return new SeasonalFigure(figure, isMultiplicative);
    }

    /// <summary>
    /// Whether a series has seasons, as the M4 competition decides: at least three of them, and an autocorrelation one season
    /// apart, r[m], with |r[m]| > 1.645 sqrt((1 + 2 (r[1]^2 + ... + r[m - 1]^2)) / n).
    /// </summary>
    /// <param name="values">The series.</param>
    /// <param name="season">Length m of a season in steps; 1 is no season.</param>
    internal static bool IsSeasonal(ReadOnlySpan<double> values, int season)
    {
        if (season == 1 || values.Length < 3L * season) return false;
        var mean = StraightLine.Mean(values);
        var variance = Product(values, values, mean);
        if (variance <= 0) return false;
        var squares = 0.0;
        for (var lag = 1; lag < season; lag++)
        {
            var correlation = Product(values[lag..], values[..^lag], mean) / variance;
            squares += correlation * correlation;
        }

        var seasonal = Product(values[season..], values[..^season], mean) / variance;
        return Math.Abs(seasonal) > Critical * Math.Sqrt((1 + (2 * squares)) / values.Length);
    }

    private static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double mean)
    {
        var sum = 0.0;
        for (var t = 0; t < a.Length; t++) sum += (a[t] - mean) * (b[t] - mean);
        return sum;
    }

    // Keeps beside the sum what rounding took from it (Neumaier 1974), so that a huge value leaves nothing behind.
    private struct RunningSum
    {
        private double sum;
        private double lost;

        public readonly double Value => sum + lost;

        public void Add(double value)
        {
            var next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }
    }
}
