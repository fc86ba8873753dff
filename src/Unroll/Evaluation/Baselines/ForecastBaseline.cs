namespace Unroll.Evaluation;

/// <summary>
/// A plain forecast that a trained model has to beat: fitted once to a training series, it forecasts the next value
/// of any series that it is shown.
/// </summary>
/// <remarks>
/// A baseline sees only the values that come before the one it forecasts; what it learns from training stays as it is
/// when the history grows. <see cref="OneStepAhead"/> runs a baseline over a test series.
/// </remarks>
public abstract class ForecastBaseline
{
    private bool fitted;

    /// <summary>What the baseline is called in tables: <c>naive</c>, <c>AR(3)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The shortest training series that <see cref="Fit"/> can use.</summary>
    public abstract int TrainingValuesNeeded { get; }

    /// <summary>The shortest history from which <see cref="Next"/> can forecast.</summary>
    public abstract int HistoryValuesNeeded { get; }

    /// <summary>Learns what the baseline needs from a training series; a second call starts afresh.</summary>
    /// <param name="train">The series, oldest value first.</param>
    /// <exception cref="ShapeException">The series is shorter than <see cref="TrainingValuesNeeded"/>.</exception>
    /// <exception cref="OptionException">A value is not a finite number.</exception>
    public void Fit(ReadOnlySpan<double> train)
    {
        SeriesChecks.LongEnough(train, TrainingValuesNeeded, $"Baseline '{Name}'", "training");
        SeriesChecks.Finite(train, "training");
        Learn(train);
        fitted = true;
    }

    /// <summary>Forecasts the value that follows a history.</summary>
    /// <param name="history">All values known so far, oldest first; the training series may be part of it.</param>
    /// <exception cref="InvalidOperationException">The baseline was not fitted.</exception>
    /// <exception cref="ShapeException">The history is shorter than <see cref="HistoryValuesNeeded"/>.</exception>
    public double Next(ReadOnlySpan<double> history)
    {
        if (!fitted)
        {
            throw new InvalidOperationException(
                $"Baseline '{Name}' was not fitted. Call Fit with a training series first.");
        }

        SeriesChecks.LongEnough(history, HistoryValuesNeeded, $"Baseline '{Name}'", "history");
        return Forecast(history);
    }

    /// <summary>Learns from a training series that has been checked.</summary>
    /// <param name="train">At least <see cref="TrainingValuesNeeded"/> finite values.</param>
    protected abstract void Learn(ReadOnlySpan<double> train);

    /// <summary>Forecasts the value after a history that has been checked.</summary>
    /// <param name="history">At least <see cref="HistoryValuesNeeded"/> values.</param>
    protected abstract double Forecast(ReadOnlySpan<double> history);
}
