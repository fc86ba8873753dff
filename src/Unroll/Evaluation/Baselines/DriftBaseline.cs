namespace Unroll.Evaluation;

/// <summary>
/// Forecasts the last value plus the mean change of the training series for each step: f[n + h] = y[n] + h drift, where
/// drift = (x[n] - x[1]) / (n - 1) for the training series x[1] to x[n].
/// </summary>
public sealed class DriftBaseline : ForecastBaseline
{
    /// <summary>The mean change per step of the training series, in the unit of the series; 0 before fitting.</summary>
    public double Drift { get; private set; }

    /// <inheritdoc/>
    public override string Name => "drift";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => 2;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => 1;

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train) => Drift = (train[^1] - train[0]) / (train.Length - 1);

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        for (var step = 0; step < forecasts.Length; step++) forecasts[step] = history[^1] + ((step + 1) * Drift);
    }
}
