namespace Unroll.Evaluation;

/// <summary>
/// A plain forecast that a trained model has to beat: fitted once to a training series, it continues any series that
/// it is shown.
/// </summary>
/// <remarks>
/// What is learnt from training (coefficients, smoothing weights) stays as it is when the history grows; what changes
/// with time (levels, trends, seasons) is computed anew from the history of every forecast. A baseline sees only the
/// values that come before the ones it forecasts, and of them at most the latest <see cref="HistoryValuesUsed"/>, so that
/// a forecast costs the same however long the history is.
/// <para>One line of use: <c>baseline.Fit(train); var nextDay = baseline.Forecast(history, 24);</c></para>
/// <see cref="OneStepAhead"/> and <see cref="RollingOrigin"/> run a baseline over a test series.
/// </remarks>
public abstract class ForecastBaseline
{
    private bool fitted;

    /// <summary>What the baseline is called in tables: <c>naive</c>, <c>AR(3)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The shortest training series that <see cref="Fit"/> can use.</summary>
    public abstract int TrainingValuesNeeded { get; }

    /// <summary>The shortest history from which <see cref="Forecast"/> can forecast; it may depend on the fit.</summary>
    public abstract int HistoryValuesNeeded { get; }

    /// <summary>How many of a history's latest values a forecast depends on at most; older ones are never read.</summary>
    public virtual int HistoryValuesUsed => HistoryValuesNeeded;

    /// <summary>Learns what the baseline needs from a training series; a second call starts afresh.</summary>
    /// <param name="train">The series, oldest value first.</param>
    /// <exception cref="ShapeException">The series is shorter than <see cref="TrainingValuesNeeded"/>.</exception>
    /// <exception cref="OptionException">A value is not a finite number, beyond 1e100, or one that the baseline cannot take.</exception>
    public void Fit(ReadOnlySpan<double> train)
    {
        fitted = false;
        SeriesChecks.LongEnough(train, TrainingValuesNeeded, $"Baseline '{Name}'", "training");
        SeriesChecks.Measurable(train, "training");
        Learn(train);
        fitted = true;
    }

    /// <summary>Forecasts the values that follow a history.</summary>
    /// <param name="history">All values known so far, oldest first; the training series may be part of it.</param>
    /// <param name="horizon">How many steps to forecast, at least 1.</param>
    /// <returns>The forecasts of 1 to <paramref name="horizon"/> steps ahead, in the unit of the series.</returns>
    /// <exception cref="InvalidOperationException">The baseline was not fitted.</exception>
    /// <exception cref="ShapeException">The history is shorter than <see cref="HistoryValuesNeeded"/>.</exception>
    /// <exception cref="OptionException">
    /// The horizon is below 1; one of the values used is not a finite number, beyond 1e100, or one that the baseline cannot
    /// take; or the forecasts grow beyond all numbers.
    /// </exception>
    public double[] Forecast(ReadOnlySpan<double> history, int horizon)
    {
        if (!fitted)
        {
            throw new InvalidOperationException(
                $"Baseline '{Name}' was not fitted. Call Fit with a training series first.");
        }

        SeriesChecks.AtLeastOne(horizon, nameof(horizon));
        SeriesChecks.LongEnough(history, HistoryValuesNeeded, $"Baseline '{Name}'", "history");
        var older = Math.Max(0, history.Length - HistoryValuesUsed);
        SeriesChecks.Measurable(history[older..], "history", older);
        var forecasts = new double[horizon];
        Continue(history[older..], forecasts);
        for (var step = 0; step < horizon; step++)
        {
            if (double.IsFinite(forecasts[step])) continue;
            throw new OptionException(
                $"Baseline '{Name}' grows beyond all numbers {step + 1} steps ahead. Ask for fewer steps, or leave it out.", nameof(horizon));
        }

        return forecasts;
    }

    /// <summary>Forecasts the one value that follows a history: <see cref="Forecast"/> with a horizon of 1.</summary>
    /// <param name="history">All values known so far, oldest first; the training series may be part of it.</param>
    /// <exception cref="InvalidOperationException">The baseline was not fitted.</exception>
    /// <exception cref="ShapeException">The history is shorter than <see cref="HistoryValuesNeeded"/>.</exception>
    /// <exception cref="OptionException">As <see cref="Forecast"/>.</exception>
    public double Next(ReadOnlySpan<double> history) => Forecast(history, 1)[0];

    /// <summary>Learns from a training series that has been checked.</summary>
    /// <param name="train">At least <see cref="TrainingValuesNeeded"/> finite values.</param>
    protected abstract void Learn(ReadOnlySpan<double> train);

    /// <summary>Forecasts what follows a history that has been checked.</summary>
    /// <param name="history"><see cref="HistoryValuesNeeded"/> to <see cref="HistoryValuesUsed"/> finite values.</param>
    /// <param name="forecasts">Receives one forecast for each step ahead, the nearest first.</param>
    protected abstract void Continue(ReadOnlySpan<double> history, Span<double> forecasts);
}
