using System.Text;
using Unroll.Cli.Drawing.Html;

namespace Unroll.Cli.Drawing.Charts;

/// <summary>Draws lines as SVG that stands inside a page: colours and fonts come from the page's style sheet.</summary>
internal static class SvgChart
{
    private const int Top = 34;
    private const int Bottom = 40;
    private const int PixelsOfTick = 48;
    private const int PixelsOfPlace = 72;
    private const int PixelsBetween = 14;
    private const int LongestLabel = 18;
    private const double PixelsOfLetter = 6.8;

    /// <summary>The chart, in a figure with its legend; a sentence if no value can be drawn.</summary>
    /// <param name="spec">What to show.</param>
    public static string Draw(ChartSpec spec)
    {
        var steps = (spec.Height - Top - Bottom) / PixelsOfTick;
        var values = spec.Lines.SelectMany(line => line.Values).Concat(spec.Bands.SelectMany(band => band.Lower.Concat(band.Upper)));
        if (Axis.Around(values, steps, spec.IsLog10) is not { } axis)
            return $"<p class=\"empty\">{HtmlText.Escape(spec.Title)}: no finite values to draw.</p>\n";

        var left = 14 + (int)(axis.Ticks.Max(tick => Label(spec, axis, tick).Length) * PixelsOfLetter);
        var frame = new ChartFrame(spec, axis, left, Top, spec.Width - 14, spec.Height - Bottom);
        var title = HtmlText.Escape(spec.Title);
        var svg = new SvgWriter();
        svg.Raw($"<figure class=\"chart\"><figcaption>{title}{Legend(spec)}</figcaption><div class=\"scroll\">");
        svg.Raw($"<svg viewBox=\"0 0 {spec.Width} {spec.Height}\" style=\"--w:{spec.Width}px\" role=\"img\" ");
        svg.Raw($"aria-label=\"{HtmlText.Escape(Describe(spec))}\">\n<title>{title}</title>\n");
        DrawValues(svg, frame);
        DrawPlaces(svg, frame);
        foreach (var band in spec.Bands) DrawBand(svg, frame, band);
        foreach (var line in spec.Lines) DrawLine(svg, frame, line);
        DrawMark(svg, frame);
        DrawReadings(svg, frame);
        return svg.Raw("</svg></div></figure>\n").ToString();
    }

    private static string Legend(ChartSpec spec) => string.Concat(spec.Lines.Select(line =>
    {
        var sample = new SvgWriter().Path($"line {line.Style}", "M1 5H23");
        return $"<span class=\"key\"><svg class=\"swatch\" viewBox=\"0 0 24 10\" aria-hidden=\"true\">{sample}</svg>" +
            $"{HtmlText.Escape(line.Name)}</span>";
    })) + string.Concat(spec.Bands.Select(band =>
        "<span class=\"key\"><svg class=\"swatch\" viewBox=\"0 0 24 10\" aria-hidden=\"true\">" +
        $"{new SvgWriter().Path("area", "M1 0H23V10H1Z")}</svg>{HtmlText.Escape(band.Name)}</span>"));

    // The picture in a sentence for those who do not see it.
    private static string Describe(ChartSpec spec)
    {
        var lines = spec.Lines.Select(line =>
        {
            double[] drawable = [.. line.Values.Where(Axis.Drawable)];
            return drawable.Length == 0
                ? $"{line.Name} has no finite values"
                : $"{line.Name} from {spec.Text(drawable[0])} to {spec.Text(drawable[^1])}, " +
                  $"between {spec.Text(drawable.Min())} and {spec.Text(drawable.Max())}";
        });
        var mark = spec.Mark is null ? "" : $"; {spec.Mark.Text}";
        return $"{spec.Title}, line chart over {spec.Count} places ({spec.Along}): {string.Join("; ", lines)}{mark}.";
    }

    private static void DrawValues(SvgWriter svg, ChartFrame frame)
    {
        svg.Raw("<g class=\"axis\">");
        foreach (var tick in frame.Axis.Ticks)
        {
            var y = frame.Y(tick);
            svg.Path("grid", $"M{frame.Left} {HtmlText.At(y)}H{frame.Right}");
            svg.Text(frame.Left - 8, y + 4, "end", Label(frame.Spec, frame.Axis, tick));
        }

        svg.Raw("</g>");
    }

    private static string Label(ChartSpec spec, Axis axis, double tick) => spec.IsLog10 ? NumberText.OfLog10(tick) : axis.Label(tick);

    private static void DrawPlaces(SvgWriter svg, ChartFrame frame)
    {
        var spec = frame.Spec;
        var widest = Thinning.Even(spec.Count, 50).Max(place => Short(spec.Label(place)).Length) * PixelsOfLetter;
        var fits = Math.Max(1, (frame.Right - frame.Left) / Math.Max(PixelsOfPlace, widest + PixelsBetween));
        var step = Math.Max(1, (int)Math.Ceiling(Axis.NiceStep(spec.Count / fits)));
        var free = double.NegativeInfinity;
        for (var place = 0; place < spec.Count; place++)
        {
            if ((place + spec.First) % step != 0 && place != 0) continue;
            var label = Short(spec.Label(place));
            var half = label.Length * PixelsOfLetter / 2;
            // A label keeps inside the picture, and is left out where it would touch the one before.
            var at = Math.Clamp(frame.X(place), half, spec.Width - half);
            if (at - half < free) continue;
            free = at + half + PixelsBetween;
            svg.Down("tick", frame.X(place), frame.Floor, frame.Floor + 5);
            svg.Text(at, frame.Floor + 18, "middle", label);
        }

        svg.Text(frame.Right, frame.Floor + 35, "end", spec.Along);
    }

    private static string Short(string label) =>
        label.Length <= LongestLabel ? label : label[..(LongestLabel - 1)] + "…";

    private static void DrawLine(SvgWriter svg, ChartFrame frame, ChartLine line)
    {
        var path = new StringBuilder();
        var places = Thinning.Extremes(line.Values, frame.Spec.MostPoints);
        for (var i = 0; i < places.Count; i++)
        {
            if (!Axis.Drawable(line.Values[places[i]])) continue;
            var (x, y) = (frame.X(places[i]), frame.Y(line.Values[places[i]]));
            var begins = i == 0 || !Axis.Drawable(line.Values[places[i - 1]]);
            var ends = i == places.Count - 1 || !Axis.Drawable(line.Values[places[i + 1]]);
            if (begins && ends) svg.Dot(line, x, y, 3);
            else path.Append($"{(begins ? 'M' : 'L')}{HtmlText.At(x)} {HtmlText.At(y)}");
        }

        if (path.Length > 0) svg.Path($"line {line.Style}", path.ToString()).Raw("\n");
    }

    private static void DrawBand(SvgWriter svg, ChartFrame frame, ChartBand band)
    {
        var start = 0;
        while (start < band.Lower.Count)
        {
            var end = start;
            while (end < band.Lower.Count && Axis.Drawable(band.Lower[end]) && Axis.Drawable(band.Upper[end])) end++;
            if (end - start > 1) DrawArea(svg, frame, band, start, end);
            start = end + 1;
        }
    }

    private static void DrawArea(SvgWriter svg, ChartFrame frame, ChartBand band, int start, int end)
    {
        var places = Thinning.Even(end - start, frame.Spec.MostPoints / 2);
        var path = new StringBuilder();
        foreach (var place in places) Point(place, band.Upper);
        for (var i = places.Count - 1; i >= 0; i--) Point(places[i], band.Lower);
        svg.Path("area", path.Append('Z').ToString()).Raw("\n");

        void Point(int place, IReadOnlyList<double> values) =>
            path.Append($"{(path.Length == 0 ? 'M' : 'L')}{HtmlText.At(frame.X(start + place))} {HtmlText.At(frame.Y(values[start + place]))}");
    }

    private static void DrawMark(SvgWriter svg, ChartFrame frame)
    {
        if (frame.Spec.Mark is not { } mark) return;
        var line = frame.Spec.Lines[mark.Line];
        var x = frame.X(mark.Place);
        var anchor = x < frame.Left + 80 ? "start" : x > frame.Right - 80 ? "end" : "middle";
        svg.Down("mark", x, frame.Top - 10, frame.Floor);
        svg.Dot(line, x, frame.Y(line.Values[mark.Place]), 4.5);
        svg.Text(x, frame.Top - 16, anchor, mark.Text, "note");
    }

    // Each place has an invisible band; under the pointer it shows a guide, dots on the lines, and their values below.
    private static void DrawReadings(SvgWriter svg, ChartFrame frame)
    {
        var places = Thinning.Even(frame.Spec.Count, frame.Spec.MostReadings);
        for (var i = 0; i < places.Count; i++)
        {
            var x = frame.X(places[i]);
            var from = HtmlText.At(i == 0 ? frame.Left : (frame.X(places[i - 1]) + x) / 2);
            var to = HtmlText.At(i == places.Count - 1 ? frame.Right : (x + frame.X(places[i + 1])) / 2);
            svg.Raw("<g class=\"reading\">");
            svg.Path("band", $"M{from} {frame.Top}H{to}V{frame.Floor}H{from}Z");
            svg.Down("guide", x, frame.Top, frame.Floor);
            DrawReading(svg, frame, places[i]);
            svg.Raw("</g>");
        }
    }

    private static void DrawReading(SvgWriter svg, ChartFrame frame, int place)
    {
        var spec = frame.Spec;
        var words = $"{spec.Along} {spec.Label(place)}".TrimStart();
        foreach (var line in spec.Lines.Where(line => place < line.Values.Count))
        {
            var value = line.Values[place];
            words += $"  ·  {line.Name} {spec.Text(value)}";
            if (Axis.Drawable(value)) svg.Dot(line, frame.X(place), frame.Y(value), 3.5);
        }

        svg.Text(frame.Left, spec.Height - 5, "start", words, "value");
    }
}
