using System.Globalization;
using System.Text;
using Unroll.Evaluation;

namespace Unroll.Cli.Drawing.Html;

/// <summary>A confusion matrix as a coloured table, with the statistics that are read from it.</summary>
internal static class ConfusionSection
{
    private const int MostClasses = 25;
    private const int MostPairs = 25;
    private const string Legend =
        "Columns are true classes, rows are predicted ones; shares are of the true class. The deeper a colour, the larger " +
        "the share: blue where the prediction is right, orange where it is wrong.";

    // Text stays readable on a cell that is coloured this far.
    private const double DeepestColour = 55;

    /// <summary>The table and the statistics.</summary>
    /// <param name="matrix">The counts.</param>
    public static string Write(ConfusionMatrix matrix)
    {
        if (matrix.Classes.Count > MostClasses) return Pairs(matrix);
        var side = matrix.Classes.Count > 2 ? "side many" : "side";
        var statistics = HtmlText.Preformatted("Statistics of the confusion matrix", Statistics(matrix));
        return $"<p class=\"empty\">{Legend}</p>\n<div class=\"{side}\">{Counts(matrix)}{statistics}</div>\n";
    }

    // The counts and the heading stand above already.
    private static string Statistics(ConfusionMatrix matrix)
    {
        var text = matrix.ToString();
        var from = text.IndexOf("Accuracy :", StringComparison.Ordinal);
        return from < 0 ? text : text[(text.LastIndexOf('\n', from) + 1)..].TrimEnd();
    }

    private static string Counts(ConfusionMatrix matrix)
    {
        var size = matrix.Classes.Count;
        const string label = "Examples by true and predicted class";
        var html = new StringBuilder($"<div class=\"scroll\"><table class=\"confusion\" aria-label=\"{label}\">\n<thead>\n");
        html.Append($"<tr><td></td><th scope=\"colgroup\" colspan=\"{size}\">true class</th></tr>\n");
        html.Append("<tr><th scope=\"col\">predicted</th>");
        foreach (var name in matrix.Classes) html.Append($"<th scope=\"col\">{HtmlText.Escape(name)}</th>");
        html.Append("</tr>\n</thead>\n<tbody>\n");
        for (var row = 0; row < size; row++)
        {
            html.Append($"<tr><th scope=\"row\">{HtmlText.Escape(matrix.Classes[row])}</th>");
            for (var column = 0; column < size; column++) html.Append(Cell(matrix, row, column));
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    private static string Cell(ConfusionMatrix matrix, int row, int column)
    {
        var all = Enumerable.Range(0, matrix.Classes.Count).Sum(k => (long)matrix[k, column]);
        var share = all == 0 ? 0 : (double)matrix[row, column] / all;
        var depth = (share * DeepestColour).ToString("0.#", CultureInfo.InvariantCulture);
        return $"<td class=\"{(row == column ? "right" : "wrong")}\" style=\"--s:{depth}%\">" +
            $"<b>{NumberText.Count(matrix[row, column])}</b>{(all == 0 ? "" : $"<small>{Percent(share)}</small>")}</td>";
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    // A table of many classes would be too large to read: what is mistaken most often says more.
    private static string Pairs(ConfusionMatrix matrix)
    {
        var size = matrix.Classes.Count;
        var mistakes =
            from row in Enumerable.Range(0, size)
            from column in Enumerable.Range(0, size)
            where row != column && matrix[row, column] > 0
            orderby matrix[row, column] descending
            select new FigureRow(matrix.Classes[column], [new(matrix.Classes[row]), new(NumberText.Count(matrix[row, column]))]);
        var interval = matrix.AccuracyInterval;
        var (low, high) = (NumberText.Figure(interval.Lower), NumberText.Figure(interval.Upper));
        var grid = new FigureGrid(["true class", "predicted", "examples"], [.. mistakes.Take(MostPairs)]);
        return $"<p>{size} classes, {NumberText.Count(matrix.Total)} examples; accuracy {NumberText.Figure(matrix.Accuracy)} " +
            $"(95% interval {low} to {high}), kappa {NumberText.Figure(matrix.Kappa)}.</p>\n" +
            HtmlText.Table("The most frequent mistakes", grid);
    }
}
