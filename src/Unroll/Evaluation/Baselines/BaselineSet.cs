namespace Unroll.Evaluation;

/// <summary>A baseline that does not stand in a table, and why.</summary>
/// <param name="Name">The baseline's name.</param>
/// <param name="Reason">Why it was left out, as a sentence.</param>
public sealed record LeftOutBaseline(string Name, string Reason);

/// <summary>
/// The baselines that a forecast of a series is usually compared with: naive, drift, autoregression by AIC, simple and damped
/// smoothing, Theta, and with a season seasonal naive and damped Holt-Winters, additive and multiplicative.
/// </summary>
/// <remarks>
/// <para>One line of use: <c>var set = BaselineSet.For(24, train.Length); set.Fit(train);</c></para>
/// </remarks>
public sealed class BaselineSet
{
    private readonly ForecastBaseline[] candidates;

    private BaselineSet(ForecastBaseline[] candidates) => this.candidates = candidates;

    /// <summary>The baselines of the table: after <see cref="Fit"/> all of them are fitted.</summary>
    public IReadOnlyList<ForecastBaseline> Baselines { get; private set; } = [];

    /// <summary>Those that cannot be fitted, with the reason.</summary>
    public IReadOnlyList<LeftOutBaseline> LeftOut { get; private set; } = [];

    /// <summary>The usual baselines; those that need a longer training series are left out.</summary>
    /// <param name="season">Length of a season in steps; 1 for none.</param>
    /// <param name="trainLength">Number of training values.</param>
    /// <exception cref="OptionException">The season is shorter than 1.</exception>
    public static BaselineSet For(int season, int trainLength)
    {
        SeriesChecks.AtLeastOne(season, nameof(season));
        var set = new BaselineSet([.. Usual(season)]);
        set.Sort(candidate => candidate.TrainingValuesNeeded <= trainLength ? null :
            $"Baseline '{candidate.Name}' needs at least {candidate.TrainingValuesNeeded} training values but got {trainLength}. " +
            $"Give {candidate.TrainingValuesNeeded - (long)trainLength} more.");
        return set;
    }

    /// <summary>Fits all baselines; those that cannot take the series are left out, and may come back with the next series.</summary>
    /// <param name="train">The training series, oldest value first.</param>
    public void Fit(ReadOnlySpan<double> train)
    {
        var values = train.ToArray();
        Sort(candidate =>
        {
            try
            {
                candidate.Fit(values);
                return null;
            }
            catch (UnrollException refusal)
            {
                return refusal.Message;
            }
        });
    }

    /// <summary>Takes a baseline out, say because it cannot take a value that came after training.</summary>
    /// <param name="baseline">One of <see cref="Baselines"/>.</param>
    /// <param name="reason">Why, as a sentence.</param>
    public void LeaveOut(ForecastBaseline baseline, string reason)
    {
        Baselines = [.. Baselines.Where(other => other != baseline)];
        LeftOut = [.. LeftOut, new LeftOutBaseline(baseline.Name, reason)];
    }

    /// <summary>What each baseline forecasts from every origin; one that cannot go on is left out from then on.</summary>
    /// <param name="origins">The origins of a back-test.</param>
    /// <param name="series">The series, of which each forecast sees the rows before its origin.</param>
    /// <returns>For each baseline that stayed, and each origin, the forecasts, the nearest first.</returns>
    public IReadOnlyDictionary<ForecastBaseline, double[][]> Forecasts(RollingOrigin origins, ReadOnlySpan<double> series)
    {
        var forecasts = new Dictionary<ForecastBaseline, double[][]>();
        foreach (var baseline in Baselines)
        {
            try
            {
                forecasts[baseline] = origins.Forecasts(baseline, series);
            }
            catch (UnrollException refusal)
            {
                LeaveOut(baseline, refusal.Message);
            }
        }

        return forecasts;
    }

    private static IEnumerable<ForecastBaseline> Usual(int season)
    {
        yield return new NaiveBaseline();
        yield return new DriftBaseline();
        if (season > 1) yield return new SeasonalNaiveBaseline(season);
        yield return AutoregressiveBaseline.ByAic(season);
        yield return ExponentialSmoothing.Simple();
        yield return ExponentialSmoothing.DampedHolt();
        if (season > 1)
        {
            yield return ExponentialSmoothing.HoltWinters(season, isDamped: true);
            yield return ExponentialSmoothing.MultiplicativeHoltWinters(season, isDamped: true);
        }

        yield return new ThetaBaseline(season);
    }

    private void Sort(Func<ForecastBaseline, string?> refuse)
    {
        var (kept, leftOut) = (new List<ForecastBaseline>(), new List<LeftOutBaseline>());
        foreach (var candidate in candidates)
        {
            if (refuse(candidate) is { } reason) leftOut.Add(new LeftOutBaseline(candidate.Name, reason));
            else kept.Add(candidate);
        }

        (Baselines, LeftOut) = (kept, leftOut);
    }
}
