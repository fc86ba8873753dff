using System.Text.Json;
using Unroll.Data;
using Unroll.Forecasting;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>A forecast with its series and windows.</summary>
internal sealed class PreparedForecast : PreparedTask
{
    private const int ChartedOrigins = 500;
    private const int ChartedSeries = 8;

    private readonly ForecastTask task;
    private readonly SeriesFrame frame;
    private Forecaster forecaster;
    private readonly ForecastData data;
    private double[][][]? offsets;

    public PreparedForecast(ForecastTask task, SeriesFrame frame, ForecastSplit split, Sequential model)
    {
        (this.task, this.frame) = (task, frame);
        forecaster = task.NewForecaster(model);
        data = forecaster.Prepare(frame, split);
        (Training, Validation) = (data.Training, data.Validation);
        Test = data.Windows(data.TestOrigins(task.Stride));
    }

    public override Dataset Training { get; }

    public override Dataset? Validation { get; }

    public override Dataset Test { get; }

    public override string Learnt => JsonSerializer.Serialize(forecaster.State, ConfigContext.Default.ForecasterState);

    public override RunReport Judge(Model model, RunReport report)
    {
        var judged = ReferenceEquals(model, forecaster.Model) ? forecaster : task.NewForecaster((Sequential)model, forecaster.State);
        var backtest = Backtest.Run(judged, data, task.Stride, Progress);
        offsets = backtest.Offsets;
        var metrics = report.Metrics.ToDictionary();
        metrics["test"] = Joined(metrics["test"], backtest.Methods[0].Figures);
        var series = new List<PredictedSeries>();
        foreach (var (part, origins) in new[] { ("train", data.TrainingOrigins(task.Stride)), ("validation", data.ValidationOrigins(task.Stride)) })
        {
            if (origins.Count == 0 || !metrics.TryGetValue(part, out var known)) continue;
            Forecast[] said = [.. judged.Predict(data.Windows([.. origins.TakeLast(ChartedOrigins)]))
                .Select(window => window.Finish(data.Series[window.At.Series], task.Window, null))];
            var table = new ErrorTable(task.Window, data);
            table.Add("model", said);
            metrics[part] = Joined(known, table.Methods[0].Figures);
            series.AddRange(Charts(part, said, 1));
        }

        series.AddRange(Charts("test", backtest.Forecasts, ChartedSeries));
        return report with
        {
            Metrics = metrics,
            Baselines = backtest.Methods.Skip(1).ToDictionary(method => method.Name, method => method.Figures),
            ErrorsByStep = task.Window.Horizon == 1 ? [] : [.. new[] { backtest.Methods[0], backtest.BestBaseline }.OfType<MethodErrors>()],
            Series = series,
            Verdict = backtest.Verdict,
            Notes = [.. report.Notes, backtest.Verdict, LastForecast(backtest.Forecasts), .. Reading()],
        };
    }

    /// <summary>Trains a new model on all rows, and forecasts what follows; how far off it may be is what the back-test has shown.</summary>
    public IReadOnlyList<Forecast> ForecastOn(Sequential model, FitOptions options)
    {
        var last = task.NewForecaster(model);
        last.Fit(frame, default, options);
        forecaster = task.NewForecaster(model, last.State with { Offsets = offsets });
        return forecaster.Forecast(frame);
    }

    /// <summary>Forecasts one behind the other, as charts of each target of the first series.</summary>
    private IEnumerable<PredictedSeries> Charts(string part, IReadOnlyList<Forecast> forecasts, int most)
    {
        foreach (var chart in forecasts.GroupBy(forecast => (forecast.Series, forecast.Target)).Take(most))
        {
            var said = new List<Forecast>();
            foreach (var forecast in chart)
            {
                // Where origins stand close together, the next forecast that does not overlap.
                if (said.Count == 0 || forecast.Origin >= said[^1].Origin + task.Window.Horizon) said.Add(forecast);
            }

            var series = data.Named(chart.Key.Series);
            var target = task.Window.Targets.ToList().IndexOf(chart.Key.Target);
            var name = frame.Count > 1 ? $"{chart.Key.Series}, {part}" : part;
            var bands = said[0].Quantiles.Count > 0;
            yield return new PredictedSeries(
                name, task.Quantity ?? chart.Key.Target, [.. said.SelectMany(forecast => forecast.Labels)],
                [.. said.SelectMany(forecast => forecast.Values.Select((_, step) => series.Actual(target, forecast.Origin + task.Window.Gap + step)))],
                [.. said.SelectMany(forecast => forecast.Values)])
            {
                Lower = bands ? [.. said.SelectMany(forecast => forecast.Interval(0.8).Lower)] : null,
                Upper = bands ? [.. said.SelectMany(forecast => forecast.Interval(0.8).Upper)] : null,
            };
        }
    }

    /// <summary>What was found and done while the files were read, and what became of missing values.</summary>
    private IEnumerable<string> Reading()
    {
        var notes = frame.Notes.ToList();
        foreach (var column in task.Window.Columns)
        {
            var count = frame.Sum(series => series[column].TrimEnd(double.NaN).Count(double.NaN));
            if (count > 0) notes.Add($"Missing values of '{column}': {count}, {Words(task.Window.Missing)}.");
        }

        if (notes.Count > 0) yield return string.Join(' ', notes);

        static string Words(MissingValues how) => how switch
        {
            MissingValues.ForwardFill => "each taken from the last value before it",
            MissingValues.Interpolate => "put on a line between their neighbours, as far as both were known at the time",
            MissingValues.Mask => "marked as missing and not learnt from",
            _ => "after the last row of the target",
        };
    }

    private string LastForecast(IReadOnlyList<Forecast> forecasts)
    {
        var last = forecasts[^1];
        var series = data.Named(last.Series);
        var actual = series.Actual(task.Window.Targets.ToList().IndexOf(last.Target), last.Origin + task.Window.Gap + last.Values.Length - 1);
        return FormattableString.Invariant(
            $"Last forecast: {(series.Series.Times is null ? "row " : "")}{last.Labels[^1]} was {actual:G6}, the model said {last.Values[^1]:G6}.");
    }

    private static Dictionary<string, double> Joined(IReadOnlyDictionary<string, double> known, IReadOnlyDictionary<string, double> more)
    {
        var all = new Dictionary<string, double>(known);
        foreach (var (name, figure) in more) all[name] = figure;
        return all;
    }
}
