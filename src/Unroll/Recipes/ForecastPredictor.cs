using System.Globalization;
using System.Text;
using Unroll.Data;

namespace Unroll.Recipes;

/// <summary>
/// A trained forecaster on a new CSV file: a forecast for every row that has a whole window before it, and for the row
/// after the last.
/// </summary>
internal sealed class ForecastPredictor : Predictor
{
    private readonly ForecastTask task;
    private readonly Model model;
    private readonly Scaler? scaler;

    public ForecastPredictor(ForecastTask task, Model model, ScalerParameters parameters)
    {
        (this.task, this.model) = (task, model);
        scaler = task.Scaling == SeriesScaling.None ? null : Scaler.Restore(parameters);
    }

    public override string Predict(string file, string text)
    {
        var lost = task.IsDifference ? 1 : 0;
        var (table, windows) = WindowsOf(file, text);
        var actual = table.Column(task.Target);
        double[] before = [.. windows.TargetTimes.Select(time => actual[Math.Min(actual.Length - 1, time + lost - 1)])];
        var forecasts = LastSteps(task, scaler, model.Predict(windows.X), before);
        var labels = task.Labels(table);
        var output = new StringBuilder($"{task.Time ?? "row"},{task.Target},forecast\n");
        for (var i = 0; i < forecasts.Length; i++)
        {
            var row = windows.TargetTimes[i] + lost;
            var ahead = row - (labels.Length - 1);
            output.Append(ahead > 0 ? (task.Time is null ? Text(row + 1) : $"+{Text(ahead)}") : labels[row]).Append(',')
                .Append(ahead > 0 ? "" : Text(actual[row])).Append(',').Append(Text(forecasts[i])).Append('\n');
        }

        return output.ToString();
    }

    public override ModelInput Read(string file, string text)
    {
        var (table, windows) = WindowsOf(file, text);
        var labels = task.Labels(table);
        var lost = task.IsDifference ? 1 : 0;
        return new(windows.X, (sample, step) => labels[windows.TargetTimes[sample] - task.Horizon - task.Lookback + 1 + step + lost]);
    }

    /// <summary>The file, and the windows that end at every row from the first possible one; targets may lie beyond the file.</summary>
    private (CsvTable Table, WindowSet Windows) WindowsOf(string file, string text)
    {
        var table = CsvTable.Parse(text, file);
        var series = task.TransformRows(table);
        var lost = task.IsDifference ? 1 : 0;
        if (series.Shape[0] < task.Lookback)
        {
            throw new DataException(
                $"The model looks back {task.Lookback + lost} rows, but the file has {table.Rows.Count}. Give more rows.")
            { File = file };
        }

        var scaled = scaler?.Transform(series) ?? series;
        var extended = new Tensor([scaled.Shape[0] + task.Horizon, scaled.Shape[1]]);
        scaled.Values.CopyTo(extended.Values);
        return (table, Windows.Slide(extended, task.WindowOptions));
    }

    /// <summary>Model outputs in the target's unit; of a sequence, its last step.</summary>
    /// <param name="output">[samples, 1] or [samples, time, 1]</param>
    /// <param name="before">For each sample, the true target of the row before its own.</param>
    internal static double[] LastSteps(ForecastTask task, Scaler? scaler, Tensor output, double[] before)
    {
        var perSample = output.Length / before.Length;
        var unscaled = scaler?.InverseTransform(output, task.TargetColumn) ?? output;
        var result = new double[before.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = task.Restore(unscaled.Values[((i + 1) * perSample) - 1], before[i]);
        return result;
    }

    private static string Text(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
