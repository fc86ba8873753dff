namespace Unroll.Evaluation;

/// <summary>
/// Naive2, the yardstick of the M4 competition: the last value without its season, put back into the season of each step
/// ahead. Where the test finds no seasons it is the naive forecast.
/// </summary>
/// <remarks>
/// Fitting decides whether there are seasons: at least three in the training series, and an autocorrelation one season apart
/// that is significant at 90 %. Seasons come from the classical decomposition of each history, multiplicative where all its
/// values are above 0 (as M4 has it), additive otherwise; at most the latest 3,000 values or 20 seasons are read.
/// Makridakis, Spiliotis, Assimakopoulos, The M4 Competition (2020), and its published code.
/// </remarks>
public sealed class Naive2Baseline : ForecastBaseline
{
    /// <summary>Makes the baseline.</summary>
    /// <param name="season">Length of a season in steps; 1 for none, which is the naive forecast.</param>
    /// <exception cref="OptionException">The season is shorter than 1.</exception>
    public Naive2Baseline(int season)
    {
        SeriesChecks.AtLeastOne(season, nameof(season));
        Season = season;
    }

    /// <summary>Length of a season in steps.</summary>
    public int Season { get; }

    /// <summary>Whether the training series has seasons; false before fitting.</summary>
    public bool IsSeasonal { get; private set; }

    /// <inheritdoc/>
    public override string Name => $"Naive2 ({Season})";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => 1;

    /// <summary>The shortest history: two seasons if the training series has them, otherwise 1.</summary>
    public override int HistoryValuesNeeded => IsSeasonal ? 2 * Season : 1;

    /// <inheritdoc/>
    public override int HistoryValuesUsed =>
        IsSeasonal ? Math.Max(ExponentialSmoothing.LongestHistory, ExponentialSmoothing.LongestSeasons * Season) : 1;

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train) => IsSeasonal = SeasonalFigure.IsSeasonal(train, Season);

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        var figure = SeasonalFigure.Of(history, IsSeasonal ? Season : 1);
        var last = figure.Remove(history[^1], history.Length - 1);
        for (var step = 0; step < forecasts.Length; step++) forecasts[step] = figure.Restore(last, history.Length + step);
    }
}
