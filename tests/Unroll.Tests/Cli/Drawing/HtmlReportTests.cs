using System.Text.RegularExpressions;
using Unroll.Cli.Drawing;
using Unroll.Evaluation;
using Unroll.Recipes;

namespace Unroll.Tests.Cli.Drawing;

public sealed class HtmlReportTests
{
    [Fact]
    public void The_page_has_all_parts_in_order()
    {
        var page = HtmlReport.Render(Reports.Full());
        string[] headings = [.. Regex.Matches(page, "<h[12]>(.*?)</h[12]>").Select(match => match.Groups[1].Value)];
        Assert.Equal(
            [
                "reviews", "Result on the test part", "Training", "Predictions beside the truth", "Confusion matrix", "Explanations", "Figures",
                "Model", "This run", "History",
            ],
            headings);
        Assert.Contains("<title>reviews · Unroll report</title>", page, StringComparison.Ordinal);
        Assert.Contains("best: 0.4500 in epoch 2", page, StringComparison.Ordinal);
        Assert.Contains("not as good as word counts: 0.8100", page, StringComparison.Ordinal);
        Assert.Contains("The test part was used once.", page, StringComparison.Ordinal);
        Assert.Contains("McNemar&#39;s Test P-Value", page, StringComparison.Ordinal);
        Assert.Contains("<b>40</b><small>76.9 %</small>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_coloured_by_their_weight()
    {
        var page = HtmlReport.Render(Reports.Full());
        Assert.Contains("<figcaption>good, 75.0 % <span class=\"key\">wrong: it is bad</span></figcaption>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"right\" style=\"--s:55%\" title=\"+0.40, attention 0.9000\">fine</span> &amp; ", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"wrong\" style=\"--s:14%\" title=\"-0.10, attention 0.1000\">dull</span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Explanations", HtmlReport.Render(Reports.Small()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_besides_itself() => Pages.Check(HtmlReport.Render(Reports.Full()));

    [Fact]
    public void Every_text_is_escaped()
    {
        const string evil = "<script>alert(\"x\")</script>&'";
        var report = Reports.Full() with
        {
            Recipe = evil,
            Description = evil,
            Summary = evil,
            Notes = [evil],
            Metrics = Reports.Parts((evil, [(evil, 1)])),
            Baselines = Reports.Parts((evil, [(evil, 2)])),
            Versions = new Dictionary<string, string> { [evil] = evil },
            Confusion = new ConfusionMatrix(new[,] { { 1, 0 }, { 0, 1 } }, [evil, "b"]),
            Series = [new(evil, evil, [evil], [1], [2])],
            History = Reports.History(("loss", [1, 2]), (evil, [1, 2])),
        };
        report.History.StopReason = StopReason.Stopped;
        report.History.StopMessage = evil;
        var page = HtmlReport.Render(report);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("(\"x\")", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_epochs_figures_or_finite_values_is_a_page_too()
    {
        var bare = Reports.Small() with { History = new History(), Metrics = Reports.Parts(), Summary = "" };
        Assert.Contains("No epoch was finished.", HtmlReport.Render(bare), StringComparison.Ordinal);

        var broken = Reports.Full() with
        {
            History = Reports.History(("loss", [double.NaN]), ("val_loss", [double.PositiveInfinity])),
            Metrics = Reports.Parts(("train", [("loss", double.NaN)])),
            Series = [new("test", "price", [], [double.NaN, 1], [double.NaN]), new("none", "price", [], [], [])],
        };
        var page = HtmlReport.Render(broken);
        Assert.Contains("Loss: no finite values to draw.", page, StringComparison.Ordinal);
        Assert.Contains("Result on the train part", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(d|cx|cy|x|y)=\"[^\"]*(NaN|∞|Infinity)", page);
    }

    [Fact]
    public void A_long_run_stays_a_small_page()
    {
        var random = new Random(1);
        double[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        string[] labels = [.. Enumerable.Range(0, 20_000).Select(i => $"2020-01-01 {i}")];
        var report = Reports.Full() with
        {
            History = Reports.History([.. new[] { "loss", "mae", "rmse", "val_loss", "val_mae", "val_rmse" }.Select(name => (name, Noise(5000)))]),
            Series = [.. Enumerable.Range(0, 40).Select(i => new PredictedSeries($"part {i}", "price", labels, Noise(20_000), Noise(20_000)))],
            Confusion = new ConfusionMatrix(new int[200, 200].With(3, 5, 9), [.. Enumerable.Range(0, 200).Select(i => $"class {i}")]),
        };
        var page = HtmlReport.Render(report);
        Assert.InRange(page.Length, 100_000, 1_000_000);
        Assert.Contains("400 of 5,000 epochs, evenly spread", page, StringComparison.Ordinal);
        Assert.Contains("The first 24 of 40 are shown.", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">class 5</th><td>class 3</td><td>9</td>", page, StringComparison.Ordinal);
    }
}

internal static class CountsExtensions
{
    public static int[,] With(this int[,] counts, int row, int column, int value)
    {
        counts[row, column] = value;
        return counts;
    }
}
