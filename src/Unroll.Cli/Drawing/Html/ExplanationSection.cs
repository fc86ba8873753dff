using System.Globalization;
using System.Text;
using Unroll.Language;

namespace Unroll.Cli.Drawing.Html;

/// <summary>Texts whose words are coloured by what they had to do with the class that a model gave.</summary>
internal static class ExplanationSection
{
    private const string Legend =
        "What the words of some test texts add to the probability of the class that the model chose (integrated gradients): blue speaks for " +
        "it, orange against it; the strongest word of a text has the deepest colour. The number stands in each word's title.";

    // Text stays readable on a word that is coloured this far.
    private const double DeepestColour = 55;

    /// <summary>The legend and the texts.</summary>
    /// <param name="texts">Explained texts.</param>
    public static string Write(IReadOnlyList<ExplainedText> texts)
    {
        if (texts.Count == 0) return "";
        var html = new StringBuilder(
            $"<p class=\"empty\">{Legend} <span class=\"key\">against <span class=\"ramp signed\"></span> for</span></p>\n");
        foreach (var text in texts) html.Append(Text(text));
        return html.ToString();
    }

    private static string Text(ExplainedText text)
    {
        var result = text.Result;
        var isRight = text.Truth is null || text.Truth == result.Class;
        var html = new StringBuilder($"<figure class=\"explained\">\n<figcaption>{HtmlText.Escape(result.Class)}, ");
        html.Append(CultureInfo.InvariantCulture, $"{100 * result.Probability:0.0} %");
        if (!isRight) html.Append($" <span class=\"key\">wrong: it is {HtmlText.Escape(text.Truth!)}</span>");
        html.Append("</figcaption>\n<p>");
        var strongest = Explained.Strongest(text);
        foreach (var piece in text.Pieces) html.Append(Piece(piece, strongest));
        return html.Append("</p>\n</figure>\n").ToString();
    }

    private static string Piece(TokenWeight piece, double strongest)
    {
        if (piece.Weight is not { } weight) return HtmlText.Escape(piece.Text);
        var depth = (Explained.Share(weight, strongest) * DeepestColour).ToString("0", CultureInfo.InvariantCulture);
        var title = $"{Explained.Signed(weight)}{(piece.Attention is { } attention ? $", attention {NumberText.Figure(attention)}" : "")}";
        return $"<span class=\"{(weight < 0 ? "wrong" : "right")}\" style=\"--s:{depth}%\" title=\"{title}\">{HtmlText.Escape(piece.Text)}</span>";
    }
}
