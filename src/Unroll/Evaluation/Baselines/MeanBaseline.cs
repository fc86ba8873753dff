namespace Unroll.Evaluation;

/// <summary>
/// Forecasts the mean of the training series, however many steps ahead. Hard to beat on changes of prices and whatever else
/// swings about a level without memory.
/// </summary>
public sealed class MeanBaseline : ForecastBaseline
{
    /// <summary>The mean of the training series, in its unit; 0 before fitting.</summary>
    public double Mean { get; private set; }

    /// <inheritdoc/>
    public override string Name => "mean";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => 1;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => 0;

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train) => Mean = StraightLine.Mean(train);

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts) => forecasts.Fill(Mean);
}
