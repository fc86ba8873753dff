using Unroll.Data;

namespace Unroll.Tests.Data.Series;

/// <summary>Published files, each read without a word about how it is written.</summary>
public class RealSeriesTests
{
    [Theory]
    [InlineData("airline-passengers.csv", 144, "1949-01", "1960-12", "month", 0)]
    [InlineData("daily-min-temperatures.csv", 3652, "1981-01-01", "1990-12-31", "day", 2)]
    [InlineData("daily-total-female-births.csv", 365, "1959-01-01", "1959-12-31", "day", 0)]
    [InlineData("household_power_consumption_days.csv.gz", 1442, "2006-12-16", "2010-11-26", "day", 0)]
    [InlineData("monthly-sunspots.csv", 2820, "1749-01", "1983-12", "month", 0)]
    [InlineData("shampoo.csv", 36, "0001-01", "0003-12", "month", 0)]
    [InlineData("pollution.csv.gz", 43_824, "2010-01-01 00:00", "2014-12-31 23:00", "hour", 2067)]
    [InlineData("bike_sharing_hour.csv.gz", 17_544, "2011-01-01 00:00", "2012-12-31 23:00", "hour", (14 * 165) + 2)]
    public void Small_sets(string name, int rows, string first, string last, string frequency, int missing) =>
        Check(Read("forecast-small", name), rows, first, last, frequency, missing);

    [Theory]
    [InlineData("kospi_daily_1990_2025.csv.gz", 8957, "1990-01-03", "2025-01-08", "business day")]
    [InlineData("kospi_daily_investor_flows_2005_2020.csv.gz", 3919, "2005-01-03", "2020-11-05", "business day")]
    [InlineData("vix-daily.csv.gz", 9235, "1990-01-02", "2026-07-23", "business day")]
    [InlineData("leading_index_cyclical_monthly.csv", 419, "1990-01", "2024-11", "month")]
    [InlineData("coincident_index_cyclical_monthly.csv", 419, "1990-01", "2024-11", "month")]
    [InlineData("sp500_shiller_monthly.csv.gz", 1866, "1871-01", "2026-06", "month")]
    public void Markets(string name, int rows, string first, string last, string frequency) =>
        Check(Read("kospi", name), rows, first, last, frequency, 0);

    [Fact]
    public void A_market_with_the_newest_day_first()
    {
        var frame = Read("kospi", "kospi_daily_credit_2010_2025.csv.gz");
        Check(frame, 3762, "2010-01-04", "2025-05-22", "business day", 5);
        Assert.Equal(1696.14, frame[0]["KOSPI_index"][0]);
    }

    [Fact]
    public void Days_that_bear_the_date_of_their_month()
    {
        Check(Read("kospi", "usd_krw.csv.gz", new() { DuplicateTimes = DuplicateTimes.Mean }), 421, "1990-01", "2025-01", "month", 0);
        Assert.Contains("9058 of 9479 rows repeat a time", SeriesTests.Fault(() => Read("kospi", "usd_krw.csv.gz")));
    }

    [Fact]
    public void Kinds_of_wind_become_columns()
    {
        var frame = Read("forecast-small", "pollution.csv.gz", new() { Columns = ["pm2.5"], Categories = ["cbwd"] });
        Assert.Equal(["pm2.5", "cbwd=NE", "cbwd=NW", "cbwd=SE", "cbwd=cv"], frame.Columns);
        double[] kinds = [.. frame.Columns.Skip(1).Select(column => frame[0][column].ToArray().Sum())];
        Assert.Equal([4997.0, 14_150, 15_290, 9387], kinds);
    }

    [Fact]
    public void Days_kept_as_they_are() =>
        Check(Read("forecast-small", "daily-min-temperatures.csv", new() { Gaps = GapRule.Keep }), 3650, "1981-01-01", "1990-12-31", "day", 0);

    [Fact]
    public void Benchmarks()
    {
        var transformer = Read("ett", "ETTh1.csv.gz");
        Check(transformer, 17_420, "2016-07-01 00:00", "2018-06-26 19:00", "hour", 0);
        Assert.Equal(["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"], transformer.Columns);
        var rates = Read("exchange-rate", "exchange_rate.txt.gz");
        Check(rates, 7588, "1", "7588", "", 0);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], rates.Columns);
    }

    [Theory]
    [InlineData("Hourly-train.csv.gz", 414, 700, 960, 353_500)]
    [InlineData("Hourly-test.csv.gz", 414, 48, 48, 19_872)]
    [InlineData("Weekly-train.csv.gz", 359, 80, 2597, 366_912)]
    [InlineData("Weekly-test.csv", 359, 13, 13, 4667)]
    public void The_fourth_makridakis_competition(string name, int series, int shortest, int longest, int values)
    {
        var frame = Read("m4", name, new() { Wide = true });
        Assert.Equal((series, shortest, longest, values), (frame.Count, frame.Min(one => one.Length), frame.Max(one => one.Length), frame.Sum(one => one.Length)));
        Assert.Equal((name[..1] + "1", $"{name[..1]}{series}"), (frame[0].Id, frame[^1].Id));
        Assert.Equal(0, frame.Sum(Missing));
    }

    private static SeriesFrame Read(string folder, string name, SeriesOptions? options = null) =>
        SeriesFrame.Read(Path.Combine(RealData.Folder(folder), folder, name), options);

    private static void Check(SeriesFrame frame, int rows, string first, string last, string frequency, int missing)
    {
        var series = Assert.Single(frame);
        Assert.Equal((rows, first, last, frequency), (series.Length, series.Label(0), series.Label(rows - 1), series.Frequency.ToString()));
        Assert.Equal(missing, Missing(series));
    }

    private static int Missing(Unroll.Data.Series series) => series.Columns.Sum(column => series[column].ToArray().Count(double.IsNaN));
}
