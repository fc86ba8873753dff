using System.Text;
using Unroll.Cli.Drawing.Charts;
using Unroll.Forecasting;
using Unroll.Recipes;

namespace Unroll.Cli.Drawing.Html;

/// <summary>The line charts of the report.</summary>
internal static class CurveSections
{
    private const string LearningRate = "learning_rate";
    private const int SmallWidth = 452;
    private const int SmallHeight = 260;
    private const int MostSmall = 6;
    private const int MostSeries = 24;

    // What all charts of a kind may have together, so that the page stays small however many there are.
    private const int PointsOfAll = 12_000;
    private const int ReadingsOfAll = 700;

    /// <summary>The loss over the epochs, and smaller the other figures.</summary>
    /// <param name="history">The run's history.</param>
    public static string Training(History history)
    {
        if (history.Epochs.Count == 0) return "<p class=\"empty\">No epoch was finished.</p>\n";
        var loss = Chart(history, "loss");
        var others = Curves.Names(history)
            .Select(FigureNames.Base)
            .Distinct()
            .Where(name => name != "loss" && (name != LearningRate || Curves.Of(history, name)!.Distinct().Count() > 1))
            .Take(MostSmall)
            .ToArray();
        var small = others.Select(name => Chart(history, name)!).ToList();
        var html = new StringBuilder();
        // Two charts stand side by side; of more, the loss takes a line of its own.
        if (loss is not null && small.Count == 1) small.Insert(0, loss);
        else if (loss is not null) html.Append(SvgChart.Draw(loss));
        if (small.Count == 0) return html.ToString();
        html.Append("<div class=\"pair\">\n");
        foreach (var spec in small) html.Append(SvgChart.Draw(Small(spec)));
        return html.Append("</div>\n").ToString();
    }

    /// <summary>A chart for each part of a forecast.</summary>
    /// <param name="series">The parts.</param>
    public static string Predictions(IReadOnlyList<PredictedSeries> series)
    {
        var html = new StringBuilder();
        var shown = Math.Min(series.Count, MostSeries);
        foreach (var part in series.Take(shown))
        {
            if (Math.Max(part.Truth.Count, part.Predicted.Count) == 0) continue;
            ChartLine[] lines = [new("truth", "truth", part.Truth), new("predicted", "predicted", part.Predicted)];
            html.Append(SvgChart.Draw(new ChartSpec($"{part.Quantity}, {part.Name} part", lines)
            {
                Label = place => place < part.Labels.Count ? part.Labels[place] : NumberText.Whole(place + 1),
                Along = "",
                MostPoints = Math.Min(900, PointsOfAll / shown),
                MostReadings = Math.Min(120, ReadingsOfAll / shown),
                Bands = part.Lower is null || part.Upper is null ? [] : [new("80 % interval", part.Lower, part.Upper)],
            }));
        }

        if (series.Count > shown) html.Append($"<p class=\"empty\">The first {shown} of {series.Count} are shown.</p>\n");
        return html.ToString();
    }

    /// <summary>The mean absolute error of each step ahead.</summary>
    /// <param name="methods">The model and the best baseline.</param>
    public static string ErrorsByStep(IReadOnlyList<MethodErrors> methods) => methods.Count == 0 ? "" : SvgChart.Draw(new ChartSpec(
        "Mean absolute error by steps ahead", [.. methods.Select((method, place) => new ChartLine(method.Name, place == 0 ? "a" : "b", method.ByStep))])
    {
        Label = place => NumberText.Whole(place + 1),
        Along = "steps ahead",
        First = 1,
    });

    private static ChartSpec? Chart(History history, string name)
    {
        var lines = new List<ChartLine>();
        if (Curves.Of(history, name) is { } training) lines.Add(new("training", "a", training));
        if (Curves.Of(history, FigureNames.OfValidation(name)) is { } validation) lines.Add(new("validation", "b", validation));
        if (lines.Count == 0) return null;
        if (name == LearningRate) lines = [lines[0] with { Name = HtmlText.Words(name) }];
        // The part that was not trained on says which epoch was best.
        var best = name == LearningRate ? -1 : Curves.Best(name, lines[^1].Values);
        return new ChartSpec(Title(name), lines)
        {
            Label = place => NumberText.Whole(history.Epochs[place].Epoch),
            Along = "epoch",
            First = history.Epochs[0].Epoch,
            Mark = best < 0 || history.Epochs.Count == 1 ? null : new ChartMark(lines.Count - 1, best, Told()),
        };

        string Told() => $"best: {NumberText.Figure(lines[^1].Values[best])} in epoch {history.Epochs[best].Epoch}";
    }

    private static ChartSpec Small(ChartSpec spec) =>
        spec with { Width = SmallWidth, Height = SmallHeight, MostPoints = 450, MostReadings = 60 };

    private static string Title(string name)
    {
        if (name is "auc" or "mae" or "mse" or "rmse" or "mape" or "smape" or "wape" or "mase") return name.ToUpperInvariant();
        var words = HtmlText.Words(name);
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
