using Unroll.Data;

namespace Unroll.Tests.Data.Series;

public class CalendarTests
{
    [Fact]
    public void Circles_are_pairs_and_have_names() => Assert.Equal(
        ["hour of day sine", "hour of day cosine", "is weekend", "year"],
        Calendar.Names([CalendarFeature.HourOfDay, CalendarFeature.IsWeekend, CalendarFeature.Year]));

    [Theory]
    [InlineData(CalendarFeature.MinuteOfHour, "2024-03-01 10:15", .25)]
    [InlineData(CalendarFeature.HourOfDay, "2024-03-01 18:00", .75)]
    [InlineData(CalendarFeature.HourOfDay, "2024-03-01 00:30", 1 / 48.0)]
    [InlineData(CalendarFeature.DayOfWeek, "2024-03-04", 0)]
    [InlineData(CalendarFeature.DayOfWeek, "2024-03-10", 6 / 7.0)]
    [InlineData(CalendarFeature.DayOfMonth, "2024-02-29", 28 / 29.0)]
    [InlineData(CalendarFeature.DayOfYear, "2024-12-31", 365 / 366.0)]
    [InlineData(CalendarFeature.WeekOfYear, "2024-01-08", 7 / 365.25)]
    [InlineData(CalendarFeature.MonthOfYear, "2024-04-30", .25)]
    [InlineData(CalendarFeature.Quarter, "2024-12-31", .75)]
    public void A_circle_stands_at_its_place(CalendarFeature feature, string time, double turn)
    {
        Span<double> values = stackalloc double[2];
        Calendar.Fill(FrequencyTests.Time(time), [feature], values);
        Assert.Equal(Math.Sin(2 * Math.PI * turn), values[0], 12);
        Assert.Equal(Math.Cos(2 * Math.PI * turn), values[1], 12);
    }

    [Fact]
    public void Weekends_and_years_are_single_values()
    {
        Span<double> values = stackalloc double[4];
        Calendar.Fill(new DateTime(2024, 3, 3), [CalendarFeature.IsWeekend, CalendarFeature.Year, CalendarFeature.Quarter], values);
        Assert.Equal(1, values[0]);
        Assert.Equal(2.4 + (62 / 3660.0), values[1], 12);
        Assert.Equal(0, values[2]);
        Assert.Equal(1, values[3]);
        Calendar.Fill(new DateTime(2024, 3, 4), [CalendarFeature.IsWeekend], values[..1]);
        Assert.Equal(0, values[0]);
    }

    [Fact]
    public void Each_frequency_has_features_that_vary()
    {
        foreach (var words in new[] { "minute", "hour", "day", "week", "month", "quarter" })
        {
            var frequency = Frequency.Parse(words);
            var features = Calendar.Of(frequency);
            Assert.NotEmpty(features);
            var rows = FrequencyTests.Times(frequency, "2024-01-01", 60).Select(time =>
            {
                var values = new double[Calendar.Names(features).Count];
                Calendar.Fill(time, features, values);
                return values;
            }).ToArray();
            if (words != "minute") Assert.All(Enumerable.Range(0, rows[0].Length), column => Assert.True(rows.Select(row => row[column]).Distinct().Count() > 1));
        }

        Assert.Empty(Calendar.Of(new Frequency(TimeUnit.Year)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Room_of_another_size_is_refused(int room) => Assert.Equal(
        $"These calendar features need room for 2 values, but got {room}.",
        Assert.Throws<ShapeException>(() => Calendar.Fill(default, [CalendarFeature.HourOfDay], new double[room])).Message);
}
