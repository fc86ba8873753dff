using System.Text.Json;
using Unroll.Data;
using Unroll.Evaluation;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>A forecast with its windows: the test part begins at a row, and windows belong to the part of their target.</summary>
internal sealed class PreparedForecast : PreparedTask
{
    private readonly ForecastTask task;
    private readonly string[] labels;
    private readonly double[] actual;
    private readonly Scaler? scaler;
    private readonly WindowSet windows;
    private readonly int testRow;
    private readonly int trainingCount;
    private readonly double validationSplit;

    public PreparedForecast(ForecastTask task, CsvTable table, double validationSplit)
    {
        this.task = task;
        this.validationSplit = validationSplit;
        labels = task.Labels(table);
        actual = table.Column(task.Target);
        var lost = task.IsDifference ? 1 : 0;
        var rows = table.Rows.Count;
        testRow = rows - (task.Test < 1 ? (int)Math.Round(rows * task.Test) : (int)task.Test);
        var firstTarget = task.Lookback + task.Horizon - 1 + lost;
        if (testRow <= firstTarget || testRow >= rows)
        {
            throw new DataException(
                $"A window of {task.Lookback} rows, a horizon of {task.Horizon} and a test part of {task.Test} need more than {rows} rows: " +
                "at least one window must be left to train with and one to test with. Give more rows, or shorten lookback or test.")
            { File = table.File };
        }

        var series = task.TransformRows(table);
        // The scaler learns from rows that only train: neither those that test nor those that validate.
        var targets = testRow - firstTarget;
        var fitted = testRow - lost - (int)Math.Ceiling(targets * validationSplit);
        scaler = task.Scaling switch
        {
            SeriesScaling.Standard => new StandardScaler(),
            SeriesScaling.MinMax => new MinMaxScaler(),
            _ => null,
        };
        scaler?.Fit(series.Rows(0, fitted));
        var set = Windows.Slide(scaler?.Transform(series) ?? series, task.WindowOptions);
        windows = set with { TargetTimes = [.. set.TargetTimes.Select(time => time + lost)] };
        trainingCount = windows.TargetTimes.Count(time => time < testRow);
        var all = new TensorDataset(windows.X, windows.Y);
        Training = all.Slice(0, trainingCount);
        Test = all.Slice(trainingCount, windows.TargetTimes.Count - trainingCount);
    }

    public override Dataset Training { get; }

    public override Dataset Test { get; }

    public override string Learnt => JsonSerializer.Serialize(
        scaler?.Parameters ?? new ScalerParameters("none", [], []), ConfigContext.Default.ScalerParameters);

    public override RunReport Judge(Model model, RunReport report)
    {
        var validationCount = trainingCount - (int)(trainingCount * (1 - validationSplit));
        var forecasts = Forecasts(model);
        var metrics = report.Metrics.ToDictionary();
        var series = new List<PredictedSeries>();
        foreach (var (part, start, end) in new[]
        {
            ("train", 0, trainingCount - validationCount),
            ("validation", trainingCount - validationCount, trainingCount),
            ("test", trainingCount, forecasts.Length),
        })
        {
            if (start == end) continue;
            int[] times = [.. windows.TargetTimes.Skip(start).Take(end - start)];
            double[] truth = [.. times.Select(time => actual[time])];
            var errors = ForecastErrors.From(truth, forecasts.AsSpan(start, end - start));
            var known = metrics.TryGetValue(part, out var found) ? found : new Dictionary<string, double>();
            metrics[part] = Figures(errors, known);
            series.Add(new PredictedSeries(
                part, task.Quantity ?? task.Target, [.. times.Select(time => labels[time])], truth, forecasts[start..end]));
        }

        return report with { Metrics = metrics, Baselines = Baselines(), Series = series, Notes = [.. report.Notes, Note(forecasts)] };
    }

    /// <summary>What the model says for every window, in the target's unit; of a sequence, its last step.</summary>
    private double[] Forecasts(Model model)
    {
        var output = model.Predict(windows.X);
        return ForecastPredictor.LastSteps(task, scaler, output, [.. windows.TargetTimes.Select(time => actual[time - 1])]);
    }

    private Dictionary<string, IReadOnlyDictionary<string, double>> Baselines()
    {
        var baselines = new List<ForecastBaseline> { new NaiveBaseline() };
        if (task.Season > 0) baselines.Add(new SeasonalNaiveBaseline(task.Season));
        if (task.AutoregressiveOrder > 0) baselines.Add(new AutoregressiveBaseline(task.AutoregressiveOrder));
        var figures = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        int[] times = [.. windows.TargetTimes.Skip(trainingCount)];
        foreach (var baseline in baselines)
        {
            if (baseline.TrainingValuesNeeded > testRow) continue;
            baseline.Fit(actual.AsSpan(0, testRow));
            double[] forecasts = [.. times.Select(time => Ahead(baseline, time - task.Horizon + 1))];
            figures[baseline.Name] = Figures(
                ForecastErrors.From([.. times.Select(time => actual[time])], forecasts), new Dictionary<string, double>());
        }

        return figures;
    }

    /// <summary>A baseline's forecast of a row that lies a horizon ahead: its own forecasts fill the rows between.</summary>
    private double Ahead(ForecastBaseline baseline, int known)
    {
        var history = actual.AsSpan(0, known).ToArray().ToList();
        for (var step = 1; step < task.Horizon; step++) history.Add(baseline.Next([.. history]));
        return baseline.Next([.. history]);
    }

    private string Note(double[] forecasts)
    {
        var last = windows.TargetTimes[^1];
        return FormattableString.Invariant(
            $"Last forecast: {(task.Time is null ? "row " : "")}{labels[last]} was {actual[last]:G6}, the model said {forecasts[^1]:G6}.");
    }

    private static Dictionary<string, double> Figures(ForecastErrors errors, IReadOnlyDictionary<string, double> known) =>
        new(known) { ["rmse"] = errors.Rmse, ["mae"] = errors.Mae, ["mape"] = errors.Mape };
}
