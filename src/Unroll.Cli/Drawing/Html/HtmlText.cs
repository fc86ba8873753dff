using System.Globalization;
using System.Net;
using System.Text;

namespace Unroll.Cli.Drawing.Html;

/// <summary>Writes the few shapes of HTML that the report is made of; every text goes through <see cref="Escape"/>.</summary>
internal static class HtmlText
{
    /// <summary>Text as it may stand in an element or in a quoted attribute.</summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate with one decimal: enough for a picture, short in a file.</summary>
    /// <param name="value">The coordinate.</param>
    public static string At(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Words for a name that a program made: <c>val_loss</c> becomes "val loss".</summary>
    /// <param name="name">The name.</param>
    public static string Words(string name) => name.Replace('_', ' ');

    /// <summary>Text as it is, in letters of one width.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="text">The text.</param>
    public static string Preformatted(string label, string text) =>
        $"<pre tabindex=\"0\" aria-label=\"{Escape(label)}\">{Escape(text)}</pre>";

    /// <summary>A table in a box that scrolls sideways where the page is narrow.</summary>
    /// <param name="caption">What the table shows, in words; not escaped again.</param>
    /// <param name="grid">The figures.</param>
    public static string Table(string caption, FigureGrid grid)
    {
        var html = new StringBuilder($"<div class=\"scroll\"><table><caption>{caption}</caption><thead><tr>");
        foreach (var name in grid.Head) html.Append($"<th scope=\"col\">{Escape(name)}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (var row in grid.Rows)
        {
            html.Append($"<tr><th scope=\"row\">{Escape(row.Name)}</th>");
            foreach (var cell in row.Cells)
                html.Append($"<td{(cell.Best ? " class=\"best\"" : "")}>{Escape(cell.Text)}{(cell.Best ? " ★" : "")}</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    /// <summary>A part of the page, under a heading; empty if it has nothing to show.</summary>
    /// <param name="heading">The heading.</param>
    /// <param name="body">Its HTML.</param>
    public static string Section(string heading, string body) =>
        body.Length == 0 ? "" : $"<section>\n<h2>{Escape(heading)}</h2>\n{body}</section>\n";
}
