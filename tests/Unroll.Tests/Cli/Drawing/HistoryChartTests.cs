using Unroll.Cli.Drawing;

namespace Unroll.Tests.Cli.Drawing;

public sealed class HistoryChartTests
{
    [Fact]
    public void Curves_are_drawn_between_labelled_axes()
    {
        var history = Reports.History(("loss", [9, 6, 3, 0]), ("val_loss", [9, 9, 9, 9]));
        Assert.Equal(
            """
            10 +
               |ooooooooooooooooooooooooooo val_loss
               |  ***
               |     ***
             5 +        ****
               |            ***
               |               ****
               |                   ***
               |                      ***
             0 +                         ** loss
               +---------------------------
                1          epoch          4
            """,
            string.Join('\n', HistoryChart.Lines(history, 40, unicode: false)));
    }

    [Theory]
    [InlineData(10, 40)]
    [InlineData(40, 40)]
    [InlineData(77, 77)]
    [InlineData(500, 100)]
    public void Lines_fit_the_width(int width, int most)
    {
        var lines = HistoryChart.Lines(Reports.Small().History, width);
        Assert.Equal(12, lines.Count);
        Assert.InRange(lines.Max(line => line.Length), most - 10, most);
    }

    [Fact]
    public void One_epoch_is_a_dot()
    {
        var lines = HistoryChart.Lines(Reports.History(("loss", [0.5])), 40, unicode: false);
        Assert.Single(lines, line => line.Contains('*', StringComparison.Ordinal));
        Assert.Equal("1", lines[^1].Trim());
    }

    [Fact]
    public void A_constant_curve_is_a_level_line()
    {
        var lines = HistoryChart.Lines(Reports.History(("loss", [0, 0, 0])), 40, unicode: false);
        Assert.Single(lines, line => line.Contains("******", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_finite_leaves_a_gap()
    {
        var lines = HistoryChart.Lines(Reports.History(("loss", [1, 1, double.NaN, double.PositiveInfinity, 1, 1])), 60, unicode: false);
        var drawn = Assert.Single(lines, line => line.Contains('*', StringComparison.Ordinal));
        Assert.Matches(@"\*{5,} {5,}\*{5,}", drawn);
    }

    [Fact]
    public void Nothing_to_draw_is_no_lines()
    {
        Assert.Empty(HistoryChart.Lines(new History(), 80));
        Assert.Empty(HistoryChart.Lines(Reports.History(("loss", [double.NaN])), 80));
        Assert.Empty(HistoryChart.Lines(Reports.History(("accuracy", [0.5])), 80));
    }

    [Fact]
    public void A_console_gets_the_same_picture()
    {
        var (console, text) = Consoles.Plain();
        console.Profile.Width = 61;
        console.Profile.Capabilities.Unicode = true;
        var history = Reports.Small().History;
        HistoryChart.Write(console, history);
        Assert.Equal(HistoryChart.Lines(history, 60), text.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd()));
    }
}
