using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;

namespace Unroll.Tests.Data.Series;

public class FrequencyTests
{
    private static readonly Frequency Hour = new(TimeUnit.Hour);
    private static readonly Frequency Day = new(TimeUnit.Day);
    private static readonly Frequency Business = Day with { SkipsWeekends = true };
    private static readonly Frequency Week = new(TimeUnit.Week);
    private static readonly Frequency Month = new(TimeUnit.Month);
    private static readonly Frequency Quarter = new(TimeUnit.Month, 3);
    private static readonly Frequency Year = new(TimeUnit.Year);

    [Theory]
    [InlineData("second", TimeUnit.Second, 1, "second")]
    [InlineData("15 minutes", TimeUnit.Minute, 15, "15 minutes")]
    [InlineData("15min", TimeUnit.Minute, 15, "15 minutes")]
    [InlineData("half hour", TimeUnit.Minute, 30, "30 minutes")]
    [InlineData(" Hourly ", TimeUnit.Hour, 1, "hour")]
    [InlineData("daily", TimeUnit.Day, 1, "day")]
    [InlineData("2 weeks", TimeUnit.Week, 2, "2 weeks")]
    [InlineData("monthly", TimeUnit.Month, 1, "month")]
    [InlineData("quarter", TimeUnit.Month, 3, "quarter")]
    [InlineData("3 months", TimeUnit.Month, 3, "quarter")]
    [InlineData("half-hour", TimeUnit.Minute, 30, "30 minutes")]
    [InlineData("2 quarters", TimeUnit.Month, 6, "2 quarters")]
    [InlineData("4 months", TimeUnit.Month, 4, "4 months")]
    [InlineData("annual", TimeUnit.Year, 1, "year")]
    public void Words_say_a_frequency(string words, TimeUnit unit, int count, string shown)
    {
        var frequency = Frequency.Parse(words);
        Assert.Equal(new Frequency(unit, count), frequency);
        Assert.Equal(shown, frequency.ToString());
        Assert.Equal(frequency, Frequency.Parse(shown));
    }

    [Fact]
    public void Business_days_have_words()
    {
        Assert.Equal(Business, Frequency.Parse("business days"));
        Assert.Equal("business day", Business.ToString());
        Assert.NotEqual(Day, Business);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fortnight")]
    [InlineData("0 days")]
    [InlineData("-1 day")]
    [InlineData("99999999999 days")]
    [InlineData("2000000000 quarters")]
    public void Other_words_are_refused(string words)
    {
        var fault = Assert.Throws<OptionException>(() => Frequency.Parse(words));
        Assert.Equal(
            $"'{words}' is not a frequency. Write second, minute, half hour, hour, day, business day, week, month, quarter or year, " +
            "with a number before it where there are several: 15 minutes.",
            fault.Message);
    }

    [Fact]
    public void A_count_below_one_is_refused() => Assert.Equal(
        "Frequency.Count must be at least 1, but it is 0.",
        Assert.Throws<OptionException>(() => new Frequency(TimeUnit.Day, 0)).Message);

    [Theory]
    [InlineData("month", "2023-01-31", 1, "2023-02-28")]
    [InlineData("month", "2024-01-31", 1, "2024-02-29")]
    [InlineData("month", "2023-01-31", 2, "2023-03-31")]
    [InlineData("month", "2023-02-28", 1, "2023-03-31")]
    [InlineData("month", "2023-01-30", 1, "2023-02-28")]
    [InlineData("month", "2023-01-15", -1, "2022-12-15")]
    [InlineData("quarter", "2023-11-30", 1, "2024-02-29")]
    [InlineData("year", "2024-02-29", 1, "2025-02-28")]
    [InlineData("year", "2023-02-28", 1, "2024-02-29")]
    [InlineData("week", "2024-02-26", 1, "2024-03-04")]
    [InlineData("6 hours", "2024-02-28", 6, "2024-02-29 12:00")]
    [InlineData("business day", "2024-03-01", 1, "2024-03-04")]
    [InlineData("business day", "2024-03-02", 1, "2024-03-04")]
    [InlineData("business day", "2024-03-03", -1, "2024-03-01")]
    [InlineData("business day", "2024-03-04", -1, "2024-03-01")]
    [InlineData("business day", "2024-03-06", 10, "2024-03-20")]
    [InlineData("business day", "2024-03-06", 0, "2024-03-06")]
    [InlineData("2 business days", "2024-03-07", 1, "2024-03-11")]
    public void Steps_lead_through_the_calendar(string frequency, string from, int steps, string to) => Assert.Equal(
        Time(to), Frequency.Parse(frequency).After(Time(from), steps));

    [Fact]
    public void Steps_past_the_calendar_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Month.After(new DateTime(9999, 12, 1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Month.After(new DateTime(1, 1, 1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Frequency(TimeUnit.Week, int.MaxValue).After(new DateTime(2000, 1, 1), int.MaxValue));
    }

    [Fact]
    public void The_distance_of_times_is_inferred()
    {
        Assert.Equal(Hour, Frequency.Infer(Times(Hour, "2024-03-30 20:00", 30)));
        Assert.Equal(new Frequency(TimeUnit.Minute, 15), Frequency.Infer(Times(new(TimeUnit.Minute, 15), "2024-03-30", 30)));
        Assert.Equal(Day, Frequency.Infer(Times(Day, "2024-02-27", 30)));
        Assert.Equal(Business, Frequency.Infer(Times(Business, "2024-02-27", 30)));
        Assert.Equal(Week, Frequency.Infer(Times(Week, "2024-02-27", 30)));
        Assert.Equal(Month, Frequency.Infer(Times(Month, "2024-01-31", 30)));
        Assert.Equal(Month, Frequency.Infer(Times(Month, "2024-01-29", 30)));
        Assert.Equal(Quarter, Frequency.Infer(Times(Quarter, "2024-01-01", 30)));
        Assert.Equal(Year, Frequency.Infer(Times(Year, "1924-02-29", 30)));
        Assert.Equal(new Frequency(TimeUnit.Week, 4), Frequency.Infer(Times(new(TimeUnit.Week, 4), "2024-02-27", 30)));
    }

    [Fact]
    public void Months_are_known_by_their_last_trading_day()
    {
        var ends = Times(Month, "2020-01-31", 48).Select(end => Business.After(end.AddDays(1), -1)).ToArray();
        Assert.True(ends.Select(end => end.Day).Distinct().Count() > 3);
        Assert.Equal(Month, Frequency.Infer(ends));
    }

    [Fact]
    public void Gaps_and_disorder_do_not_hide_the_distance()
    {
        var hours = Times(Hour, "2024-01-01", 100).Where((_, i) => i % 10 != 3).Reverse().ToArray();
        Assert.Equal(Hour, Frequency.Infer([.. hours, .. hours]));
        var days = Times(Business, "2024-01-01", 100).Where((_, i) => i % 20 != 3).ToArray();
        Assert.Equal(Business, Frequency.Infer(days));
    }

    [Fact]
    public void Five_days_in_a_row_are_not_yet_business_days() => Assert.Equal(Day, Frequency.Infer(Times(Day, "2024-03-04", 5)));

    [Fact]
    public void Times_without_a_common_distance_have_none()
    {
        Assert.Null(Frequency.Infer([]));
        Assert.Null(Frequency.Infer([Time("2024-01-01")]));
        Assert.Null(Frequency.Infer([Time("2024-01-01"), Time("2024-01-01")]));
        Assert.Null(Frequency.Infer([Time("2024-01-01"), Time("2024-01-02"), Time("2024-01-04"), Time("2024-01-08"), Time("2024-01-16")]));
        Assert.Null(Frequency.Infer([Time("2024-01-01"), Time("2024-01-01").AddTicks(7)]));
    }

    [Theory]
    [InlineData("second", 1, "")]
    [InlineData("minute", 1440, "1440 10080")]
    [InlineData("30 minutes", 48, "48 336")]
    [InlineData("7 minutes", 1440, "1440")]
    [InlineData("hour", 24, "24 168")]
    [InlineData("5 hours", 1, "")]
    [InlineData("day", 7, "7 365")]
    [InlineData("business day", 5, "5 261")]
    [InlineData("week", 52, "52")]
    [InlineData("month", 12, "12")]
    [InlineData("quarter", 4, "4")]
    [InlineData("year", 1, "")]
    public void Seasons_are_the_usual_ones(string frequency, int season, string all)
    {
        Assert.Equal(season, Frequency.Parse(frequency).Season);
        Assert.Equal(all, string.Join(' ', Frequency.Parse(frequency).Seasons));
    }

    [Fact]
    public void Inferring_undoes_stepping()
    {
        var units = Gen.Elements(TimeUnit.Second, TimeUnit.Minute, TimeUnit.Hour, TimeUnit.Day, TimeUnit.Week, TimeUnit.Month, TimeUnit.Year);
        var cases = units.SelectMany(unit => Gen.Choose(1, 5).SelectMany(count => Gen.Choose(0, 40_000).Select(day => (unit, count, day))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var frequency = new Frequency(one.unit, one.count);
            var start = new DateTime(1900, 1, 1).AddDays(one.day);
            var times = Enumerable.Range(0, 12).Select(step => frequency.After(start, step)).ToArray();
            Assert.Equal(frequency, Frequency.Infer(times));
            for (var step = 1; step < times.Length; step++) Assert.True(times[step] > times[step - 1]);
        }));
    }

    internal static DateTime[] Times(Frequency frequency, string start, int count) =>
        [.. Enumerable.Range(0, count).Select(step => frequency.After(Time(start), step))];

    internal static DateTime Time(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
