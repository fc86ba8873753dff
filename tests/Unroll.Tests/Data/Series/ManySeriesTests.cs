using Unroll.Data;

namespace Unroll.Tests.Data.Series;

/// <summary>Files of many series, long and wide.</summary>
public class ManySeriesTests
{
    private const string Shops = "date,shop,size,kind,sales\n2024-01,A,10,big,1\n2024-02,A,10,big,2\n2024-01,B,20,small,3\n2024-02,B,20,small,4\n2024-03,B,20,small,5\n";

    [Fact]
    public void A_column_that_sets_repeated_times_apart_is_found()
    {
        var frame = Parse(Shops);
        Assert.Equal(["A", "B"], frame.Select(series => series.Id));
        Assert.Equal([3.0, 4, 5], frame["B"]["sales"].ToArray());
        Assert.Equal("2024-04", frame["B"].Label(3));
        Assert.Equal(new Frequency(TimeUnit.Month), frame.Frequency);
        Assert.Contains("Column 'shop' tells 2 series apart.", frame.Notes);
    }

    [Fact]
    public void Statics_are_kept_once()
    {
        var frame = Parse(Shops, new() { Id = "shop", Statics = ["size", "kind"] });
        Assert.Equal(["sales"], frame.Columns);
        Assert.Equal(20, frame["B"].Statics["size"]);
        Assert.Equal((0, 1), (frame["B"].Statics["kind=big"], frame["B"].Statics["kind=small"]));
        Assert.Equal(
            "t.csv, line 3, column 'sales': A static column must hold one value for each series, but series 'A' has 1 in line 2 and 2 here. Take it out of Statics to read it as a column of values.",
            SeriesTests.Fault(() => Parse(Shops, new() { Id = "shop", Statics = ["sales"] })));
    }

    [Fact]
    public void Each_series_is_put_in_order_for_itself()
    {
        var frame = Parse("id,date,y\n1,2024-01-03,3\n2,2024-01-01,4\n1,2024-01-01,1\n2,2024-01-02,5\n1,2024-01-02,2\n");
        Assert.Equal([1.0, 2, 3], frame["1"]["y"].ToArray());
        Assert.Equal([4.0, 5], frame["2"]["y"].ToArray());
        Assert.Equal(
            "t.csv, line 3, column 'id': The row does not say which series it belongs to. Fill in its id, or remove the row.",
            SeriesTests.Fault(() => Parse("id,date,y\n1,2024-01-03,3\n,2024-01-01,4\n", new() { Id = "id" })));
    }

    [Fact]
    public void Series_without_times_are_told_apart_by_name_only()
    {
        var frame = Parse("k,y\na,1\nb,2\na,3\n", new() { Id = "k" });
        Assert.Equal([1.0, 3], frame["a"]["y"].ToArray());
        Assert.Single(Parse("k,y\na,1\nb,2\na,3\n"));
    }

    [Fact]
    public void A_row_may_be_a_series()
    {
        var options = new SeriesOptions { Wide = true, Frequency = new(TimeUnit.Hour) };
        var frame = Parse("\"V1\",\"V2\",\"V3\",\"V4\"\n\"H1\",\"1\",\"2\",\"3\"\n\"H2\",\"4\",\"NA\",\"6\"\n\"H3\",\"7\",,\n\"H4\",\"8\"\n", options);
        Assert.Equal(["H1", "H2", "H3", "H4"], frame.Select(series => series.Id));
        Assert.Equal([4, double.NaN, 6], frame["H2"]["value"].ToArray());
        Assert.Equal([7.0], frame["H3"]["value"].ToArray());
        Assert.Equal([8.0], frame["H4"]["value"].ToArray());
        Assert.Equal(24, frame.Frequency!.Value.Season);
        Assert.Equal(
            "t.csv, line 3, column 'V1', text 'a': Line 2 has this id already. In a wide file each row is a series of its own: rename one, or leave Wide out.",
            SeriesTests.Fault(() => Parse("V1,V2\na,1\na,2\n", options)));
        Assert.Equal(
            "t.csv, line 2, column 'V2', text 'x': This is not a number. A wide file holds numbers behind the id; name other columns in Statics.",
            SeriesTests.Fault(() => Parse("V1,V2\na,x\nb,2\n", options with { HasHeader = true })));
        Assert.Equal("t.csv, line 3: The series has no values. Remove the row.", SeriesTests.Fault(() => Parse("V1,V2\na,1\nb,\n", options)));
    }

    [Fact]
    public void The_names_of_a_wide_file_may_be_times()
    {
        var frame = Parse("region,country,2020-01,2020-02,2020-03\nEU,France,1,2,3\nAsia,Korea,4,5,\n", new() { Wide = true, Id = "country", Statics = ["region"], HasHeader = true });
        Assert.Equal("2020-03", frame["France"].Label(2));
        Assert.Equal("2020-03", frame["Korea"].Label(2));
        Assert.Equal(1, frame["Korea"].Statics["region=Asia"]);
        Assert.Equal(new Frequency(TimeUnit.Month), frame.Frequency);
    }

    private static SeriesFrame Parse(string text, SeriesOptions? options = null) => SeriesFrame.Parse(text, "t.csv", options);
}
