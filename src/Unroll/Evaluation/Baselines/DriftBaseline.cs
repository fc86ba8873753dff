namespace Unroll.Evaluation;

/// <summary>
/// Forecasts the last value plus the mean change of the training series: f[t] = y[t - 1] + drift, where
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
    protected override double Forecast(ReadOnlySpan<double> history) => history[^1] + Drift;
}
