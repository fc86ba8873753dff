namespace Unroll.Evaluation;

/// <summary>How far forecasts were from what came, in the measures that forecasters compare.</summary>
/// <remarks>
/// With y the actual values, f their forecasts, the error e = y - f and means over all of them. A measure that is
/// undefined for the values at hand is <see cref="double.NaN"/>.
/// <para>One line of use: <c>var errors = ForecastErrors.From(actual, forecast, train, season: 12);</c></para>
/// </remarks>
public sealed record ForecastErrors
{
    private ForecastErrors()
    {
    }

    /// <summary>Number of values that were forecast.</summary>
    public int Count { get; private init; }

    /// <summary>mean(e), in the unit of the series: above 0 where forecasts are too low.</summary>
    public double Bias { get; private init; }

    /// <summary>Mean absolute error, mean(|e|), in the unit of the series.</summary>
    public double Mae { get; private init; }

    /// <summary>Mean squared error, mean(e^2), in the square of the unit of the series.</summary>
    public double Mse { get; private init; }

    /// <summary>Root mean squared error, sqrt(mean(e^2)), in the unit of the series.</summary>
    public double Rmse => Math.Sqrt(Mse);

    /// <summary>Largest absolute error, max(|e|), in the unit of the series.</summary>
    public double MaxError { get; private init; }

    /// <summary>
    /// Mean absolute percentage error, 100 mean(|e| / |y|), in percent. NaN if any actual value is 0: a percentage of
    /// nothing has no meaning, and leaving such values out would flatter the forecast. Use <see cref="Wape"/> or
    /// <see cref="Mase"/> for a series with zeros.
    /// </summary>
    public double Mape { get; private init; }

    /// <summary>
    /// Symmetric mean absolute percentage error, 100 mean(2 |e| / (|y| + |f|)), in percent from 0 to 200. Where the
    /// actual value and its forecast are both 0, the forecast is perfect and counts 0; where only the actual value is
    /// 0, it counts 200.
    /// </summary>
    public double Smape { get; private init; }

    /// <summary>
    /// Weighted absolute percentage error, 100 sum(|e|) / sum(|y|), in percent. NaN only if all actual values are 0.
    /// </summary>
    public double Wape { get; private init; }

    /// <summary>
    /// Coefficient of determination, 1 - sum(e^2) / sum((y - mean(y))^2), without unit: 1 is perfect, 0 as good as the
    /// mean of the actual values, below 0 worse. NaN if all actual values are the same.
    /// </summary>
    public double R2 { get; private init; }

    /// <summary>
    /// Mean absolute scaled error, <see cref="Mae"/> / mean(|x[t] - x[t - season]|) over the training series x, without
    /// unit: below 1 is better than repeating the last season was in training. Null if no training series was given;
    /// NaN if the training series repeats every season exactly.
    /// </summary>
    public double? Mase { get; private init; }

    /// <summary>Measures forecasts, without <see cref="Mase"/>.</summary>
    /// <param name="actual">What came, in order of time.</param>
    /// <param name="forecast">What was forecast for the same times.</param>
    /// <exception cref="ShapeException">The two have different lengths or no values.</exception>
    /// <exception cref="OptionException">A value is not a finite number.</exception>
    public static ForecastErrors From(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        if (actual.Length != forecast.Length)
        {
            throw new ShapeException(
                $"{actual.Length} actual values cannot be compared with {forecast.Length} forecasts. " +
                "Give one forecast for every actual value.");
        }

        SeriesChecks.NotEmpty(actual, "actual");
        SeriesChecks.Finite(actual, "actual");
        SeriesChecks.Finite(forecast, "forecast");

        var sums = default(Sums);
        for (var i = 0; i < actual.Length; i++) sums.Add(actual[i], forecast[i]);
        var n = actual.Length;
        return new ForecastErrors
        {
            Count = n,
            Bias = sums.Error / n,
            Mae = sums.Absolute / n,
            Mse = sums.Squared / n,
            MaxError = sums.Largest,
            Mape = 100 * sums.Share / n,
            Smape = 100 * sums.SymmetricShare / n,
            Wape = sums.Actual > 0 ? 100 * sums.Absolute / sums.Actual : double.NaN,
            R2 = 1 - (sums.Squared / SquaredSpread(actual)),
        };
    }

    /// <summary>Measures forecasts, <see cref="Mase"/> included.</summary>
    /// <param name="actual">What came, in order of time.</param>
    /// <param name="forecast">What was forecast for the same times.</param>
    /// <param name="train">
    /// The series that came before, whose seasonal changes are the scale; longer than a season.
    /// </param>
    /// <param name="season">Length of a season in steps; 1 for a series without seasons.</param>
    /// <exception cref="ShapeException">
    /// Actual values and forecasts have different lengths or no values, or the training series is too short.
    /// </exception>
    /// <exception cref="OptionException">A value is not a finite number, or the season is shorter than 1.</exception>
    public static ForecastErrors From(
        ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast, ReadOnlySpan<double> train, int season = 1)
    {
        SeriesChecks.AtLeastOne(season, "season");
        SeriesChecks.LongEnough(train, season + 1L, $"MASE with season {season}", "training");
        SeriesChecks.Finite(train, "training");
        var errors = From(actual, forecast);

        var change = 0.0;
        for (var t = season; t < train.Length; t++) change += Math.Abs(train[t] - train[t - season]);
        var scale = change / (train.Length - season);
        return errors with { Mase = scale > 0 ? errors.Mae / scale : double.NaN };
    }

    // NaN for a constant series, whose spread would otherwise be the rounding of its mean.
    private static double SquaredSpread(ReadOnlySpan<double> values)
    {
        if (!values.ContainsAnyExcept(values[0])) return double.NaN;

        var mean = 0.0;
        foreach (var value in values) mean += value / values.Length;
        var sum = 0.0;
        foreach (var value in values) sum += (value - mean) * (value - mean);
        return sum;
    }

    private struct Sums
    {
        public double Error;
        public double Absolute;
        public double Squared;
        public double Largest;
        public double Share;
        public double SymmetricShare;
        public double Actual;

        public void Add(double actual, double forecast)
        {
            var error = actual - forecast;
            var absolute = Math.Abs(error);
            Error += error;
            Absolute += absolute;
            Squared += error * error;
            Largest = Math.Max(Largest, absolute);
            Share += actual == 0 ? double.NaN : absolute / Math.Abs(actual);
            SymmetricShare += absolute == 0 ? 0 : 2 * absolute / (Math.Abs(actual) + Math.Abs(forecast));
            Actual += Math.Abs(actual);
        }
    }
}
