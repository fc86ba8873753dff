namespace Unroll.Evaluation;

/// <summary>
/// Forecasts that nothing changes: the last value, however many steps ahead. Hard to beat on prices and other random walks.
/// </summary>
public sealed class NaiveBaseline : ForecastBaseline
{
    /// <inheritdoc/>
    public override string Name => "naive";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => 1;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => 1;

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts) => forecasts.Fill(history[^1]);
}
