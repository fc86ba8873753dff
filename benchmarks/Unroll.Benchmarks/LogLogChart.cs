using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks;

/// <summary>Points whose growth is looked at.</summary>
/// <param name="Name">Whose they are.</param>
/// <param name="Points">By rising X; all above zero.</param>
internal sealed record LogLogCurve(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The exponent of growth: the slope of the least-squares line through the logarithms.</summary>
    /// <param name="from">The first point that counts.</param>
    public double Slope(int from = 0)
    {
        var logs = Points.Skip(from).Select(point => (X: Math.Log(point.X), Y: Math.Log(point.Y))).ToArray();
        var (meanX, meanY) = (logs.Average(log => log.X), logs.Average(log => log.Y));
        return logs.Sum(log => (log.X - meanX) * (log.Y - meanY)) / logs.Sum(log => (log.X - meanX) * (log.X - meanX));
    }
}

/// <summary>Curves over the same axis.</summary>
/// <param name="Title">What X is.</param>
/// <param name="Curves">The curves.</param>
internal sealed record LogLogPanel(string Title, IReadOnlyList<LogLogCurve> Curves);

/// <summary>Draws panels side by side, both axes logarithmic, with a line a decade.</summary>
internal static class LogLogChart
{
    private const int Width = 340, Height = 260, Left = 46, Top = 30, Bottom = 26, Right = 14, LegendLine = 16;
    private static readonly string[] Colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf", "#7f7f7f"];

    /// <summary>A picture that stands alone.</summary>
    /// <param name="panels">From left to right.</param>
    /// <param name="unit">What Y is.</param>
    public static string Svg(IReadOnlyList<LogLogPanel> panels, string unit)
    {
        var height = Height + ((panels.Max(panel => panel.Curves.Count) + 1) * LegendLine);
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {panels.Count * Width} {height}'");
        Add(svg, $"  font-family='sans-serif' font-size='11'>");
        Add(svg, $"<rect width='100%' height='100%' fill='white'/><text x='{Left}' y='12' fill='#555'>{unit}</text>");
        for (var i = 0; i < panels.Count; i++)
        {
            Add(svg, $"<g transform='translate({i * Width} 0)'>");
            Draw(svg, panels[i]);
            Add(svg, $"</g>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, LogLogPanel panel)
    {
        var points = panel.Curves.SelectMany(curve => curve.Points).ToArray();
        var x = new Axis(points.Select(point => point.X), Left, Width - Right);
        var y = new Axis(points.Select(point => point.Y), Height - Bottom, Top);
        foreach (var decade in x.Decades)
        {
            Add(svg, $"<path d='M{x.At(decade):F1} {Top}V{Height - Bottom}' stroke='#ddd'/>");
            Add(svg, $"<text x='{x.At(decade):F1}' y='{Height - Bottom + 14}' text-anchor='middle'>{decade}</text>");
        }

        foreach (var decade in y.Decades)
        {
            Add(svg, $"<path d='M{Left} {y.At(decade):F1}H{Width - Right}' stroke='#ddd'/>");
            Add(svg, $"<text x='{Left - 6}' y='{y.At(decade) + 4:F1}' text-anchor='end'>{decade}</text>");
        }

        Add(svg, $"<text x='{Left}' y='{Top - 4}' font-weight='bold'>{panel.Title}</text>");
        for (var i = 0; i < panel.Curves.Count; i++)
        {
            var (curve, colour) = (panel.Curves[i], Colours[i % Colours.Length]);
            var path = string.Join('L', curve.Points.Select(point => Text($"{x.At(point.X):F1} {y.At(point.Y):F1}")));
            Add(svg, $"<path d='M{path}' fill='none' stroke='{colour}' stroke-width='1.5'/>");
            foreach (var (px, py) in curve.Points) Add(svg, $"<circle cx='{x.At(px):F1}' cy='{y.At(py):F1}' r='2.5' fill='{colour}'/>");
            var slope = Text($"{curve.Name}: slope {curve.Slope():F2}, larger half {curve.Slope(curve.Points.Count / 2):F2}");
            Add(svg, $"<text x='{Left}' y='{Height + ((i + 1) * LegendLine)}' fill='{colour}'>{slope}</text>");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(Text(line)).Append('\n');

    /// <summary>Where numbers stand on a logarithmic axis, from one decade's end to another.</summary>
    private sealed class Axis
    {
        private readonly int first;
        private readonly int last;
        private readonly double start;
        private readonly double end;

        public Axis(IEnumerable<double> values, double start, double end)
        {
            var logs = values.Select(Math.Log10).ToArray();
            (first, last) = ((int)Math.Floor(logs.Min()), (int)Math.Ceiling(logs.Max()));
            if (first == last) last++;
            (this.start, this.end) = (start, end);
        }

        public IEnumerable<double> Decades => Enumerable.Range(first, last - first + 1).Select(power => Math.Pow(10, power));

        public double At(double value) => start + ((end - start) * (Math.Log10(value) - first) / (last - first));
    }
}
