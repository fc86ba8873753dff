using System.Text;
using Unroll.Cli.Drawing.Html;

namespace Unroll.Cli.Drawing.Charts;

/// <summary>Writes the few shapes that charts are made of; their classes are those of the style sheet.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder text = new();

    /// <summary>Adds what is HTML or SVG already.</summary>
    /// <param name="markup">The markup.</param>
    public SvgWriter Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    /// <summary>A path.</summary>
    /// <param name="style">Its class.</param>
    /// <param name="way">Its commands.</param>
    public SvgWriter Path(string style, string way) => Raw($"<path class=\"{style}\" d=\"{way}\"/>");

    /// <summary>A line straight down.</summary>
    /// <param name="style">Its class.</param>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="from">Where it begins, in pixels from above.</param>
    /// <param name="to">Where it ends.</param>
    public SvgWriter Down(string style, double x, double from, double to) =>
        Path(style, $"M{HtmlText.At(x)} {HtmlText.At(from)}V{HtmlText.At(to)}");

    /// <summary>A dot on a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from above.</param>
    /// <param name="radius">Its radius, in pixels.</param>
    public SvgWriter Dot(ChartLine line, double x, double y, double radius) => Raw(
        $"<circle class=\"dot {line.Style}\" cx=\"{HtmlText.At(x)}\" cy=\"{HtmlText.At(y)}\" r=\"{HtmlText.At(radius)}\"/>");

    /// <summary>Words.</summary>
    /// <param name="x">Pixels from the left of the anchor.</param>
    /// <param name="y">Pixels from above of the line they stand on.</param>
    /// <param name="anchor">Which part of them is at x: "start", "middle" or "end".</param>
    /// <param name="words">The words; escaped here.</param>
    /// <param name="style">Their class; null: none.</param>
    public SvgWriter Text(double x, double y, string anchor, string words, string? style = null) => Raw(
        $"<text{(style is null ? "" : $" class=\"{style}\"")} x=\"{HtmlText.At(x)}\" y=\"{HtmlText.At(y)}\" " +
        $"text-anchor=\"{anchor}\">{HtmlText.Escape(words)}</text>\n");

    /// <inheritdoc/>
    public override string ToString() => text.ToString();
}
