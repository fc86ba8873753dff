using Unroll.Evaluation;

namespace Unroll.Forecasting;

/// <summary>What the usual baselines say from the same origins: each is fitted to every target of every series by itself.</summary>
internal static class BaselineForecasts
{
    /// <summary>The forecasts of each baseline, in the order of the origins; of a baseline that cannot be had for all series, none.</summary>
    public static IEnumerable<(string Name, List<Forecast> Forecasts)> Of(
        ForecastOptions options, ForecastData data, IReadOnlyList<WindowOrigin> origins, IProgress<JudgingProgress>? progress = null)
    {
        var fitted = new Dictionary<string, FittedBaseline>[data.Series.Count][];
        for (var number = 0; number < fitted.Length; number++)
        {
            progress?.Report(new("Fitting the baselines", (double)number / fitted.Length));
            fitted[number] = [.. options.Targets.Select(target => Fit(options, data, data.Series[number], target))];
        }

        var kinds = fitted.SelectMany(series => series.SelectMany(target => target.Keys)).Distinct().ToList();
        foreach (var kind in kinds)
        {
            progress?.Report(new($"Judging {kind}", (double)kinds.IndexOf(kind) / kinds.Count));
            var forecasts = new List<Forecast>();
            foreach (var at in origins)
            {
                for (var target = 0; target < options.Targets.Count; target++)
                {
                    if (fitted[at.Series][target].TryGetValue(kind, out var baseline) && Say(options, data.Series[at.Series], at, target, baseline) is { } said)
                        forecasts.Add(said);
                }
            }

            if (forecasts.Count == origins.Count * options.Targets.Count) yield return (kind, forecasts);
        }
    }

    private static Dictionary<string, FittedBaseline> Fit(ForecastOptions options, ForecastData data, PreparedSeries series, string target)
    {
        var testRow = data.TestRow(series);
        var values = Known(series.Series[target]);
        var first = Math.Min(values.AsSpan().IndexOfAnyExcept(double.NaN), testRow);
        if (first < 0) return [];
        var set = BaselineSet.For(Math.Max(1, options.Season), testRow - first);
        set.Fit(values.AsSpan(first, testRow - first));
        var baselines = set.Baselines.ToDictionary(baseline => baseline.Name, baseline => new FittedBaseline(baseline, values, first));
        if (data.Series.Count == 1) return baselines;
        var naive2 = new Naive2Baseline(Math.Max(1, options.Season));
        naive2.Fit(values.AsSpan(first, testRow - first));
        baselines[ErrorTable.Naive2] = new FittedBaseline(naive2, values, first);
        return baselines;
    }

    private static Forecast? Say(ForecastOptions options, PreparedSeries series, WindowOrigin at, int target, FittedBaseline fitted)
    {
        try
        {
            var history = fitted.Values.AsSpan(fitted.First, at.Origin - fitted.First);
            var said = fitted.Baseline.Forecast(history, options.Gap + options.Horizon);
            return new Forecast(series.Series.Id, options.Targets[target], at.Origin, [], said[options.Gap..], []);
        }
        catch (UnrollException)
        {
            return null; // a history that the baseline cannot take, such as one that is not positive
        }
    }

    /// <summary>Values as they were known: a gap holds the value before it.</summary>
    private static double[] Known(ReadOnlySpan<double> values)
    {
        var known = values.ToArray();
        for (var row = 1; row < known.Length; row++)
        {
            if (double.IsNaN(known[row])) known[row] = known[row - 1];
        }

        return known;
    }

    private sealed record FittedBaseline(ForecastBaseline Baseline, double[] Values, int First);
}
