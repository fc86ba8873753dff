namespace Unroll.Evaluation;

/// <summary>How far forecasts were from what came, in the measures that forecasters compare.</summary>
/// <remarks>
/// With y the actual values, f their forecasts, the error e = y - f and means over all of them. A measure that is
/// undefined for the values at hand is <see cref="double.NaN"/>.
/// <para>
/// <see cref="Pool"/> puts the errors of many series, or of many forecast origins, together.
/// </para>
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
    /// Root relative squared error, sqrt(sum(e^2)) / sqrt(sum((y - mean(y))^2)), without unit: 0 is perfect, 1 as good as the
    /// mean of the actual values. NaN if all actual values are the same. Lai et al., Modeling long- and short-term temporal
    /// patterns with deep neural networks (LSTNet, 2018), equation 11.
    /// </summary>
    public double Rse => Math.Sqrt(1 - R2);

    /// <summary>
    /// Pearson's correlation of actual values and forecasts, -1 to 1, without unit: it sees neither bias nor scale. NaN if all
    /// actual values or all forecasts are the same. The CORR of LSTNet, equation 12.
    /// </summary>
    public double Correlation { get; private init; }

    /// <summary>
    /// Mean absolute scaled error, <see cref="Mae"/> / mean(|x[t] - x[t - season]|) over the training series x, without
    /// unit: below 1 is better than repeating the last season was in training. Null if no training series was given;
    /// NaN if the training series repeats every season exactly.
    /// </summary>
    public double? Mase { get; private init; }

    // What pooling needs: sum(|y|), mean(y) and sum((y - mean(y))^2).
    private double AbsoluteActual { get; init; }

    private double MeanActual { get; init; }

    private double Spread { get; init; }

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
        var (meanActual, meanForecast) = (StraightLine.Mean(actual), StraightLine.Mean(forecast));
        var spread = Comoment(actual, meanActual, actual, meanActual);
        return new ForecastErrors
        {
            Count = n,
            Bias = sums.Error / n,
            Mae = sums.Absolute / n,
            Mse = sums.Squared / n,
            MaxError = sums.Largest,
            Mape = 100 * sums.Share / n,
            Smape = 100 * sums.SymmetricShare / n,
            Wape = PercentOf(sums.Absolute, sums.Actual),
            R2 = Determination(sums.Squared, spread),
            Correlation = Comoment(actual, meanActual, forecast, meanForecast)
                / Math.Sqrt(spread) / Math.Sqrt(Comoment(forecast, meanForecast, forecast, meanForecast)),
            AbsoluteActual = sums.Actual,
            MeanActual = meanActual,
            Spread = spread,
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

    /// <summary>Puts the errors of many series together, as competitions and papers do.</summary>
    /// <remarks>
    /// Percentages and scaled errors are means over the series, each counting alike (M4): <see cref="Mape"/>,
    /// <see cref="Smape"/>, <see cref="Mase"/>; so is <see cref="Correlation"/>, but for the series that have none (LSTNet). All other
    /// measures are those of all values together: <see cref="Wape"/> divides by all actual values, <see cref="R2"/> and
    /// <see cref="Rse"/> take their mean over all series. A series whose measure is NaN makes the mean NaN.
    /// </remarks>
    /// <param name="series">The errors of each series, at least one.</param>
    /// <exception cref="ShapeException">There is no series.</exception>
    /// <exception cref="OptionException">Some have a <see cref="Mase"/>, some have none.</exception>
    public static ForecastErrors Pool(IReadOnlyCollection<ForecastErrors> series)
    {
        if (series.Count == 0)
            throw new ShapeException("There are no errors to pool. Give those of at least one series.");
        var scaled = series.Count(errors => errors.Mase is not null);
        if (scaled > 0 && scaled < series.Count)
        {
            throw new OptionException(
                $"{scaled} of {series.Count} series have a MASE, the others have none. Give all their training series, or none.", nameof(series));
        }

        var n = series.Sum(errors => errors.Count);
        double Mean(Func<ForecastErrors, double> measure) => series.Sum(errors => measure(errors) * errors.Count / n);
        var mean = Mean(errors => errors.MeanActual);
        // The spread of all: within the series, and between their means.
        var spread = series.Sum(errors => errors.Spread + (errors.Count * (errors.MeanActual - mean) * (errors.MeanActual - mean)));
        var correlations = series.Select(errors => errors.Correlation).Where(correlation => !double.IsNaN(correlation)).ToArray();
        var (mae, mse, actual) = (Mean(errors => errors.Mae), Mean(errors => errors.Mse), series.Sum(errors => errors.AbsoluteActual));
        return new ForecastErrors
        {
            Count = n,
            Bias = Mean(errors => errors.Bias),
            Mae = mae,
            Mse = mse,
            MaxError = series.Max(errors => errors.MaxError),
            Mape = series.Average(errors => errors.Mape),
            Smape = series.Average(errors => errors.Smape),
            Wape = PercentOf(n * mae, actual),
            R2 = Determination(n * mse, spread),
            Correlation = correlations.Length > 0 ? correlations.Average() : double.NaN,
            Mase = scaled > 0 ? series.Average(errors => errors.Mase!.Value) : null,
            AbsoluteActual = actual,
            MeanActual = mean,
            Spread = spread,
        };
    }

    /// <summary>
    /// Overall weighted average of M4, without unit: (<see cref="Smape"/> / that of Naive2 + <see cref="Mase"/> / that of Naive2) / 2,
    /// of errors pooled over all series. Below 1 is better than <see cref="Naive2Baseline"/>.
    /// </summary>
    /// <param name="naive2">The pooled errors of Naive2 over the same series.</param>
    /// <exception cref="OptionException">One of the two has no <see cref="Mase"/>.</exception>
    public double Owa(ForecastErrors naive2)
    {
        if (Mase is { } own && naive2.Mase is { } other) return ((Smape / naive2.Smape) + (own / other)) / 2;
        throw new OptionException("OWA needs the MASE of both forecasts. Give From the training series.", nameof(naive2));
    }

    private static double PercentOf(double error, double actual) => actual > 0 ? 100 * error / actual : double.NaN;

    private static double Determination(double squares, double spread) => spread > 0 ? 1 - (squares / spread) : double.NaN;

    // Exactly 0 for a constant series, whose mean is exact.
    private static double Comoment(ReadOnlySpan<double> a, double meanA, ReadOnlySpan<double> b, double meanB)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
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
