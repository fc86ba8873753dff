namespace Unroll.Evaluation;

/// <summary>
/// Runs a forecast baseline over the test part of a series, one step at a time: the forecast for time t knows the true
/// values up to t - 1, in training and test, and none from t on.
/// </summary>
public static class OneStepAhead
{
    /// <summary>Fits a baseline to the training part and forecasts every value of the test part.</summary>
    /// <param name="baseline">The baseline; whatever it was fitted to before is forgotten.</param>
    /// <param name="train">The training part, oldest value first. Only this part is fitted to.</param>
    /// <param name="test">The test part, which follows the training part without a gap.</param>
    /// <returns>One forecast for each value of the test part.</returns>
    /// <exception cref="ShapeException">The training part is too short for the baseline.</exception>
    /// <exception cref="OptionException">A value is not a finite number.</exception>
    public static double[] Forecasts(ForecastBaseline baseline, ReadOnlySpan<double> train, ReadOnlySpan<double> test)
    {
        baseline.Fit(train);
        SeriesChecks.Finite(test, "test");
        var series = new double[train.Length + test.Length];
        train.CopyTo(series);
        test.CopyTo(series.AsSpan(train.Length));

        var forecasts = new double[test.Length];
        for (var i = 0; i < test.Length; i++) forecasts[i] = baseline.Next(series.AsSpan(0, train.Length + i));
        return forecasts;
    }

    /// <summary>Fits a baseline to the training part and measures its forecasts of the test part.</summary>
    /// <param name="baseline">The baseline; whatever it was fitted to before is forgotten.</param>
    /// <param name="train">The training part, oldest value first; longer than a season.</param>
    /// <param name="test">The test part, which follows the training part without a gap.</param>
    /// <param name="season">Length of a season in steps, for <see cref="ForecastErrors.Mase"/>; 1 for none.</param>
    /// <exception cref="ShapeException">The training part is too short, or the test part is empty.</exception>
    /// <exception cref="OptionException">A value is not a finite number, or the season is shorter than 1.</exception>
    public static ForecastErrors Evaluate(
        ForecastBaseline baseline, ReadOnlySpan<double> train, ReadOnlySpan<double> test, int season = 1)
    {
        SeriesChecks.NotEmpty(test, "test");
        return ForecastErrors.From(test, Forecasts(baseline, train, test), train, season);
    }
}
