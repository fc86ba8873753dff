using System.Text;
using Unroll.Data;
using Unroll.Forecasting;

namespace Unroll.Recipes;

/// <summary>Forecasts of rows that have not come yet: as a file, and as charts behind what came before.</summary>
internal static class FutureTables
{
    private const int MostCharts = 6;
    private const int HorizonsBefore = 4;
    private const int FewestBefore = 30;

    /// <summary>One line for each row that is forecast: series, time, target, value, and the ends of the 80 % and 95 % intervals.</summary>
    public static string Csv(SeriesFrame frame, IReadOnlyList<Forecast> forecasts)
    {
        var (withSeries, withTarget) = (frame.Count > 1, forecasts.Select(forecast => forecast.Target).Distinct().Count() > 1);
        var csv = new StringBuilder();
        csv.Append(withSeries ? "series," : "").Append(frame[0].Times is null ? "row" : "time").Append(withTarget ? ",target" : "");
        csv.Append(",forecast,lower_80,upper_80,lower_95,upper_95\n");
        foreach (var forecast in forecasts)
        {
            for (var step = 0; step < forecast.Values.Length; step++)
            {
                if (withSeries) csv.Append(CsvText.Field(forecast.Series)).Append(',');
                csv.Append(forecast.Labels[step]);
                if (withTarget) csv.Append(',').Append(CsvText.Field(forecast.Target));
                csv.Append(',').Append(CsvText.Number(forecast.Values[step]));
                foreach (var probability in (double[])[0.8, 0.95])
                {
                    var known = forecast.Quantiles.Count > 0;
                    var (lower, upper) = known ? forecast.Interval(probability) : ([], []);
                    csv.Append(',').Append(known ? CsvText.Number(lower[step]) : "").Append(',').Append(known ? CsvText.Number(upper[step]) : "");
                }

                csv.Append('\n');
            }
        }

        return csv.ToString();
    }

    /// <summary>The last rows of each series, and what follows.</summary>
    public static IEnumerable<PredictedSeries> Charts(SeriesFrame frame, IReadOnlyList<Forecast> forecasts)
    {
        foreach (var forecast in forecasts.Take(MostCharts))
        {
            var series = frame[forecast.Series];
            var steps = forecast.Values.Length;
            var before = Math.Min(forecast.Origin, Math.Max(FewestBefore, HorizonsBefore * steps));
            double[] past = [.. series[forecast.Target].Slice(forecast.Origin - before, before)];
            double[] none = [.. Enumerable.Repeat(double.NaN, before)];
            var (lower, upper) = forecast.Quantiles.Count > 0 ? forecast.Interval(0.8) : (null, null);
            yield return new PredictedSeries(
                frame.Count > 1 ? $"{forecast.Series}, forecast" : "forecast", forecast.Target,
                [.. Enumerable.Range(forecast.Origin - before, before).Select(series.Label), .. forecast.Labels],
                [.. past, .. Enumerable.Repeat(double.NaN, steps)], [.. none, .. forecast.Values])
            {
                Lower = lower is null ? null : [.. none, .. lower],
                Upper = upper is null ? null : [.. none, .. upper],
            };
        }
    }
}
