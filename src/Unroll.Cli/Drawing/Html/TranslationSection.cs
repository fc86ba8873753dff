using System.Globalization;
using System.Text;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing.Html;

/// <summary>Texts of the test part as they came out, and what each token attended to.</summary>
internal static class TranslationSection
{
    private const int ShownMaps = 4;
    private const int MostTokens = 32;

    // Text stays readable on a cell that is coloured this far.
    private const double DeepestColour = 70;

    /// <summary>The table of texts and the maps.</summary>
    /// <param name="texts">Texts of the test part.</param>
    public static string Write(IReadOnlyList<TranslatedText> texts)
    {
        if (texts.Count == 0) return "";
        var html = new StringBuilder("<p class=\"empty\">The first texts of the test part, as they came out.</p>\n");
        html.Append("<div class=\"scroll\"><table aria-label=\"Texts of the test part\">\n<thead>\n");
        html.Append("<tr><th scope=\"col\">given</th><th scope=\"col\">asked for</th><th scope=\"col\">made</th></tr>\n</thead>\n<tbody>\n");
        foreach (var text in texts)
            html.Append($"<tr><td>{HtmlText.Escape(text.Source)}</td><td>{HtmlText.Escape(text.Reference)}</td><td>{HtmlText.Escape(text.Made.Text)}</td>")
                .Append("</tr>\n");
        html.Append("</tbody></table></div>\n");
        var readable = texts.Where(text => text.Made.Attention.Count is > 0 and <= MostTokens && text.Made.SourceTokens.Count <= MostTokens);
        var maps = readable.Take(ShownMaps).ToArray();
        if (maps.Length == 0) return html.ToString();
        html.Append("<p class=\"empty\">What each token that was written (rows) attended to in the text that was given (columns): ")
            .Append("the deeper a colour, the more.</p>\n");
        foreach (var map in maps) html.Append(Map(map.Made));
        return html.ToString();
    }

    private static string Map(Translation made)
    {
        var label = $"Attention of: {HtmlText.Escape(made.Text)}";
        var html = new StringBuilder($"<div class=\"scroll\"><table class=\"confusion attention\" aria-label=\"{label}\">\n<thead>\n<tr><td></td>");
        foreach (var token in made.SourceTokens) html.Append($"<th scope=\"col\">{Shown(token)}</th>");
        html.Append("</tr>\n</thead>\n<tbody>\n");
        for (var step = 0; step < made.Attention.Count; step++)
        {
            html.Append($"<tr><th scope=\"row\">{(step < made.Tokens.Count ? Shown(made.Tokens[step]) : "(end)")}</th>");
            foreach (var weight in made.Attention[step])
            {
                var depth = (weight * DeepestColour).ToString("0", CultureInfo.InvariantCulture);
                html.Append($"<td class=\"right\" style=\"--s:{depth}%\" title=\"{NumberText.Figure(weight)}\"></td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    private static string Shown(string token) => string.IsNullOrWhiteSpace(token) ? "␣" : HtmlText.Escape(token);
}
