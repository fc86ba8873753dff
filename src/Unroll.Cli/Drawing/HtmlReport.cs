using System.Text;
using Unroll.Cli.Drawing.Html;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing;

/// <summary>A finished run as one page.</summary>
internal static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="report">The run.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Render(RunReport report)
    {
        var page = new StringBuilder();
        page.Append(HeadSections.Header(report)).Append(HeadSections.KeyFigures(report)).Append(HeadSections.Notes(report));
        page.Append(HtmlText.Section("Training", CurveSections.Training(report.History)));
        page.Append(HtmlText.Section("Predictions beside the truth", CurveSections.Predictions(report.Series)));
        if (report.ErrorsByStep.Count > 0) page.Append(HtmlText.Section("Errors by horizon", CurveSections.ErrorsByStep(report.ErrorsByStep)));
        if (report.Spans is not null) page.Append(HtmlText.Section("Spans", FactSections.Spans(report.Spans)));
        if (report.Confusion is not null) page.Append(HtmlText.Section("Confusion matrix", ConfusionSection.Write(report.Confusion)));
        page.Append(HtmlText.Section("Explanations", ExplanationSection.Write(report.Explanations)));
        page.Append(HtmlText.Section("Texts", TranslationSection.Write(report.Translations)));
        page.Append(HtmlText.Section("Figures", FactSections.Tables(report)));
        page.Append(HtmlText.Section("Model", FactSections.Model(report)));
        page.Append(HtmlText.Section("This run", FactSections.Run(report)));
        page.Append(HtmlText.Section("History", FactSections.Epochs(report.History)));
        return HtmlPage.Write(report.Recipe, "Unroll report", page.ToString());
    }
}
