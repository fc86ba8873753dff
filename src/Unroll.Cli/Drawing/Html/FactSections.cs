using System.Text;
using Unroll.Cli.Drawing.Charts;
using Unroll.Evaluation.Text;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing.Html;

/// <summary>The tables of the report: figures, model, facts of the run, its epochs.</summary>
internal static class FactSections
{
    private const int MostEpochs = 400;

    /// <summary>The figures of all parts, and the model beside simple methods.</summary>
    /// <param name="report">The run.</param>
    public static string Tables(RunReport report)
    {
        var html = report.Metrics.Count == 0
            ? ""
            : HtmlText.Table("The model on each part of the data", FigureTable.Metrics(report));
        if (FigureTable.Baselines(report) is not { } baselines) return html;
        return html +
            HtmlText.Table("The model beside simple methods, on the test part; ★ marks the best of each column", baselines);
    }

    /// <summary>How many spans of each type were found.</summary>
    /// <param name="score">The counts.</param>
    public static string Spans(SpanScore score)
    {
        var rows = score.PerType.Prepend(score.Overall with { Type = "all" }).Select(count => new FigureRow(
            count.Type.Length == 0 ? "(no type)" : count.Type,
            [
                new(NumberText.Figure(count.Precision)), new(NumberText.Figure(count.Recall)), new(NumberText.Figure(count.F1)),
                new(NumberText.Count(count.Correct)), new(NumberText.Count(count.Predicted)), new(NumberText.Count(count.Reference)),
            ]));
        return HtmlText.Table(
            "Whole spans of the test part: right are those of the same words and type",
            new FigureGrid(["type", "precision", "recall", "f1", "right", "found", "true"], [.. rows]));
    }

    /// <summary>The model's layers.</summary>
    /// <param name="report">The run.</param>
    public static string Model(RunReport report) =>
        report.Summary.Length == 0 ? "" : HtmlText.Preformatted("Model summary", report.Summary.TrimEnd()) + "\n";

    /// <summary>What is needed to do the run again.</summary>
    /// <param name="report">The run.</param>
    public static string Run(RunReport report)
    {
        (string Name, string Value)[] facts =
        [
            ("Seed", $"{report.Seed}"),
            ("Threads", $"{report.Threads}"),
            ("Parameters", NumberText.Count(report.Parameters)),
            ("Training", NumberText.Duration(report.Seconds)),
            .. report.Versions.Select(version => (version.Key, version.Value)),
        ];
        var html = new StringBuilder("<dl class=\"run\">\n");
        foreach (var (name, value) in facts)
            html.Append($"<div><dt>{HtmlText.Escape(name)}</dt><dd>{HtmlText.Escape(value)}</dd></div>\n");
        return html.Append("</dl>\n").ToString();
    }

    /// <summary>All epochs, folded; of very many only some.</summary>
    /// <param name="history">The run's history.</param>
    public static string Epochs(History history)
    {
        if (history.Epochs.Count == 0) return "";
        var names = Curves.Names(history);
        var rows = Thinning.Even(history.Epochs.Count, MostEpochs).Select(place =>
        {
            var epoch = history.Epochs[place];
            return new FigureRow(
                NumberText.Whole(epoch.Epoch),
                [
                    new(NumberText.Duration(epoch.Seconds)),
                    .. names.Select(name => FigureTable.Cell(epoch.Figures, name)),
                ]);
        }).ToArray();
        var caption = rows.Length < history.Epochs.Count
            ? $"{rows.Length} of {NumberText.Count(history.Epochs.Count)} epochs, evenly spread"
            : "Every epoch";
        var table = HtmlText.Table(caption, new FigureGrid(["epoch", "time", .. names], rows));
        return $"<details><summary>Figures epoch by epoch</summary>\n{table}</details>\n";
    }
}
