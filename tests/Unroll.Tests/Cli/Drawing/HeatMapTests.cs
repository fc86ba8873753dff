using System.Text.RegularExpressions;
using Unroll.Cli.Drawing.Charts;

namespace Unroll.Tests.Cli.Drawing;

public sealed class HeatMapTests
{
    [Fact]
    public void Cells_of_one_shade_are_one_path_and_runs_are_joined()
    {
        var svg = HeatMap.Draw(Grid(new float[,] { { 0, 1, 1 }, { 0.5f, 0.5f, float.NaN } }), 300);
        Assert.Contains("<path class=\"seq\" style=\"--s:0%\" d=\"M0 0h1\"/>", svg, StringComparison.Ordinal);
        Assert.Contains("<path class=\"seq\" style=\"--s:50%\" d=\"M0 1h2\"/>", svg, StringComparison.Ordinal);
        Assert.Contains("<path class=\"seq\" style=\"--s:100%\" d=\"M1 0h2\"/>", svg, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(svg, "class=\"seq\"")); // nothing where there is no value
        Assert.Contains("aria-label=\"T, heat map of 2 units over 3 steps: from 0 to 1.000, mean 0.6000.\"", svg, StringComparison.Ordinal);
        Assert.Contains("padding", svg, StringComparison.Ordinal);
        Assert.Contains("3  w3  ·  mean 1.000, from 1.000 to 1.000", svg.Replace("&#183;", "·", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Signs_have_colours_of_their_own_around_zero()
    {
        var svg = HeatMap.Draw(Grid(new float[,] { { -2, -1, 0, 1, 5 } }) with { IsSigned = true, Limit = 2 }, 300);
        Assert.Equal(
            ["neg 100 M0 0h1", "neg 50 M1 0h1", "pos 0 M2 0h1", "pos 50 M3 0h1", "pos 100 M4 0h1"],
            Regex.Matches(svg, "<path class=\"(neg|pos)\" style=\"--s:([0-9.]+)%\" d=\"([^\"]+)\"").Select(match => $"{match.Groups[1]} {match.Groups[2]} {match.Groups[3]}"));
        Assert.Contains("−2<span class=\"ramp signed\"></span>2", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("padding", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_large_to_draw_is_shown_in_means()
    {
        var values = new float[130, 1000];
        for (var row = 0; row < 130; row++)
        {
            for (var step = 0; step < 1000; step++) values[row, step] = row < 3 && step < 5 ? 1 : 0;
        }

        values[0, 0] = float.NaN;
        var grid = Grid(values).Condensed();
        Assert.Equal((44, 200, 3, 5), (grid.Rows, grid.Steps, grid.RowsOfRow, grid.StepsOfColumn));
        Assert.Equal((1, 0), (grid.Values[0, 0], grid.Values[1, 1]));
        Assert.Equal("w6", grid.Step(1));
        var svg = HeatMap.Draw(Grid(values), 920);
        Assert.Contains("time, 5 steps a column", svg, StringComparison.Ordinal);
        Assert.InRange(svg.Length, 1000, 150_000);
    }

    [Fact]
    public void Long_words_are_turned_and_shortened_and_text_is_escaped()
    {
        var svg = HeatMap.Draw(Grid(new float[,] { { 0, 1 } }) with { Step = step => step == 0 ? "<b>" : "incomprehensibilities", Title = "a & b" }, 300);
        Assert.Contains("rotate(-90)\" text-anchor=\"end\">incomprehensi…</text>", svg.Replace("&#8230;", "…", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("a & b", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_of_nothing_says_so() =>
        Assert.Equal("<p class=\"empty\">T: no finite values to draw.</p>\n", HeatMap.Draw(Grid(new[,] { { float.NaN } }), 300));

    private static HeatGrid Grid(float[,] values) => new("T", values)
    { Step = step => $"w{step + 1}", RowName = "units", IsSigned = false, Limit = 1 };
}
