using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using One = Unroll.Data.Series;

namespace Unroll.Tests.Data.Series;

public class SeriesFrameTests
{
    private const double Gap = double.NaN;

    [Theory]
    [InlineData(MissingValues.ForwardFill, new[] { Gap, 2, 2, 2, 8, 8 }, "were filled with the last value before them; 1 at the beginning stay missing, as there is no value before them")]
    [InlineData(MissingValues.Interpolate, new[] { Gap, 2, 4, 6, 8, 8 }, "were filled along a line to the next value, or with the last value at the end; 1 at the beginning stay missing, as there is no value before them")]
    [InlineData(MissingValues.Mask, new[] { Gap, 2, Gap, Gap, 8, Gap }, "stay missing")]
    public void Missing_values_are_filled_and_told(MissingValues how, double[] expected, string told)
    {
        var filled = Frame([Gap, 2, Gap, Gap, 8, Gap]).Fill(how);
        Assert.Equal(expected, filled[0]["x"].ToArray());
        Assert.Equal([$"Column 'x': 4 missing values {told}."], filled.Notes);
    }

    [Fact]
    public void Missing_values_can_be_refused()
    {
        var frame = Frame([1, Gap], FrequencyTests.Times(new(TimeUnit.Day), "2024-03-01", 2));
        Assert.Equal(
            "column 'x': Series 'a' lacks 1 of 2 values, the first in row 2024-03-02. Fill them with MissingValues.ForwardFill or Interpolate, or keep them with Mask.",
            SeriesTests.Fault(() => frame.Fill(MissingValues.Refuse, "x")));
        Assert.Empty(Frame([1, 2]).Fill(MissingValues.Refuse).Notes);
        Assert.StartsWith("column 'y': There is no such column.", SeriesTests.Fault(() => frame.Fill(MissingValues.Mask, "y")));
    }

    [Fact]
    public void Filling_forward_never_looks_ahead()
    {
        var cells = Gen.OneOf(Gen.Constant(Gap), Gen.Choose(-5, 5).Select(value => (double)value)).ArrayOf().Where(values => values.Length > 1);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cells.ToArbitrary(), values =>
        {
            var before = Frame(values).Fill(MissingValues.ForwardFill)[0]["x"][..^1].ToArray();
            values[^1] = 1e30;
            Assert.Equal(before, Frame(values).Fill(MissingValues.ForwardFill)[0]["x"][..^1].ToArray());
            foreach (var how in new[] { MissingValues.ForwardFill, MissingValues.Interpolate })
            {
                var filled = Frame(values).Fill(how)[0]["x"].ToArray();
                Assert.All(values.Zip(filled), pair => Assert.True(double.IsNaN(pair.First) || pair.First == pair.Second));
                Assert.DoesNotContain(filled.SkipWhile(double.IsNaN), double.IsNaN);
            }
        }));
    }

    [Theory]
    [InlineData(ResampleRule.Sum, new[] { 276, 852, Gap })]
    [InlineData(ResampleRule.Mean, new[] { 11.5, 35.5, 59.5652173913 })]
    [InlineData(ResampleRule.First, new[] { 0, 24.0, 48 })]
    [InlineData(ResampleRule.Last, new[] { 23.0, 47, 71 })]
    [InlineData(ResampleRule.Min, new[] { 0.0, 24, 48 })]
    [InlineData(ResampleRule.Max, new[] { 23.0, 47, 71 })]
    public void Hours_become_days(ResampleRule rule, double[] expected)
    {
        var values = Enumerable.Range(0, 80).Select(hour => hour == 58 ? Gap : (double)hour).ToArray();
        var days = Frame(values, FrequencyTests.Times(new(TimeUnit.Hour), "2024-02-28", 80)).Resample(new(TimeUnit.Day), rule);
        Assert.Equal(expected, days[0]["x"].ToArray().Select(value => Math.Round(value, 10)));
        Assert.Equal(["2024-02-28", "2024-02-29", "2024-03-01"], Enumerable.Range(0, 3).Select(days[0].Label));
        Assert.Equal(new Frequency(TimeUnit.Day), days.Frequency);
        Assert.Equal(["Rows were gathered by day.", "Parts of one day at the ends of series were left out: 1."], days.Notes);
    }

    [Fact]
    public void Parts_of_periods_are_kept_when_asked()
    {
        var frame = Frame([.. Enumerable.Range(1, 60).Select(day => (double)day)], FrequencyTests.Times(new(TimeUnit.Day), "2024-01-31", 60));
        Assert.Equal(["2024-02"], Labels(frame.Resample(new(TimeUnit.Month), ResampleRule.Sum)));
        var all = frame.Resample(new(TimeUnit.Month), ResampleRule.Sum, partial: true);
        Assert.Equal(["2024-01", "2024-02", "2024-03"], Labels(all));
        Assert.Equal([1, (29 * 32) / 2.0, 1830 - 1 - (29 * 16)], all[0]["x"].ToArray());
    }

    [Theory]
    [InlineData("week", "2024-01-01")]
    [InlineData("quarter", "2024-01-01")]
    [InlineData("year", "2024-01-01")]
    [InlineData("business day", "2024-01-01")]
    [InlineData("7 days", "2024-01-01")]
    public void Periods_begin_where_the_calendar_has_them(string words, string first)
    {
        var frame = Frame([.. Enumerable.Repeat(1.0, 800)], FrequencyTests.Times(new(TimeUnit.Day), "2024-01-01", 800));
        var periods = frame.Resample(Frequency.Parse(words), ResampleRule.Sum);
        Assert.Equal(FrequencyTests.Time(first), periods[0].Times![0]);
        Assert.Equal(Frequency.Parse(words), periods.Frequency);
        var expected = periods[0].Times!.Select((time, i) =>
            words == "business day" ? 1 : (Frequency.Parse(words).After(time, 1) - time).TotalDays);
        Assert.Equal(expected, periods[0]["x"].ToArray());
    }

    [Fact]
    public void A_period_without_rows_is_missing()
    {
        DateTime[] times = [new(2024, 1, 1), new(2024, 1, 2), new(2024, 4, 1), new(2024, 4, 2)];
        var months = Frame([1, 2, 3, 4], times).Resample(new(TimeUnit.Month), ResampleRule.Last, partial: true);
        Assert.Equal([2, Gap, Gap, 4], months[0]["x"].ToArray());
        Assert.Equal(["2024-01", "2024-02", "2024-03", "2024-04"], Labels(months));
    }

    [Fact]
    public void Columns_may_have_rules_of_their_own()
    {
        var day = Frame([.. Enumerable.Range(0, 24).Select(hour => (double)hour)], FrequencyTests.Times(new(TimeUnit.Hour), "2024-01-01", 24))[0];
        var frame = new SeriesFrame([day.With("y", day["x"].ToArray())]);
        var rules = new Dictionary<string, ResampleRule> { ["y"] = ResampleRule.Max };
        var daily = frame.Resample(new(TimeUnit.Day), ResampleRule.Sum, rules)[0];
        Assert.Equal((276, 23), (daily["x"][0], daily["y"][0]));
        rules["z"] = ResampleRule.Min;
        Assert.StartsWith("column 'z': There is no such column.", SeriesTests.Fault(() => frame.Resample(new(TimeUnit.Day), ResampleRule.Sum, rules)));
    }

    [Fact]
    public void What_cannot_be_resampled_says_why()
    {
        var frame = Frame([1, 2], FrequencyTests.Times(new(TimeUnit.Day), "2024-01-05", 2));
        Assert.Equal(
            "Rows of one day cannot be resampled to one hour: periods must be at least as long as rows.",
            Assert.Throws<OptionException>(() => frame.Resample(new(TimeUnit.Hour), ResampleRule.Mean)).Message);
        Assert.Equal(
            "Series 'a' has no whole month. Resample to shorter periods, or keep parts with partial = true.",
            SeriesTests.Fault(() => frame.Resample(new(TimeUnit.Month), ResampleRule.Mean)));
        Assert.Equal(
            "Series 'a' has no times, so it cannot be resampled. Read it with a time column.",
            SeriesTests.Fault(() => Frame([1, 2]).Resample(new(TimeUnit.Month), ResampleRule.Mean)));
    }

    [Fact]
    public void Series_of_a_frame_have_ids_and_the_same_columns()
    {
        var a = Frame([1, 2])[0];
        var b = new One("b", new Dictionary<string, double[]> { ["x"] = [3] });
        var frame = new SeriesFrame([a, b]);
        Assert.Equal(3, frame["b"]["x"][0]);
        Assert.Equal(2, frame.Count);
        Assert.Equal("There is no series 'B2'. Did you mean 'b'?", SeriesTests.Fault(() => frame["B2"]));
        Assert.Equal("Two series have the id 'a'. Give each its own.", SeriesTests.Fault(() => new SeriesFrame([a, a])));
        Assert.Equal("A frame needs at least one series.", SeriesTests.Fault(() => new SeriesFrame([])));
        Assert.Equal(
            "Series 'b' has the columns 'x', 'y', but series 'a' has 'x'. Select the same columns of each.",
            SeriesTests.Fault(() => new SeriesFrame([a, b.With("y", [1])])));
    }

    private static IEnumerable<string> Labels(SeriesFrame frame) => Enumerable.Range(0, frame[0].Length).Select(frame[0].Label);

    private static SeriesFrame Frame(double[] values, DateTime[]? times = null) =>
        new([new One("a", new Dictionary<string, double[]> { ["x"] = values }, times)]);
}
