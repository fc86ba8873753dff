using Spectre.Console;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing;

/// <summary>The figures of a finished run as tables: its parts side by side, and the model beside simple methods.</summary>
internal static class FigureTable
{
    /// <summary>The name of the part that a model is judged by.</summary>
    public const string Test = "test";

    /// <summary>The figures that the test part, or the part nearest to it, was judged by.</summary>
    /// <param name="report">The run.</param>
    public static (string Part, IReadOnlyDictionary<string, double> Figures) Judged(RunReport report)
    {
        foreach (var part in Parts(report).Reverse())
        {
            if (report.Metrics[part].Count > 0) return (part, report.Metrics[part]);
        }

        return ("", new Dictionary<string, double>());
    }

    /// <summary>The parts in the order of their use: train, validation, test; any others before them.</summary>
    /// <param name="report">The run.</param>
    public static IReadOnlyList<string> Parts(RunReport report)
    {
        string[] known = [Test, "validation", "train"];
        return [.. report.Metrics.Keys.OrderByDescending(part => (uint)Array.IndexOf(known, part))];
    }

    /// <summary>A row for each figure, a column for each part.</summary>
    /// <param name="report">The run.</param>
    public static FigureGrid Metrics(RunReport report)
    {
        var parts = Parts(report);
        var names = parts.SelectMany(part => report.Metrics[part].Keys).Distinct();
        return new FigureGrid(
            ["figure", .. parts],
            [.. names.Select(name => new FigureRow(name, [.. parts.Select(part => Cell(report.Metrics[part], name))]))]);
    }

    /// <summary>
    /// A row for the model and for each baseline, a column for each figure that any baseline has; the best of each
    /// column is marked. Baselines are judged on the test part, and so is the model: without one its row is empty.
    /// Null if there are no baselines.
    /// </summary>
    /// <param name="report">The run.</param>
    public static FigureGrid? Baselines(RunReport report)
    {
        if (report.Baselines.Count == 0) return null;
        var model = report.Metrics.GetValueOrDefault(Test) ?? new Dictionary<string, double>();
        var names = report.Baselines.Values.SelectMany(figures => figures.Keys).Distinct().ToArray();
        (string Method, IReadOnlyDictionary<string, double> Figures)[] methods =
            [("this model", model), .. report.Baselines.Select(pair => (pair.Key, pair.Value))];
        var best = names.ToDictionary(name => name, name => methods.Max(method => Goodness(method.Figures, name)));
        return new FigureGrid(
            ["method", .. names],
            [.. methods.Select(method => new FigureRow(method.Method, [.. names.Select(name => Judge(method.Figures, name))]))]);

        FigureCell Judge(IReadOnlyDictionary<string, double> figures, string name)
        {
            var good = Goodness(figures, name);
            return Cell(figures, name) with { Best = good > double.NegativeInfinity && good == best[name] };
        }
    }

    /// <summary>Writes all tables of a run.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="terminal">Whether a person watches: lines and colours then, else plain columns.</param>
    /// <param name="report">The run.</param>
    public static void Write(IAnsiConsole console, bool terminal, RunReport report)
    {
        if (report.Metrics.Count > 0) Write(console, terminal, Metrics(report));
        WriteBaselines(console, terminal, report);
    }

    /// <summary>Writes the table of the model beside the baselines.</summary>
    public static void WriteBaselines(IAnsiConsole console, bool terminal, RunReport report)
    {
        if (Baselines(report) is not { } baselines) return;
        console.Profile.Out.Writer.WriteLine();
        Write(console, terminal, baselines);
        console.Profile.Out.Writer.WriteLine("* best in its column, on the test part");
    }

    /// <summary>A figure's cell; empty if there is no such figure.</summary>
    /// <param name="figures">Figures by their names.</param>
    /// <param name="name">The figure's name.</param>
    public static FigureCell Cell(IReadOnlyDictionary<string, double> figures, string name) =>
        new(figures.TryGetValue(name, out var value) ? NumberText.Figure(value) : "");

    private static void Write(IAnsiConsole console, bool terminal, FigureGrid grid)
    {
        if (terminal)
        {
            console.Write(grid.ToTable());
            return;
        }

        // Not through the console: it would fold lines at a width that a file does not have.
        foreach (var line in grid.Lines()) console.Profile.Out.Writer.WriteLine(line);
    }

    private static double Goodness(IReadOnlyDictionary<string, double> figures, string name) =>
        figures.TryGetValue(name, out var value) && double.IsFinite(value)
            ? FigureNames.Goodness(name, value)
            : double.NegativeInfinity;
}
