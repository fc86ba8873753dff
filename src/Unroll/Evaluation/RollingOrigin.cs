namespace Unroll.Evaluation;

/// <summary>A point from which a back-test forecasts: rows before it are known, those from it on are to be forecast.</summary>
/// <param name="Origin">The first row that is not known.</param>
/// <param name="Horizon">How many rows are to be forecast.</param>
public readonly record struct ForecastOrigin(int Origin, int Horizon)
{
    /// <summary>The rows that may be looked at.</summary>
    public Range Known => ..Origin;

    /// <summary>The rows to be forecast.</summary>
    public Range Ahead => Origin..(Origin + Horizon);
}

/// <summary>
/// The origins of a back-test: time stands still at one row after the other, and from each the next rows are forecast
/// (Tashman, Out-of-sample tests of forecasting accuracy, 2000).
/// </summary>
/// <remarks>
/// <para>
/// One line of use: <c>var forecasts = RollingOrigin.Last(series.Length, 24, folds: 10).Forecasts(baseline, series);</c>
/// </para>
/// </remarks>
public sealed record RollingOrigin
{
    private RollingOrigin(int first, int horizon, int folds, int stride) => (First, Horizon, Folds, Stride) = (first, horizon, folds, stride);

    /// <summary>The first origin, which is the number of rows known then; what is fitted once is fitted to these.</summary>
    public int First { get; }

    /// <summary>How many rows each origin forecasts.</summary>
    public int Horizon { get; }

    /// <summary>Number of origins.</summary>
    public int Folds { get; }

    /// <summary>How many rows one origin lies behind the one before; the horizon for forecasts that do not overlap.</summary>
    public int Stride { get; }

    /// <summary>All origins, in order of time.</summary>
    public IEnumerable<ForecastOrigin> Origins =>
        Enumerable.Range(0, Folds).Select(fold => new ForecastOrigin(First + (fold * Stride), Horizon));

    /// <summary>The last origins of a series: the last of them forecasts its last row.</summary>
    /// <param name="length">Number of rows of the series.</param>
    /// <param name="horizon">How many rows each origin forecasts, at least 1.</param>
    /// <param name="folds">Number of origins, at least 1.</param>
    /// <param name="stride">How many rows one origin lies behind the one before, at least 1.</param>
    /// <exception cref="OptionException">A number is below 1.</exception>
    /// <exception cref="ShapeException">The series is too short to leave a known row before the first origin.</exception>
    public static RollingOrigin Last(int length, int horizon, int folds, int stride = 1)
    {
        Check(horizon, stride);
        if (folds < 1)
        {
            throw new OptionException(
                $"The number of folds is {folds}, but must be at least 1. Give the number of origins to forecast from.", nameof(folds));
        }

        var span = Span(horizon, folds, stride);
        LongEnough(length, 1 + span, $"A back-test of {folds} folds with a horizon of {horizon} and a stride of {stride}");
        return new RollingOrigin((int)(length - span), horizon, folds, stride);
    }

    /// <summary>All origins from a row on that leave a whole horizon in the series.</summary>
    /// <param name="length">Number of rows of the series.</param>
    /// <param name="first">The first origin, at least 1.</param>
    /// <param name="horizon">How many rows each origin forecasts, at least 1.</param>
    /// <param name="stride">How many rows one origin lies behind the one before, at least 1.</param>
    /// <exception cref="OptionException">A number is below 1.</exception>
    /// <exception cref="ShapeException">The series ends before the first origin's horizon does.</exception>
    public static RollingOrigin From(int length, int first, int horizon, int stride = 1)
    {
        SeriesChecks.AtLeastOne(first, nameof(first));
        Check(horizon, stride);
        LongEnough(length, (long)first + horizon, $"A back-test from row {first} on with a horizon of {horizon}");
        return new RollingOrigin(first, horizon, 1 + ((length - first - horizon) / stride), stride);
    }

    /// <summary>What a baseline forecasts from every origin; it is not fitted again, and sees the rows before the origin alone.</summary>
    /// <param name="baseline">A fitted baseline.</param>
    /// <param name="series">The series.</param>
    /// <returns>For each origin its forecasts, the nearest first.</returns>
    /// <exception cref="ShapeException">The series is too short for the origins, or the first origin's rows for the baseline.</exception>
    /// <exception cref="OptionException">A value is not a finite number, or one that the baseline cannot take.</exception>
    public double[][] Forecasts(ForecastBaseline baseline, ReadOnlySpan<double> series)
    {
        LongEnough(series.Length, First + Span(Horizon, Folds, Stride), $"This back-test of {Folds} folds");
        var forecasts = new double[Folds][];
        for (var fold = 0; fold < Folds; fold++) forecasts[fold] = baseline.Forecast(series[..(First + (fold * Stride))], Horizon);
        return forecasts;
    }

    private static long Span(int horizon, int folds, int stride) => horizon + ((folds - 1L) * stride);

    private static void Check(int horizon, int stride)
    {
        SeriesChecks.AtLeastOne(horizon, nameof(horizon));
        SeriesChecks.AtLeastOne(stride, nameof(stride));
    }

    private static void LongEnough(int length, long needed, string test)
    {
        if (length >= needed) return;
        throw new ShapeException($"{test} needs at least {needed} rows but got {length}. Give more rows, fewer folds or a shorter horizon.");
    }
}
