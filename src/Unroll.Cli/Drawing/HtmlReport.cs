using System.Text;
using Unroll.Cli.Drawing.Html;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing;

/// <summary>A finished run as one page that needs nothing besides itself: no network, no scripts, no fonts.</summary>
internal static class HtmlReport
{
    // Even if a text got through unescaped, the page may load and run nothing.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>Writes the page.</summary>
    /// <param name="report">The run.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Render(RunReport report)
    {
        var name = HtmlText.Escape(report.Recipe);
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <link rel="icon" href="data:,">
            <title>{name} · Unroll report</title>
            <style>
            {HtmlStyle.Sheet}
            </style>
            </head>
            <body>
            <main>

            """);
        page.Append(HeadSections.Header(report)).Append(HeadSections.KeyFigures(report)).Append(HeadSections.Notes(report));
        page.Append(HtmlText.Section("Training", CurveSections.Training(report.History)));
        page.Append(HtmlText.Section("Predictions beside the truth", CurveSections.Predictions(report.Series)));
        if (report.Confusion is not null) page.Append(HtmlText.Section("Confusion matrix", ConfusionSection.Write(report.Confusion)));
        page.Append(HtmlText.Section("Figures", FactSections.Tables(report)));
        page.Append(HtmlText.Section("Model", FactSections.Model(report)));
        page.Append(HtmlText.Section("This run", FactSections.Run(report)));
        page.Append(HtmlText.Section("History", FactSections.Epochs(report.History)));
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }
}
