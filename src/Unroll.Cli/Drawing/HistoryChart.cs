using Spectre.Console;
using Unroll.Cli.Drawing.Charts;

namespace Unroll.Cli.Drawing;

/// <summary>The loss curves of a run as a small picture of characters.</summary>
internal static class HistoryChart
{
    private const int Least = 40;
    private const int Most = 100;
    private const int Rows = 10;
    private const int TickEvery = 3;

    /// <summary>Loss and validation loss over the epochs, as lines of plain text; none if there is nothing to draw.</summary>
    /// <param name="history">The run's history.</param>
    /// <param name="width">Characters that a line may have; at least 40 are taken.</param>
    /// <param name="unicode">Whether there are braille and box characters; else plain ASCII is used.</param>
    public static IReadOnlyList<string> Lines(History history, int width, bool unicode = true) =>
        [.. Draw(history, width, unicode).Select(line => string.Concat(line.Select(piece => piece.Text)).TrimEnd())];

    /// <summary>Draws the curves in colours.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="history">The run's history.</param>
    public static void Write(IAnsiConsole console, History history)
    {
        foreach (var line in Draw(history, console.Profile.Width - 1, console.Profile.Capabilities.Unicode))
        {
            foreach (var piece in line)
            {
                var style = piece.Curve switch { 0 => new Style(Color.Blue), 1 => new Style(Color.DarkOrange), _ => Style.Plain };
                console.Write(new Text(piece.Text, style));
            }

            console.WriteLine();
        }
    }

    private static List<List<Piece>> Draw(History history, int width, bool unicode)
    {
        var curves = new List<(string Name, double[] Values)>();
        if (Curves.Of(history, "loss") is { } loss) curves.Add(("loss", loss));
        if (Curves.Of(history, "val_loss") is { } validation) curves.Add(("val_loss", validation));
        if (Axis.Around(curves.SelectMany(curve => curve.Values), Rows / TickEvery) is not { } axis) return [];

        var left = axis.Ticks.Max(tick => axis.Label(tick).Length);
        var right = curves.Max(curve => curve.Name.Length);
        var canvas = new DotCanvas(Math.Clamp(width, Least, Most) - left - right - 3, Rows, unicode);
        var labels = Labels(axis, canvas);
        for (var i = 0; i < curves.Count; i++) Plot(canvas, axis, curves[i].Values, i);

        var ends = Ends(curves, axis, canvas);
        var lines = new List<List<Piece>>();
        for (var row = 0; row < Rows; row++)
        {
            var edge = labels[row].Length > 0 ? (unicode ? '┤' : '+') : (unicode ? '│' : '|');
            lines.Add([new Piece($"{labels[row].PadLeft(left)} {edge}", -1), .. canvas.Row(row)]);
            if (ends[row] is { } end) lines[row].Add(end with { Text = " " + end.Text });
        }

        var (corner, floor) = unicode ? ('└', '─') : ('+', '-');
        lines.Add([new Piece(new string(' ', left + 1) + corner + new string(floor, canvas.Width), -1)]);
        lines.Add([new Piece(Below(history, left + 2, canvas.Width), -1)]);
        return lines;
    }

    // Rows are labelled where a tick of the axis falls on them.
    private static string[] Labels(Axis axis, DotCanvas canvas)
    {
        var labels = new string[Rows];
        Array.Fill(labels, "");
        foreach (var tick in axis.Ticks) labels[canvas.RowOf(axis.Place(tick))] = axis.Label(tick);
        return labels;
    }

    private static void Plot(DotCanvas canvas, Axis axis, double[] values, int curve)
    {
        (int X, int Y)? before = null;
        for (var i = 0; i < values.Length; i++)
        {
            if (!Axis.Drawable(values[i]))
            {
                before = null;
                continue;
            }

            var along = values.Length == 1 ? 0.5 : (double)i / (values.Length - 1);
            var x = (int)Math.Round(along * (canvas.Dots - 1));
            var y = canvas.DotRow(axis.Place(values[i]));
            canvas.Line(before ?? (x, y), (x, y), curve);
            before = (x, y);
        }
    }

    // Names stand at the right, beside the ends of their curves; of two on one row, the second moves aside.
    private static Piece?[] Ends(List<(string Name, double[] Values)> curves, Axis axis, DotCanvas canvas)
    {
        var ends = new Piece?[Rows];
        for (var i = 0; i < curves.Count; i++)
        {
            var last = Array.FindLast(curves[i].Values, Axis.Drawable);
            if (!curves[i].Values.Any(Axis.Drawable)) continue;
            var row = canvas.RowOf(axis.Place(last));
            if (ends[row] is not null)
            {
                var first = Array.FindLast(curves[0].Values, Axis.Drawable);
                row += (last > first && row > 0) || row == Rows - 1 ? -1 : 1;
            }

            ends[row] = new Piece(curves[i].Name, i);
        }

        return ends;
    }

    private static string Below(History history, int left, int width)
    {
        var (first, last) = ($"{history.Epochs[0].Epoch}", $"{history.Epochs[^1].Epoch}");
        if (history.Epochs.Count == 1) return new string(' ', left + (width / 2)) + first;
        const string name = "epoch";
        var gap = width - first.Length - last.Length - name.Length;
        return $"{new string(' ', left)}{first}{new string(' ', gap / 2)}{name}{new string(' ', gap - (gap / 2))}{last}";
    }
}
