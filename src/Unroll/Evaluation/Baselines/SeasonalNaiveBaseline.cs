namespace Unroll.Evaluation;

/// <summary>Forecasts what came one season ago: f[t] = y[t - season].</summary>
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
    protected override double Forecast(ReadOnlySpan<double> history) => history[^Season];
}
