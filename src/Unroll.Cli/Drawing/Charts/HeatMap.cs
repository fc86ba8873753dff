using System.Text;
using Unroll.Cli.Drawing.Html;

namespace Unroll.Cli.Drawing.Charts;

/// <summary>Draws a grid of values as SVG: time along x, rows along y, a colour for each value.</summary>
internal static class HeatMap
{
    private const int Left = 40;
    private const int Right = 8;
    private const int Top = 8;
    private const int Shades = 32;
    private const double PixelsOfLetter = 6.4;
    private const int PixelsOfWord = 13;
    private const int LongestWord = 14;

    /// <summary>The heat map, in a figure with its legend; a sentence if no value is finite.</summary>
    /// <param name="whole">What to show.</param>
    /// <param name="width">Pixels.</param>
    public static string Draw(HeatGrid whole, int width)
    {
        var title = HtmlText.Escape(whole.Title);
        if (!Finite(whole).Any()) return $"<p class=\"empty\">{title}: no finite values to draw.</p>\n";
        var grid = whole.Condensed();
        var inner = width - Left - Right;
        var tall = (int)(grid.Rows * Math.Clamp(220.0 / grid.Rows, 3, 18));
        var words = WordsAlong(grid, inner);
        var bottom = words.Max(word => word.Text.Length) > 4 ? (int)(words.Max(word => word.Text.Length) * PixelsOfLetter) + 14 : 24;
        var height = Top + tall + bottom + 22;
        var svg = new SvgWriter();
        svg.Raw($"<figure class=\"chart\"><figcaption>{title}{Legend(whole)}</figcaption><div class=\"scroll\">");
        svg.Raw($"<svg viewBox=\"0 0 {width} {height}\" style=\"--w:{width}px\" role=\"img\" aria-label=\"{HtmlText.Escape(Describe(whole))}\">\n");
        svg.Raw($"<title>{title}</title>\n<svg x=\"{Left}\" y=\"{Top}\" width=\"{inner}\" height=\"{tall}\" ");
        svg.Raw($"viewBox=\"0 0 {grid.Steps} {grid.Rows}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        svg.Path("none", $"M0 0H{grid.Steps}V{grid.Rows}H0Z").Raw("<g class=\"cells\" transform=\"translate(0 .5)\">");
        DrawCells(svg, grid);
        svg.Raw("</g></svg>\n").Path("frame", $"M{Left} {Top}H{Left + inner}V{Top + tall}H{Left}Z");
        DrawRows(svg, grid, tall);
        DrawWords(svg, words, Top + tall, bottom > 24);
        DrawReadings(svg, grid, inner, tall, height);
        svg.Text(width - Right, height - 6, "end", grid.StepsOfColumn == 1 ? grid.Along : $"{grid.Along}, {grid.StepsOfColumn} steps a column");
        return svg.Raw("</svg></div></figure>\n").ToString();
    }

    private static IEnumerable<double> Finite(HeatGrid grid) => grid.Values.Cast<float>().Where(float.IsFinite).Select(value => (double)value);

    private static string Legend(HeatGrid grid)
    {
        var most = NumberText.Short(grid.Limit);
        var blank = grid.Values.Cast<float>().Any(float.IsNaN) ? "<span class=\"key\"><span class=\"ramp blank\"></span>padding</span>" : "";
        return (grid.IsSigned
            ? $"<span class=\"key\">−{most}<span class=\"ramp signed\"></span>{most}</span>"
            : $"<span class=\"key\">0<span class=\"ramp unsigned\"></span>{most}</span>") + blank;
    }

    // The picture in a sentence for those who do not see it.
    private static string Describe(HeatGrid grid)
    {
        var (least, most, mean) = (Finite(grid).Min(), Finite(grid).Max(), Finite(grid).Average());
        return $"{grid.Title}, heat map of {grid.Rows} {grid.RowName} over {grid.Steps} steps: from {NumberText.Figure(least)} to " +
            $"{NumberText.Figure(most)}, mean {NumberText.Figure(mean)}.";
    }

    /// <summary>A path for each shade, with the runs of cells that have it.</summary>
    private static void DrawCells(SvgWriter svg, HeatGrid grid)
    {
        var paths = new SortedDictionary<int, StringBuilder>();
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var step = 0; step < grid.Steps;)
            {
                var (shade, first) = (ShadeOf(grid, row, step), step);
                while (step < grid.Steps && ShadeOf(grid, row, step) == shade) step++;
                if (shade is not { } number) continue;
                if (!paths.TryGetValue(number, out var path)) paths[number] = path = new StringBuilder();
                path.Append($"M{first} {row}h{step - first}");
            }
        }

        foreach (var (shade, path) in paths)
        {
            var style = !grid.IsSigned ? "seq" : shade < 0 ? "neg" : "pos";
            svg.Raw($"<path class=\"{style}\" style=\"--s:{HtmlText.At(100.0 * Math.Abs(shade) / Shades)}%\" d=\"{path}\"/>\n");
        }
    }

    private static int? ShadeOf(HeatGrid grid, int row, int step)
    {
        var value = grid.Values[row, step];
        return float.IsFinite(value) ? (int)Math.Round(Math.Clamp(value / grid.Limit, grid.IsSigned ? -1 : 0, 1) * Shades) : null;
    }

    private static void DrawRows(SvgWriter svg, HeatGrid grid, int tall)
    {
        var step = Math.Max(1, (int)Axis.NiceStep(grid.Rows / Math.Max(1, tall / 18.0)));
        for (var row = 0; row < grid.Rows; row++)
        {
            var number = (row * grid.RowsOfRow) + 1;
            if (row != 0 && number % step != 0) continue;
            if (row != 0 && row * tall / grid.Rows < 14) continue;
            svg.Text(Left - 6, Top + ((row + 0.5) * tall / grid.Rows) + 4, "end", NumberText.Whole(number));
        }

        svg.Raw($"<text transform=\"rotate(-90 11 {Top + (tall / 2)})\" x=\"11\" y=\"{Top + (tall / 2)}\" text-anchor=\"middle\">{grid.RowName}</text>\n");
    }

    /// <summary>The words that fit, each with the middle of its column.</summary>
    private static List<(double X, string Text)> WordsAlong(HeatGrid grid, int inner)
    {
        var words = Enumerable.Range(0, grid.Steps).Select(step => Short(grid.Step(step))).ToArray();
        var room = words.Max(word => word.Length) > 4 ? PixelsOfWord : (words.Max(word => word.Length) * PixelsOfLetter) + 8;
        var every = Math.Max(1, (int)Math.Ceiling(room * grid.Steps / inner));
        return [.. Enumerable.Range(0, grid.Steps).Where(step => step % every == 0)
            .Select(step => (Left + ((step + 0.5) * inner / grid.Steps), words[step]))];
    }

    private static void DrawWords(SvgWriter svg, List<(double X, string Text)> words, int floor, bool turned)
    {
        foreach (var (x, text) in words.Where(word => word.Text.Length > 0))
        {
            if (!turned) svg.Text(x, floor + 16, "middle", text);
            else svg.Raw($"<text transform=\"translate({HtmlText.At(x + 4)} {floor + 8}) rotate(-90)\" text-anchor=\"end\">{HtmlText.Escape(text)}</text>\n");
        }
    }

    private static string Short(string word) => word.Length <= LongestWord ? word : word[..(LongestWord - 1)] + "…";

    /// <summary>Under the pointer, a column tells its word and its values in a line below.</summary>
    private static void DrawReadings(SvgWriter svg, HeatGrid grid, int inner, int tall, int height)
    {
        for (var step = 0; step < grid.Steps; step++)
        {
            var (from, to) = (HtmlText.At(Left + ((double)step * inner / grid.Steps)), HtmlText.At(Left + ((step + 1.0) * inner / grid.Steps)));
            var column = Enumerable.Range(0, grid.Rows).Select(row => (double)grid.Values[row, step]).Where(double.IsFinite).ToArray();
            var figures = column.Length == 0 ? "padding"
                : $"mean {NumberText.Figure(column.Average())}, from {NumberText.Figure(column.Min())} to {NumberText.Figure(column.Max())}";
            svg.Raw("<g class=\"reading\">").Path("band", $"M{from} {Top}H{to}V{Top + tall}H{from}Z");
            svg.Path("guide", $"M{from} {Top}H{to}V{Top + tall}H{from}Z");
            svg.Text(Left, height - 6, "start", $"{(step * grid.StepsOfColumn) + 1}  {grid.Step(step)}  ·  {figures}", "value").Raw("</g>");
        }
    }
}
