using Unroll.Data;
using Unroll.Evaluation;

namespace Unroll.Forecasting;

/// <summary>The errors of several methods on the same rows.</summary>
internal sealed class ErrorTable(ForecastOptions options, ForecastData data)
{
    /// <summary>The name of the baseline that OWA, the measure of the M4 competition, is taken against.</summary>
    public const string Naive2 = "Naive2";

    private readonly List<MethodErrors> methods = [];
    private readonly List<double[]> losses = []; // by method: one for each origin, in units of the series' own changes

    /// <summary>What was added, in order; of many series with their OWA (Makridakis et al. 2020): half of what sMAPE and MASE are of Naive2's.</summary>
    public IReadOnlyList<MethodErrors> Methods
    {
        get
        {
            if (methods.Find(method => method.Name == Naive2) is not { } naive || !naive.Figures.ContainsKey("mase")) return methods;
            return [.. methods.Select(method => method.Figures.ContainsKey("mase") ? WithOwa(method, naive.Figures) : method)];
        }
    }

    /// <summary>Measures a method.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="forecasts">Its forecasts, in order of time.</param>
    public void Add(string name, IReadOnlyList<Forecast> forecasts)
    {
        var parts = forecasts.GroupBy(forecast => (forecast.Series, forecast.Target)).Select(part => PartOf([.. part])).OfType<Part>().ToList();
        if (parts.Count == 0) throw new DataException("The part that tests holds no known value of the target. Test on other rows.");
        var figures = Pooled(parts);
        if (forecasts[0].Quantiles.Count > 0) AddIntervals(figures, parts);
        methods.Add(new MethodErrors(name, figures, ByStep(forecasts)));
        losses.Add(Losses(parts));
    }

    /// <summary>Whether the first method is better than the best of the others, in a sentence.</summary>
    /// <param name="stride">Rows from one origin to the next.</param>
    public string Verdict(int stride)
    {
        if (methods.Count < 2) return "No baseline could be fitted to these series.";
        var best = Enumerable.Range(1, methods.Count - 1).MinBy(method => methods[method].AbsoluteError);
        var steps = (options.Gap + options.Horizon + stride - 1) / stride;
        if (losses[0].Length > steps + 1)
            return Capital(DieboldMarianoTest.From(losses[0], losses[best], steps, ForecastLoss.Absolute).Sentence("the model", methods[best].Name));
        var (own, other) = (losses[0].Average(), losses[best].Average());
        return $"The absolute error of the model is {Math.Abs(1 - (own / other)):P0} {(own < other ? "smaller" : "larger")} than that of the best baseline, " +
            $"{methods[best].Name}; {losses[0].Length} forecasts are too few to say whether that is chance.";

        static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    private static MethodErrors WithOwa(MethodErrors method, IReadOnlyDictionary<string, double> naive) => method with
    {
        Figures = new Dictionary<string, double>(method.Figures)
        { ["owa"] = ((method.Figures["smape"] / naive["smape"]) + (method.Figures["mase"] / naive["mase"])) / 2 },
    };

    private Dictionary<string, double> Pooled(List<Part> parts)
    {
        var all = ForecastErrors.From([.. parts.SelectMany(part => part.Actual)], [.. parts.SelectMany(part => part.Said)]);
        var figures = new Dictionary<string, double>
        {
            ["rmse"] = all.Rmse,
            ["mae"] = all.Mae,
            ["mape"] = parts.Average(part => part.Errors.Mape),
            ["smape"] = parts.Average(part => part.Errors.Smape),
            ["mase"] = parts.Average(part => part.Errors.Mase ?? double.NaN),
            ["rse"] = all.Rse,
            ["corr"] = parts.Select(part => part.Errors.Correlation).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(),
        };
        if (options is { Scaling: SeriesScaling.Standard, Transform: SeriesTransform.None, Differences.Count: 0 })
        {
            figures["mse_scaled"] = parts.SelectMany(part => part.Scaled).Average(error => error * error);
            figures["mae_scaled"] = parts.SelectMany(part => part.Scaled).Average(Math.Abs);
        }

        foreach (var (name, figure) in figures.ToList())
        {
            if (!double.IsFinite(figure)) figures.Remove(name); // a percentage of nothing, for one
        }

        return figures;
    }

    private static void AddIntervals(Dictionary<string, double> figures, List<Part> parts)
    {
        var quantiles = parts.SelectMany(part => part.Quantiles).ToList();
        double[] actual = [.. parts.SelectMany(part => part.Actual)];
        double[][] byLevel = [.. Forecast.Levels.Select((_, level) => quantiles.Select(row => row[level]).ToArray())];
        figures["crps"] = QuantileErrors.From(actual, byLevel, Forecast.Levels).Crps;
        figures["coverage_80"] = Coverage(Place(0.1), 0.8);
        figures["coverage_95"] = Coverage(Place(0.025), 0.95);

        double Coverage(int place, double level) => IntervalErrors.From(actual, byLevel[place], byLevel[^(place + 1)], level).Coverage;

        static int Place(double tail) => Enumerable.Range(0, Forecast.Levels.Count).First(level => Forecast.Levels[level] == tail);
    }

    private List<double> ByStep(IReadOnlyList<Forecast> forecasts)
    {
        var (sums, counts) = (new double[options.Horizon], new int[options.Horizon]);
        foreach (var forecast in forecasts)
        {
            for (var step = 0; step < options.Horizon; step++)
            {
                var actual = Actual(forecast, step);
                if (double.IsNaN(actual)) continue;
                sums[step] += Math.Abs(actual - forecast.Values[step]);
                counts[step]++;
            }
        }

        return [.. sums.Zip(counts, (sum, count) => sum / Math.Max(1, count))];
    }

    /// <summary>
    /// One loss for each time of an origin, the mean over series and targets; where all series are forecast once, one for each.
    /// </summary>
    private static double[] Losses(List<Part> parts)
    {
        var most = parts.Max(part => part.OriginLosses.Length);
        if (most == 1) return [.. parts.Select(part => part.OriginLosses[0])];
        return [.. Enumerable.Range(0, most).Select(place => parts.Where(part => place < part.OriginLosses.Length).Average(part => part.OriginLosses[place]))];
    }

    private double Actual(Forecast forecast, int step) =>
        data.Named(forecast.Series).Actual(TargetOf(forecast), forecast.Origin + options.Gap + step);

    private int TargetOf(Forecast forecast)
    {
        for (var target = 0; target < options.Targets.Count; target++)
        {
            if (options.Targets[target] == forecast.Target) return target;
        }

        throw new InvalidOperationException($"'{forecast.Target}' is not a target.");
    }

    private Part? PartOf(IReadOnlyList<Forecast> forecasts)
    {
        var series = data.Named(forecasts[0].Series);
        var target = TargetOf(forecasts[0]);
        List<double> actual = [], said = [], losses = [];
        var quantiles = new List<double[]>();
        foreach (var forecast in forecasts)
        {
            var before = actual.Count;
            for (var step = 0; step < options.Horizon; step++)
            {
                var truth = Actual(forecast, step);
                if (double.IsNaN(truth)) continue;
                actual.Add(truth);
                said.Add(forecast.Values[step]);
                if (forecast.Quantiles.Count > 0) quantiles.Add([.. forecast.Quantiles.Select(level => level[step])]);
            }

            if (actual.Count > before) losses.Add(Enumerable.Range(before, actual.Count - before).Average(row => Math.Abs(actual[row] - said[row])));
        }

        if (actual.Count == 0) return null;
        var train = series.Series[options.Targets[target]][..data.TestRow(series)].ToArray().Where(value => !double.IsNaN(value)).ToArray();
        var season = Math.Max(1, options.Season);
        var errors = train.Length > season ? ForecastErrors.From([.. actual], [.. said], train, season) : ForecastErrors.From([.. actual], [.. said]);
        var unit = errors is { Mase: > 0 and var mase } && double.IsFinite(mase) ? errors.Mae / mase : 1;
        return new Part(
            errors, [.. actual], [.. said], quantiles, series.ScaleOf(target), [.. losses.Select(loss => loss / unit)]);
    }

    /// <summary>What was said of one target of one series, and what came.</summary>
    /// <param name="Errors">Its errors.</param>
    /// <param name="Actual">What came, step by step of all forecasts.</param>
    /// <param name="Said">What was said.</param>
    /// <param name="Quantiles">By step, the quantiles that were said.</param>
    /// <param name="Scale">The unit of the scaled series.</param>
    /// <param name="OriginLosses">By origin, the mean absolute error in units of the series' own changes.</param>
    private sealed record Part(
        ForecastErrors Errors, double[] Actual, double[] Said, List<double[]> Quantiles, double Scale, double[] OriginLosses)
    {
        public IEnumerable<double> Scaled => Actual.Zip(Said, (actual, said) => (actual - said) / Scale);
    }
}
