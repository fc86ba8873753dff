namespace Unroll.Evaluation;

/// <summary>Forecasts the last season again: f[t] = y[t - season], or f[t - season] where that is ahead as well.</summary>
public sealed class SeasonalNaiveBaseline : ForecastBaseline
{
    /// <summary>Makes the baseline.</summary>
    /// <param name="season">
    /// Length of a season in steps, at least 1: 12 for months of a year, 24 for hours of a day.
    /// </param>
    /// <exception cref="OptionException">The season is shorter than 1.</exception>
    public SeasonalNaiveBaseline(int season)
    {
        SeriesChecks.AtLeastOne(season, nameof(season));
        Season = season;
    }

    /// <summary>Length of a season in steps.</summary>
    public int Season { get; }

    /// <inheritdoc/>
    public override string Name => $"seasonal naive ({Season})";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => Season;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => Season;

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        for (var step = 0; step < forecasts.Length; step++) forecasts[step] = history[history.Length - Season + (step % Season)];
    }
}
