using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Forecasting;

namespace Unroll.Recipes;

/// <summary>A trained forecaster on a new file: forecasts one behind the other, of which the last goes past the end.</summary>
internal sealed class ForecastPredictor(ForecastTask task, Forecaster forecaster) : Predictor
{
    public override string Predict(string file, string text)
    {
        try
        {
            return Csv(file, text);
        }
        catch (DataException fault)
        {
            throw fault.In(file);
        }
    }

    private string Csv(string file, string text)
    {
        var (frame, data, origins) = Windows(file, text);
        var withIds = frame.Count > 1;
        var output = new StringBuilder();
        output.Append(withIds ? "series," : "").Append(frame[0].Times is null ? "row" : task.Series.Time ?? "time");
        var targets = task.Window.Targets.Count;
        foreach (var target in task.Window.Targets)
            output.Append(CultureInfo.InvariantCulture, $",{CsvText.Field(target)},{CsvText.Field(targets == 1 ? "forecast" : $"{target} forecast")}");
        output.Append('\n');
        Forecast[] said = [.. forecaster.Predict(data.Windows(origins)).Select(window => window.Finish(data.Series[window.At.Series], task.Window, null))];
        for (var place = 0; place < said.Length; place += targets)
        {
            var series = data.Named(said[place].Series);
            for (var step = 0; step < task.Window.Horizon; step++)
            {
                output.Append(withIds ? $"{CsvText.Field(said[place].Series)}," : "").Append(said[place].Labels[step]);
                for (var target = 0; target < targets; target++)
                {
                    var actual = series.Actual(target, said[place].Origin + task.Window.Gap + step);
                    output.Append(',').Append(double.IsNaN(actual) ? "" : CsvText.Number(actual));
                    output.Append(',').Append(CsvText.Number(said[place + target].Values[step]));
                }

                output.Append('\n');
            }
        }

        return output.ToString();
    }

    public override ModelInput Read(string file, string text)
    {
        var (_, data, origins) = Windows(file, text);
        var windows = data.Windows(origins);
        return new ModelInput(PreparedTask.All(windows), (sample, step) =>
            data.Series[origins[sample].Series].Series.Label(Math.Max(0, origins[sample].Origin - task.Window.Lookback + step)));
    }

    private (SeriesFrame Frame, ForecastData Data, IReadOnlyList<WindowOrigin> Origins) Windows(string file, string text)
    {
        var frame = SeriesFiles.Read(task, file, text, null);
        var data = forecaster.Open(frame);
        return (frame, data, data.AllOrigins());
    }
}
