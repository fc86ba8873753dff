using System.Globalization;
using System.Text.RegularExpressions;
using Unroll.Cli.Drawing.Charts;

namespace Unroll.Tests.Cli.Drawing;

public sealed class ChartTests
{
    [Theory]
    [InlineData(0.13, 0.69, "0.0 0.2 0.4 0.6 0.8")]
    [InlineData(0, 100, "0 25 50 75 100")]
    [InlineData(-3, 6, "-5.0 -2.5 0.0 2.5 5.0 7.5")]
    [InlineData(0.001, 0.002, "0.00100 0.00125 0.00150 0.00175 0.00200")]
    [InlineData(5, 5, "4.50 4.75 5.00 5.25 5.50")]
    [InlineData(0, 0, "-1.0 -0.5 0.0 0.5 1.0")]
    [InlineData(1e7, 3e7, "1e7 1.5e7 2e7 2.5e7 3e7")]
    public void Axes_have_round_ticks(double low, double high, string labels)
    {
        var axis = Axis.Around([low, high], 4)!;
        Assert.Equal(labels, string.Join(' ', axis.Ticks.Select(axis.Label)));
        Assert.InRange(axis.Place(low), 0, 1);
        Assert.InRange(axis.Place(high), 0, 1);
    }

    [Fact]
    public void An_axis_leaves_out_what_cannot_be_drawn()
    {
        var axis = Axis.Around([double.NaN, 1, double.PositiveInfinity, 3, double.NegativeInfinity, double.MaxValue], 4)!;
        Assert.Equal((1, 3), (axis.Minimum, axis.Maximum));
        Assert.Null(Axis.Around([double.NaN, double.PositiveInfinity], 4));
        Assert.Null(Axis.Around([], 4));
    }

    [Theory]
    [InlineData(-1e300, 1e300)]
    [InlineData(-1e-310, 1e-310)]
    [InlineData(1e15, 1.0000000000000002e15)]
    public void An_axis_bears_extreme_ranges(double low, double high)
    {
        var axis = Axis.Around([low, high], 4)!;
        Assert.InRange(axis.Ticks.Count, 2, 12);
        Assert.True(double.IsFinite(axis.Place(low)) && axis.Maximum > axis.Minimum);
    }

    [Fact]
    public void Thinning_keeps_peaks_ends_and_gaps()
    {
        var values = Enumerable.Range(0, 10_000).Select(i => Math.Sin(i / 100.0)).ToArray();
        (values[1234], values[7001]) = (50, -50);
        Array.Fill(values, double.NaN, 4000, 1000);
        var places = Thinning.Extremes(values, 200);

        Assert.InRange(places.Count, 100, 202);
        Assert.Equal((0, 9999), (places[0], places[^1]));
        Assert.Contains(1234, places);
        Assert.Contains(7001, places);
        Assert.Contains(places, place => double.IsNaN(values[place]));
        Assert.Equal(places.Order().Distinct(), places);
    }

    [Fact]
    public void Short_lines_keep_all_places()
    {
        Assert.Equal([0, 1, 2], Thinning.Extremes([3, 1, 2], 4));
        Assert.Equal([0, 1, 2], Thinning.Even(3, 4));
        Assert.Equal([0, 33, 66, 99], Thinning.Even(100, 4));
    }

    [Fact]
    public void A_chart_places_its_points_between_its_axes()
    {
        var svg = SvgChart.Draw(Spec([0, 10, 5]));
        Assert.Contains("<path class=\"line a\" d=\"M33 280L466.5 34L900 157\"/>", svg, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"T, line chart over 3 places (row): y from 0 to 5.000, between 0 and 10.00.\"", svg, StringComparison.Ordinal);
        Assert.Contains("row 1  ·  y 10.00", svg.Replace("&#183;", "·", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Gaps_stay_gaps_and_lone_points_are_dots()
    {
        var svg = SvgChart.Draw(Spec([1, double.NaN, 2, 3, double.PositiveInfinity]));
        Assert.Single(Matches(svg, "<path class=\"line a\" d=\"M[^M\"]*\"/>\n"));
        Assert.Single(Matches(svg, "<circle class=\"dot a\" cx=\"[0-9.]+\" cy=\"[0-9.]+\" r=\"3\"/>"));
        Assert.DoesNotContain("NaN\"", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_of_nothing_says_so() =>
        Assert.Equal("<p class=\"empty\">T: no finite values to draw.</p>\n", SvgChart.Draw(Spec([double.NaN])));

    [Fact]
    public void Labels_along_a_chart_never_touch()
    {
        var spec = Spec(Enumerable.Range(0, 500).Select(i => (double)i).ToArray()) with { Label = place => $"2024-01-01 {place:D5}" };
        var at = Matches(SvgChart.Draw(spec), "<text x=\"([0-9.]+)\" y=\"298\"").Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(at.Length, 3, 9);
        Assert.All(at.Zip(at.Skip(1)), pair => Assert.True(pair.Second - pair.First > 16 * 6.8));
    }

    private static IReadOnlyList<Match> Matches(string text, string pattern) =>
        [.. Regex.Matches(text, pattern).Cast<Match>()];

    private static ChartSpec Spec(double[] values) => new("T", [new ChartLine("y", "a", values)])
    {
        Label = place => $"{place}",
        Along = "row",
    };
}
