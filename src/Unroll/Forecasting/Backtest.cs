using System.Globalization;
using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>What a forecaster and the baselines said of rows that none of them had learnt from, and how far off each was.</summary>
/// <remarks>
/// From every origin all methods know the rows before it and forecast the same rows after it. Parameters, weights and scales come
/// from rows before the part that tests and stay as they are; the width of intervals follows the errors known at each origin.
/// </remarks>
public sealed class Backtest
{
    private Backtest(IReadOnlyList<Forecast> forecasts, IReadOnlyList<MethodErrors> methods, string verdict, double[][][]? offsets) =>
        (Forecasts, Methods, Verdict, Offsets) = (forecasts, methods, verdict, offsets);

    /// <summary>The forecaster's forecasts, in order of time.</summary>
    public IReadOnlyList<Forecast> Forecasts { get; }

    /// <summary>The errors of each method on the same rows: the forecaster's first, then those of the baselines.</summary>
    public IReadOnlyList<MethodErrors> Methods { get; }

    /// <summary>The baseline with the smallest absolute error; null where none could be fitted.</summary>
    public MethodErrors? BestBaseline => Methods.Skip(1).MinBy(method => method.AbsoluteError);

    /// <summary>One sentence: whether the forecaster is better than the best baseline, and whether that may be chance.</summary>
    public string Verdict { get; }

    /// <summary>By how much quantiles are moved after all errors of the back-test are known, by target, step and level.</summary>
    internal double[][][]? Offsets { get; }

    /// <summary>The table of errors.</summary>
    public override string ToString()
    {
        string[] names = [.. Methods.SelectMany(method => method.Figures.Keys).Distinct()];
        string[][] lines = [["method", .. names], .. Methods.Select(method => (string[])[method.Name, .. names.Select(name => Text(method.Figures, name))])];
        int[] widths = [.. Enumerable.Range(0, names.Length + 1).Select(column => lines.Max(line => line[column].Length))];
        return $"{string.Join('\n', lines.Select(Row))}\n\n{Verdict}\n";

        static string Text(IReadOnlyDictionary<string, double> figures, string name) =>
            figures.TryGetValue(name, out var figure) ? figure.ToString("G4", CultureInfo.InvariantCulture) : "-";

        string Row(string[] line) =>
            string.Join("  ", line.Select((text, column) => column == 0 ? text.PadRight(widths[0]) : text.PadLeft(widths[column])));
    }

    /// <summary>Runs a back-test.</summary>
    /// <param name="forecaster">The forecaster, fitted.</param>
    /// <param name="data">Its series.</param>
    /// <param name="stride">Rows from one origin to the next.</param>
    /// <param name="progress">Hears how far the work has come; null: nobody.</param>
    internal static Backtest Run(Forecaster forecaster, ForecastData data, int stride, IProgress<JudgingProgress>? progress = null)
    {
        var origins = data.TestOrigins(stride);
        if (origins.Count == 0)
        {
            throw new DataException(
                $"No whole forecast of {forecaster.Options.Gap + forecaster.Options.Horizon} rows fits into the part that tests. " +
                "Test on more rows, or shorten the horizon.");
        }

        progress?.Report(new("Judging the model", 0));
        var calibrations = forecaster.Calibrate(data);
        var steps = (forecaster.Options.Gap + forecaster.Options.Horizon + stride - 1) / stride;
        foreach (var calibration in calibrations) calibration.Outstanding = steps * data.Series.Count;
        var said = Calibrated(forecaster, data, calibrations, forecaster.Predict(data.Windows(origins)).ToList());
        var table = new ErrorTable(forecaster.Options, data);
        table.Add("model", said);
        foreach (var (name, forecasts) in BaselineForecasts.Of(forecaster.Options, data, origins, progress)) table.Add(name, forecasts);
        progress?.Report(new("Judging", 1));
        return new Backtest(said, table.Methods, table.Verdict(stride), Calibration.AllOffsets(calibrations));
    }

    /// <summary>Forecasts whose intervals know the errors of the rows before their origin, and no others.</summary>
    private static List<Forecast> Calibrated(
        Forecaster forecaster, ForecastData data, IReadOnlyList<Calibration> calibrations, List<WindowForecast> windows)
    {
        var (options, forecasts, taught) = (forecaster.Options, new List<Forecast>(), 0);
        foreach (var window in windows)
        {
            var now = data.TimeOf(window.At.Series, window.At.Origin);
            while (taught < windows.Count && EndOf(windows[taught]) <= now) Teach(windows[taught++]);

            var calibration = calibrations[window.Target];
            forecasts.Add(window.Finish(data.Series[window.At.Series], options, calibration.Count == 0 ? null : step => calibration.Offsets(step)));
        }

        while (taught < windows.Count) Teach(windows[taught++]);
        return forecasts;

        void Teach(WindowForecast known) => known.Teach(calibrations[known.Target], data.Series[known.At.Series], options);

        double EndOf(WindowForecast window) => data.TimeOf(window.At.Series, window.At.Origin + options.Gap + options.Horizon);
    }
}

/// <summary>How far off a method was.</summary>
/// <param name="Name">The method.</param>
/// <param name="Figures">By name: rmse, mae, mape …; over many series, means of what each series has.</param>
/// <param name="ByStep">The mean absolute error of each step ahead, in the targets' unit.</param>
public sealed record MethodErrors(string Name, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<double> ByStep)
{
    /// <summary>What methods are ranked by: in units of each series' own changes where those are known.</summary>
    internal double AbsoluteError => Figures.GetValueOrDefault("mase", Figures["mae"]);
}
