using System.Text;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing.Html;

/// <summary>What stands at the head of the report: the recipe, the figures that matter most, the notes.</summary>
internal static class HeadSections
{
    private const int MostFigures = 6;

    /// <summary>The recipe, what it does, and the run in a line.</summary>
    /// <param name="report">The run.</param>
    public static string Header(RunReport report)
    {
        var epochs = report.History.Epochs.Count;
        string[] facts =
        [
            epochs == 1 ? "1 epoch" : $"{NumberText.Count(epochs)} epochs",
            NumberText.Duration(report.Seconds),
            $"{NumberText.Count(report.Parameters)} parameters",
            $"seed {report.Seed}",
        ];
        var html = new StringBuilder($"<header>\n<h1>{HtmlText.Escape(report.Recipe)}</h1>\n");
        if (report.Description.Length > 0) html.Append($"<p class=\"lead\">{HtmlText.Escape(report.Description)}</p>\n");
        return html.Append($"<p class=\"facts\">{string.Join(" · ", facts)}</p>\n</header>\n").ToString();
    }

    /// <summary>The figures of the test part, large; beside each the best that a simple method reached.</summary>
    /// <param name="report">The run.</param>
    public static string KeyFigures(RunReport report)
    {
        var (part, figures) = FigureTable.Judged(report);
        if (figures.Count == 0) return "";
        // The loss is for training; people ask for the other figures first.
        var chosen = figures.OrderBy(figure => figure.Key == "loss").Take(MostFigures);
        var html = new StringBuilder($"<section>\n<h2>Result on the {HtmlText.Escape(part)} part</h2>\n<dl class=\"keys\">\n");
        foreach (var (name, value) in chosen)
        {
            html.Append($"<div><dt>{HtmlText.Escape(HtmlText.Words(name))}</dt>");
            html.Append($"<dd class=\"number\">{NumberText.Figure(value)}</dd>");
            if (FigureNames.Describe(name) is { Length: > 0 } words) html.Append($"<dd class=\"words\">{HtmlText.Escape(words)}</dd>");
            if (part == FigureTable.Test) html.Append(Rival(report, name, value));
            html.Append("</div>\n");
        }

        return html.Append("</dl>\n</section>\n").ToString();
    }

    /// <summary>Sentences worth reading beside the figures, and why the run ended if it ended early.</summary>
    /// <param name="report">The run.</param>
    public static string Notes(RunReport report)
    {
        List<string> notes = [.. report.Notes];
        if (report.History.StopReason != StopReason.Completed)
            notes.Insert(0, $"The run ended early: {report.History.StopMessage ?? report.History.StopReason.ToString()}.");
        if (notes.Count == 0) return "";
        var paragraphs = notes.Select(note => $"<p>{HtmlText.Escape(note)}</p>\n");
        return $"<section class=\"notes\" aria-label=\"Notes\">\n{string.Concat(paragraphs)}</section>\n";
    }

    private static string Rival(RunReport report, string name, double value)
    {
        var rivals = report.Baselines
            .Where(baseline => baseline.Value.TryGetValue(name, out var figure) && double.IsFinite(figure))
            .ToArray();
        if (rivals.Length == 0) return "";
        var best = rivals.MaxBy(baseline => FigureNames.Goodness(name, baseline.Value[name]));
        var (mine, other) = (FigureNames.Goodness(name, value), FigureNames.Goodness(name, best.Value[name]));
        var verdict = mine > other ? "better than" : mine == other ? "as good as" : "not as good as";
        return $"<dd class=\"rival\">{verdict} {HtmlText.Escape(best.Key)}: {NumberText.Figure(best.Value[name])}</dd>";
    }
}
