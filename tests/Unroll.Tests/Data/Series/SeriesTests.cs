using Unroll.Data;
using One = Unroll.Data.Series;

namespace Unroll.Tests.Data.Series;

public class SeriesTests
{
    private static readonly double[] Three = [1, double.NaN, 3];

    [Fact]
    public void A_series_keeps_copies()
    {
        double[] values = [1, 2];
        DateTime[] times = FrequencyTests.Times(new(TimeUnit.Day), "2024-03-01", 2);
        var series = new One("a", new Dictionary<string, double[]> { ["x"] = values }, times, statics: new Dictionary<string, double> { ["size"] = 4 });
        (values[0], times[0]) = (9, default);

        Assert.Equal(("a", 2), (series.Id, series.Length));
        Assert.Equal([1.0, 2], series["x"].ToArray());
        Assert.Equal(new DateTime(2024, 3, 1), series.Times![0]);
        Assert.Equal(new Frequency(TimeUnit.Day), series.Frequency);
        Assert.Equal(4, series.Statics["size"]);
    }

    [Fact]
    public void Columns_are_replaced_added_and_chosen()
    {
        var series = Of(Three).With("y", [4, 5, 6]).With("x", [7, 8, 9]);
        Assert.Equal(["x", "y"], series.Columns);
        Assert.Equal([7.0, 8, 9], series["x"].ToArray());
        Assert.Equal(["y"], series.Select("y").Columns);
        Assert.Equal([5.0, 6], series.Select("y", "x").Rows(1, 2)["y"].ToArray());
        Assert.Equal(0, series.Rows(3, 0).Length);
    }

    [Fact]
    public void Rows_keep_their_times_and_the_frequency()
    {
        var series = Of(Three, FrequencyTests.Times(new(TimeUnit.Month), "2024-01-31", 3));
        var last = series.Rows(1, 1);
        Assert.Equal(new DateTime(2024, 2, 29), Assert.Single(last.Times!));
        Assert.Equal(new DateTime(2024, 4, 30), last.TimeAt(2));
        Assert.Equal("2024-04-30", last.Label(2));
    }

    [Theory]
    [InlineData("year", "1990-01-01", "1990", "1993")]
    [InlineData("month", "2024-01-01", "2024-01", "2024-04")]
    [InlineData("quarter", "2024-01-01", "2024-01", "2024-10")]
    [InlineData("month", "2024-01-28", "2024-01-28", "2024-04-28")]
    [InlineData("day", "2024-02-28", "2024-02-28", "2024-03-02")]
    [InlineData("business day", "2024-03-05", "2024-03-05", "2024-03-08")]
    [InlineData("hour", "2024-03-01 22:00", "2024-03-01 22:00", "2024-03-02 01:00")]
    [InlineData("15 minutes", "2024-03-01", "2024-03-01 00:00", "2024-03-01 00:45")]
    [InlineData("second", "2024-03-01", "2024-03-01 00:00:00", "2024-03-01 00:00:03")]
    public void Labels_are_short_and_go_past_the_end(string words, string start, string first, string fourth)
    {
        var frequency = Frequency.Parse(words);
        var series = Of(Three, FrequencyTests.Times(frequency, start, 3), frequency);
        Assert.Equal(first, series.Label(0));
        Assert.Equal(fourth, series.Label(3));
    }

    [Fact]
    public void Past_the_end_the_day_of_the_month_is_that_of_the_series()
    {
        // 28 February is the last of its month, but the series lies on days 28.
        var onDays = Of(Three, [new(2022, 12, 28), new(2023, 1, 28), new(2023, 2, 28)]);
        Assert.Equal(new DateTime(2023, 3, 28), onDays.TimeAt(3));
        var atEnds = Of(Three, [new(2022, 12, 31), new(2023, 1, 31), new(2023, 2, 28)]);
        Assert.Equal(new DateTime(2023, 3, 31), atEnds.TimeAt(3));
    }

    [Fact]
    public void Rows_without_times_are_numbered()
    {
        var series = Of(Three);
        Assert.Null(series.TimeAt(0));
        Assert.Equal("1", series.Label(0));
        Assert.Equal("8", series.Label(7));
        var irregular = Of(Three, [new(2024, 1, 1), new(2024, 1, 2), new(2024, 2, 9)]).Rows(0, 3);
        Assert.Equal(new Frequency(TimeUnit.Day), irregular.Frequency);
        Assert.Throws<ArgumentOutOfRangeException>(() => series.Label(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => series.Rows(2, 2));
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        Assert.Equal("column 'X': There is no such column. Did you mean 'x'? The columns are 'x'.", Fault(() => Of(Three)["X"].ToArray()));
        Assert.Equal("Series 'a' would have no columns. Name at least one.", Fault(() => Of(Three).Select()));
        Assert.Equal("Series 'a' would have no columns. Name at least one.", Fault(() => new One("a", new Dictionary<string, double[]>())));
        Assert.Equal("column 'y': Series 'a' has 3 rows, but 2 values were given. Give one value for each row.", Fault(() => Of(Three).With("y", [1, 2])));
        Assert.Equal("Series 'a' has 3 rows but 1 times. Give one time for each row.", Fault(() => Of(Three, [default])));
        Assert.Equal(
            "column 'x': Series 'a' holds an infinite value in row 2. Give a number, or NaN if the value is missing.",
            Fault(() => Of([1, double.NegativeInfinity])));
        Assert.Equal(
            "Series 'a' has time 2024-01-01 00:00:00 in row 3 after 2024-01-01 00:00:00 in row 2. Sort the rows by time and merge those of the same time.",
            Fault(() => Of(Three, [new(2023, 1, 1), new(2024, 1, 1), new(2024, 1, 1)])));
    }

    internal static string Fault(Func<object> act) => Assert.Throws<DataException>(act).Message;

    private static One Of(double[] values, DateTime[]? times = null, Frequency? frequency = null) =>
        new("a", new Dictionary<string, double[]> { ["x"] = values }, times, frequency);
}
