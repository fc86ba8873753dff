using System.Globalization;
using Unroll.Data;
using Unroll.Data.Grids;
using Unroll.Forecasting;

namespace Unroll.Recipes;

/// <summary>A forecast of grids with its values and windows.</summary>
internal sealed class PreparedGridForecast : PreparedTask
{
    private readonly GridForecastTask task;
    private readonly GridSeries grids;
    private readonly int trained;
    private readonly GridScale scale;
    private readonly GridWindows training;
    private readonly GridWindows? validation;
    private readonly GridWindows test;

    public PreparedGridForecast(GridForecastTask task, GridSeries grids, ForecastSplit split)
    {
        (this.task, this.grids) = (task, grids);
        CheckValues(grids);
        var (validated, tested) = split.Of(grids.Count);
        trained = validated;
        if (trained < 1) throw new DataException($"Of {grids.Count} times none is left to train with. Give validation and test fewer of them.");
        scale = GridScale.Of(grids, trained);
        training = Windows("training", task.Lookback, validated);
        validation = validated == tested ? null : Windows("validation", Math.Max(task.Lookback, validated), tested);
        test = Windows("test", Math.Max(task.Lookback, tested), grids.Count);
    }

    public override Dataset Training => training;

    public override Dataset? Validation => validation;

    public override Dataset Test => test;

    public override string Learnt => "";

    public override RunReport Judge(Model model, RunReport report)
    {
        var backtest = new GridBacktest(grids, scale, task.Horizon);
        var metrics = report.Metrics.ToDictionary();
        foreach (var (part, windows) in new[] { ("train", training), ("validation", validation) })
        {
            if (windows is not null && metrics.ContainsKey(part)) Join(part, backtest.Model(model, windows));
        }

        List<int> said = [];
        List<double> means = [];
        var errors = backtest.Model(model, test, (origin, values) =>
        {
            if ((origin - test.First) % task.Horizon != 0) return; // one forecast behind the other
            said.AddRange(Enumerable.Range(origin, task.Horizon));
            means.AddRange(values);
        });
        Join("test", errors);
        var baselines = backtest.Baselines(test, trained);
        var best = baselines.MinBy(method => method.Figures["rmse"])!;
        var verdict = backtest.Verdict(errors, best);
        return report with
        {
            Metrics = metrics,
            Baselines = baselines.ToDictionary(method => method.Name, method => method.Figures),
            ErrorsByStep = task.Horizon == 1 ? [] : [errors.ToMethod(), best.ToMethod()],
            Series =
            [
                new PredictedSeries(
                    "test", $"{task.Quantity}, mean of all places",
                    [.. said.Select(time => grids.Times[time].ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))],
                    [.. said.Select(time => (double)System.Numerics.Tensors.TensorPrimitives.Average(grids.Field(time)))], means),
            ],
            Verdict = verdict,
            Notes = [.. report.Notes, verdict],
        };

        void Join(string part, GridErrors more)
        {
            var all = metrics[part].ToDictionary();
            foreach (var (name, figure) in more.Figures) all[name] = figure;
            metrics[part] = all;
        }
    }

    private static void CheckValues(GridSeries grids)
    {
        for (var time = 0; time < grids.Count; time++)
        {
            if (grids.Field(time).Contains(float.NaN))
                throw new DataException($"At {grids.Times[time]:u} some places have no value. Use a part of the grid where all have one.");
            if (time > 1 && grids.Times[time] - grids.Times[time - 1] != grids.Times[1] - grids.Times[0])
            {
                throw new DataException(
                    $"{grids.Times[time]:u} is {grids.Times[time] - grids.Times[time - 1]} after the time before it, but the first two are " +
                    $"{grids.Times[1] - grids.Times[0]} apart. Give a file whose times are evenly spaced.");
            }
        }
    }

    /// <summary>The windows whose future lies between two times.</summary>
    private GridWindows Windows(string part, int from, int to) => to - task.Horizon >= from
        ? new GridWindows(grids, scale, task.Form, from..(to - task.Horizon + 1))
        : throw new DataException(
            $"The {part} part is too short for a window of {task.Lookback} times and the {task.Horizon} after it. Use fewer of them, or split otherwise.");
}
