namespace Unroll.Evaluation;

/// <summary>
/// The Theta method, the winner of the M3 competition: the mean of a straight line through the series (theta 0) and of simple
/// smoothing of a series with its bends doubled (theta 2), after seasons have been taken out.
/// </summary>
/// <remarks>
/// With x the series without its seasons and a + b t the line that fits it best, theta 2 is z[t] = 2 x[t] - (a + b t), and
/// f[n + h] = (a + b (n + h) + level of z) / 2, put back into the season. As in the M4 competition seasons are taken out where
/// the training series has at least three and their autocorrelation is significant at 90 %; they come from the classical
/// decomposition, multiplicative where all values are above 0, additive otherwise. M4 also raises forecasts below 0 to 0; here
/// they stay. Fitting decides on seasons and finds the weight of the smoothing; line, level and seasons are computed
/// anew from each history, at most from its latest 3,000 values or 20 seasons.
/// <para>Assimakopoulos, Nikolopoulos, The theta model: a decomposition approach to forecasting (2000).</para>
/// </remarks>
public sealed class ThetaBaseline : ForecastBaseline
{
    private SmoothingWeights weights = new(0, 0, 0, 1);

    /// <summary>Makes the baseline.</summary>
    /// <param name="season">Length of a season in steps; 1 for none.</param>
    /// <exception cref="OptionException">The season is shorter than 1.</exception>
    public ThetaBaseline(int season = 1)
    {
        SeriesChecks.AtLeastOne(season, nameof(season));
        Season = season;
    }

    /// <summary>Length of a season in steps.</summary>
    public int Season { get; }

    /// <summary>Whether the training series has seasons; false before fitting.</summary>
    public bool IsSeasonal { get; private set; }

    /// <summary>alpha, the weight of the newest value in the smoothing; 0 before fitting.</summary>
    public double LevelWeight => weights.Level;

    /// <inheritdoc/>
    public override string Name => Season > 1 ? $"Theta ({Season})" : "Theta";

    /// <inheritdoc/>
    public override int TrainingValuesNeeded => 3;

    /// <summary>The shortest history: two seasons if the training series has them, otherwise 1.</summary>
    public override int HistoryValuesNeeded => IsSeasonal ? 2 * Season : 1;

    /// <inheritdoc/>
    public override int HistoryValuesUsed =>
        Math.Max(ExponentialSmoothing.LongestHistory, IsSeasonal ? ExponentialSmoothing.LongestSeasons * Season : 1);

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
        IsSeasonal = SeasonalFigure.IsSeasonal(train, Season);
        weights = SmoothingFit.Weights(Split(train).Bends, new SmoothingForm());
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        var (figure, line, bends) = Split(history);
        var level = SmoothingFit.After(bends, weights, new SmoothingForm()).Level;
        for (var step = 0; step < forecasts.Length; step++)
        {
            var time = history.Length + step;
            forecasts[step] = figure.Restore((line.At(time) + level) / 2, time);
        }
    }

    // Seasons, the line of theta 0 and the series of theta 2.
    private (SeasonalFigure Figure, StraightLine Line, double[] Bends) Split(ReadOnlySpan<double> values)
    {
        var figure = SeasonalFigure.Of(values, IsSeasonal ? Season : 1);
        var bends = figure.Remove(values);
        var line = StraightLine.Through(bends);
        for (var t = 0; t < bends.Length; t++) bends[t] = (2 * bends[t]) - line.At(t);
        return (figure, line, bends);
    }
}
