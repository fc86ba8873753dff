using System.Globalization;
using Unroll.Data;

namespace Unroll.Tests.Data.Series;

/// <summary>Times are found, read, ordered, merged and filled, and all of it is told.</summary>
public class SeriesTimesTests
{
    [Theory]
    [InlineData("2024-03-01", "2024-03-02", "2024-03-01 00:00")]
    [InlineData("2024-03-01 13:05:30", "2024-03-01 13:06:30", "2024-03-01 13:05")]
    [InlineData("2024-03-01T13:05:30Z", "2024-03-01T13:06:30Z", "2024-03-01 13:05")]
    [InlineData("2024-03-01T13:05+09:00", "2024-03-01T14:05+09:00", "2024-03-01 13:05")]
    [InlineData("2024-03-01 13:05:00.250000-0500", "2024-03-01 14:05:00.250000-0500", "2024-03-01 13:05")]
    [InlineData("2024/3/1 1:05 PM", "2024/3/1 2:05 PM", "2024-03-01 13:05")]
    [InlineData("2024/3/1 12:05 am", "2024/3/1 1:05 am", "2024-03-01 00:05")]
    [InlineData("2024-03-01 24:00", "2024-03-02 24:00", "2024-03-02 00:00")]
    [InlineData("2024-03", "2024-04", "2024-03-01 00:00")]
    [InlineData("03/2024", "04/2024", "2024-03-01 00:00")]
    [InlineData("31/03/2024", "30/04/2024", "2024-03-31 00:00")]
    [InlineData("3/31/2024 1:00", "3/31/2024 2:00", "2024-03-31 01:00")]
    [InlineData("31.12.98", "1.1.99", "1998-12-31 00:00")]
    [InlineData("20240331", "20240401", "2024-03-31 00:00")]
    [InlineData("2024033113", "2024033114", "2024-03-31 13:00")]
    [InlineData("20240331130500", "20240331140500", "2024-03-31 13:05")]
    [InlineData("2024. 3. 1.", "2024. 3. 2.", "2024-03-01 00:00")]
    [InlineData("2024년 3월 1일", "2024년 3월 2일", "2024-03-01 00:00")]
    [InlineData("Mar 1, 2024", "Mar 2, 2024", "2024-03-01 00:00")]
    [InlineData("1 March 2024", "2 March 2024", "2024-03-01 00:00")]
    [InlineData("01-Mar-24", "02-Mar-24", "2024-03-01 00:00")]
    [InlineData("Mar-24", "Apr-24", "2024-03-01 00:00")]
    [InlineData("2024Q2", "2024Q3", "2024-04-01 00:00")]
    [InlineData("Q2 2024", "Q3 2024", "2024-04-01 00:00")]
    [InlineData("2024-W09", "2024-W10", "2024-02-26 00:00")]
    [InlineData("1949M01", "1949M02", "1949-01-01 00:00")]
    public void Dates_tell_themselves(string first, string second, string time)
    {
        // Quotes, for some dates hold a comma; no name gives the column away.
        var series = Parse($"a,b\n5,\"{first}\"\n6,\"{second}\"\n")[0];
        Assert.Equal(["a"], series.Columns);
        Assert.Equal(time, series.Times![0].ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Month", "1-01", "1-02", "0001-01-01", "month")]
    [InlineData("dates", "50103", "50104", "2005-01-03", "day")]
    [InlineData("일자", "991231", "1", "1999-12-31", "")]
    [InlineData("date", "202403", "202404", "2024-03-01", "month")]
    [InlineData("Year", "1999", "2000", "1999-01-01", "year")]
    [InlineData("date", "24-03-01", "24-03-02", "2024-03-01", "day")]
    public void Plain_numbers_are_dates_under_a_telling_name(string name, string first, string second, string time, string frequency)
    {
        var series = frequency.Length > 0 ? Parse($"a,{name}\n5,{first}\n6,{second}\n")[0] : Parse($"a,{name}\n5,{first}\n")[0];
        Assert.Equal(FrequencyTests.Time(time), series.Times![0]);
        Assert.Equal(frequency, series.Frequency.ToString());
    }

    [Theory]
    [InlineData("1-01")]
    [InlineData("50103")]
    [InlineData("202403")]
    [InlineData("1999")]
    [InlineData("1990.05")]
    public void Plain_numbers_are_no_dates_under_any_other(string cell) => Assert.Null(Parse($"a,b\n5,{cell}\n6,{cell}\n")[0].Times);

    [Fact]
    public void The_whole_column_tells_the_day_from_the_month()
    {
        Assert.Equal("2024-02-13", Parse("date,y\n12/02/2024,1\n13/02/2024,2\n")[0].Label(1));
        Assert.Equal("2024-02-13", Parse("date,y\n02/12/2024,1\n02/13/2024,2\n")[0].Label(1));
        Assert.DoesNotContain(Parse("date,y\n12/02/2024,1\n13/02/2024,2\n").Notes, note => note.Contains("could be"));
    }

    [Fact]
    public void Where_the_column_does_not_tell_the_smaller_steps_do_and_it_is_said()
    {
        var months = Enumerable.Range(0, 24).Select(month => new DateTime(2023, 1, 1).AddMonths(month)).ToArray();
        foreach (var format in new[] { "dd/MM/yyyy", "MM/dd/yyyy" })
        {
            var frame = Parse("date,y\n" + string.Concat(months.Select((time, i) => time.ToString(format, CultureInfo.InvariantCulture) + $",{i}\n")));
            Assert.Equal(months, frame[0].Times);
            Assert.Contains(frame.Notes, note => note.StartsWith("Dates in column 'date' could be \""));
        }

        const string either = "date,y\n01/02/2024,1\n02/02/2024,2\n";
        Assert.Equal("2024-02-01", Parse(either)[0].Label(0));
        Assert.Contains(
            "Dates in column 'date' could be \"day, month, year\" or \"month, day, year\"; the first was taken. Set DateFormat if it is wrong.",
            Parse(either).Notes);
        Assert.Equal("2024-01-02", Parse(either, new() { Time = "date", DateFormat = "MM/dd/yyyy" })[0].Times![0].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Date;Time;CO\n10/03/2004;18.00.00;2,6\n10/03/2004;19.00.00;2\n13/03/2004;20.00.00;2\n", "2004-03-10 18:00")]
    [InlineData("dteday,hr,y\n2011-01-01,0,5\n2011-01-01,1,6\n", "2011-01-01 00:00")]
    [InlineData("No,year,month,day,hour,y\n1,2010,1,1,0,5\n2,2010,1,1,1,6\n", "2010-01-01 00:00")]
    [InlineData("Date,y,Hour\n01/12/2017,5,23\n01/12/2017,6,24\n13/12/2017,6,24\n", "2017-12-01 23:00")]
    [InlineData("Year,Month,y\n1949,1,5\n1949,2,6\n", "1949-01")]
    public void Times_are_put_together_from_several_columns(string text, string first)
    {
        var frame = Parse(text, new() { Gaps = GapRule.Keep });
        Assert.Equal(first, frame[0].Label(0));
        Assert.Single(frame.Columns);
        Assert.Contains(frame.Notes, note => note.StartsWith("Times come from the columns '"));
    }

    [Fact]
    public void Columns_of_the_time_can_be_named()
    {
        const string text = "a,b,y\n2024-01-01,13:00,5\n2024-01-02,14:00,6\n";
        Assert.Equal(new DateTime(2024, 1, 1, 13, 0, 0), Parse(text, new() { TimeColumns = ["a", "b"] })[0].Times![0]);
        Assert.Equal(
            new DateTime(2024, 2, 1, 13, 0, 0),
            Parse("a,b,y\n01/02/24,13h,5\n", new() { TimeColumns = ["a", "b"], DateFormat = "dd/MM/yy HH'h'" })[0].Times![0]);
        Assert.Equal(new DateTime(2024, 2, 3), Parse("j,m,t,y\n2024,2,3,5\n", new() { TimeColumns = ["j", "m", "t"] })[0].Times![0]);
        Assert.Equal(new DateTime(2024, 2, 3), Parse("day,month,year,y\n3,2,2024,5\n", new() { TimeColumns = ["day", "month", "year"] })[0].Times![0]);
        Assert.Equal("t.csv, line 3, column 'm', text '13': This is not a time written as year, month, day, hour and minute in columns of their own. Mend it, set DateFormat, or name another Time column.",
            SeriesTests.Fault(() => Parse("j,m,t,y\n2024,2,3,5\n2024,13,4,6\n", new() { TimeColumns = ["j", "m", "t"] })));
    }

    [Fact]
    public void Seconds_since_1970_are_read_when_asked()
    {
        Assert.Equal(new DateTime(2024, 3, 1), Parse("t,y\n1709251200,5\n", new() { Time = "t", DateFormat = "epoch" })[0].Times![0]);
        Assert.Equal(new DateTime(2024, 3, 1), Parse("t,y\n1709251200000,5\n", new() { Time = "t", DateFormat = "epoch ms" })[0].Times![0]);
        Assert.Equal(["t", "y"], Parse("t,y\n1709251200,5\n1709251201,5\n").Columns);
        Assert.StartsWith(
            "t.csv, line 2, column 't', text '1709251200': This is no date of a known form. Set DateFormat",
            SeriesTests.Fault(() => Parse("t,y\n1709251200,5\n", new() { Time = "t" })));
    }

    [Fact]
    public void An_offset_leaves_the_time_of_the_clock()
    {
        const string text = "t,y\n2024-03-01 09:00 +09:00,5\n";
        Assert.Equal(new DateTime(2024, 3, 1, 9, 0, 0), Parse(text)[0].Times![0]);
        Assert.Equal(new DateTime(2024, 3, 1, 9, 0, 0), Parse(text, new() { Time = "t", DateFormat = "yyyy-MM-dd HH:mm zzz" })[0].Times![0]);
    }

    [Fact]
    public void Rows_without_times_are_numbered_and_a_time_that_is_missing_is_a_fault()
    {
        var frame = Parse("a,b\n1,2\n3,5\n");
        Assert.Null(frame[0].Times);
        Assert.Contains("There is no column of times; rows are numbered.", frame.Notes);
        var dates = string.Concat(Enumerable.Range(1, 28).Select(day => $"2024-02-{day:00},1\n"));
        Assert.Equal("t.csv, line 30, column 'date': The row has no time. Give it one, or remove it.", SeriesTests.Fault(() => Parse("date,y\n" + dates + ",1\n")));
        Assert.Equal(
            "t.csv, line 30, column 'date', text '2024-02-30': This is not a time written as year, month, day. Mend it, set DateFormat, or name another Time column.",
            SeriesTests.Fault(() => Parse("date,y\n" + dates + "2024-02-30,1\n")));
    }

    [Fact]
    public void The_newest_row_may_stand_first()
    {
        var frame = Parse("date,y\n2024-03-04,3\n2024-03-03,2\n2024-03-02,1\n", new() { UnorderedTimes = UnorderedTimes.Refuse });
        Assert.Equal([1.0, 2, 3], frame[0]["y"].ToArray());
        Assert.Contains("The newest row stood first; rows were turned round, from line 2 down.", frame.Notes);
    }

    [Fact]
    public void Rows_out_of_order_are_sorted_and_told_or_refused()
    {
        const string text = "date,y\n2024-03-04,3\n2024-03-05,4\n2024-03-02,1\n2024-03-03,2\n2024-03-01,0\n";
        var frame = Parse(text);
        Assert.Equal([0.0, 1, 2, 3, 4], frame[0]["y"].ToArray());
        Assert.Contains("Time goes backwards in lines 4 and 6 (2 in all); rows were sorted by time.", frame.Notes);
        Assert.Equal(
            "t.csv, line 4: Time goes backwards: 2024-03-02 follows 2024-03-05, as in 2 of 5 rows. Sort the file by time, or set UnorderedTimes = Sort.",
            SeriesTests.Fault(() => Parse(text, new() { UnorderedTimes = UnorderedTimes.Refuse })));
    }

    [Theory]
    [InlineData(DuplicateTimes.First, 1)]
    [InlineData(DuplicateTimes.Last, 6)]
    [InlineData(DuplicateTimes.Mean, 3.5)]
    [InlineData(DuplicateTimes.Sum, 7)]
    public void Rows_of_one_time_are_merged_as_asked(DuplicateTimes how, double expected)
    {
        const string text = "date,y\n2024-03-01,1\n2024-03-01,\n2024-03-01,6\n2024-03-02,5\n";
        var frame = Parse(text, new() { DuplicateTimes = how });
        Assert.Equal([expected, 5], frame[0]["y"].ToArray());
        Assert.Contains(frame.Notes, note => note.StartsWith("Times come up again in lines 3 and 4 (2 in all); "));
        Assert.Equal(
            "t.csv, line 3: The time 2024-03-01 stands in line 2 already; 2 of 4 rows repeat a time (lines 3 and 4). Set DuplicateTimes to First, Last, Mean or Sum, " +
            "or name the Id column if the file holds several series.",
            SeriesTests.Fault(() => Parse(text)));
    }

    [Fact]
    public void Clocks_that_are_put_back_and_forward_are_known()
    {
        // Berlin, 2023: no hour 2 on 26 March, two of them on 29 October.
        var hours = Enumerable.Range(0, 365 * 24).Select(hour => new DateTime(2023, 1, 1).AddHours(hour));
        var lines = hours.SelectMany(time => time == new DateTime(2023, 3, 26, 2, 0, 0) ? [] : time == new DateTime(2023, 10, 29, 2, 0, 0) ? [time, time] : new[] { time });
        var frame = Parse("time,y\n" + string.Concat(lines.Select((time, i) => $"{time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)},{i}\n")));
        var series = frame[0];
        Assert.Equal(365 * 24, series.Length);
        var spring = series.Times!.ToList().IndexOf(new DateTime(2023, 3, 26, 2, 0, 0));
        var autumn = series.Times!.ToList().IndexOf(new DateTime(2023, 10, 29, 2, 0, 0));
        Assert.Equal(double.NaN, series["y"][spring]);
        Assert.Equal((autumn - 1 + autumn) / 2.0, series["y"][autumn]);
        Assert.Contains($"The time is that of the row before where clocks are put back, in line {autumn + 2} (1 in all); rows of one time became their mean.", frame.Notes);
        Assert.Contains($"Rows are left out where clocks are put forward, before line {spring + 2}; rows without values stand for them, 1 in all.", frame.Notes);
    }

    [Fact]
    public void Other_repeated_hours_are_no_change_of_clocks()
    {
        var lines = string.Concat(Enumerable.Range(0, 48).Select(hour => $"{new DateTime(2023, 10, 28).AddHours(hour):yyyy-MM-dd HH:mm},1\n"));
        Assert.Contains("2023-10-29 05:00:00 stands in", SeriesTests.Fault(() => Parse("time,y\n" + lines + "2023-10-29 05:00,2\n")));
        Assert.Contains("2023-10-28 02:00:00 stands in", SeriesTests.Fault(() => Parse("time,y\n" + lines + "2023-10-28 02:00,2\n")));
        Assert.Contains("2 of 50 rows", SeriesTests.Fault(() => Parse("time,y\n" + lines + "2023-10-29 02:00,2\n2023-10-29 02:00,2\n")));
        Assert.Equal(48, Parse("time,y\n" + lines + "2023-10-29 02:00,2\n")[0].Length);
    }

    [Fact]
    public void Gaps_become_rows_without_values()
    {
        const string text = "date,y\n2024-03-01,1\n2024-03-02,2\n2024-03-05,5\n2024-03-06,6\n";
        var frame = Parse(text);
        Assert.Equal([1, 2, double.NaN, double.NaN, 5, 6], frame[0]["y"].ToArray());
        Assert.Equal("2024-03-03", frame[0].Label(2));
        Assert.Contains("Rows are left out before line 4; rows without values stand for them, 2 in all.", frame.Notes);
        Assert.Equal(4, Parse(text, new() { Gaps = GapRule.Keep })[0].Length);
        Assert.Equal(
            "t.csv, line 4: 2024-03-05 follows 2024-03-02, more than one day later; 2 rows are missing in all. Add the rows, check these times, or set Gaps to Missing or Keep.",
            SeriesTests.Fault(() => Parse(text, new() { Gaps = GapRule.Refuse })));
    }

    [Fact]
    public void Gaps_of_business_days_are_holidays_unless_asked()
    {
        var days = FrequencyTests.Times(new Frequency(TimeUnit.Day) { SkipsWeekends = true }, "2024-03-01", 40).Where(day => day.Day != 20).ToArray();
        var text = "date,y\n" + string.Concat(days.Select(day => $"{day:yyyy-MM-dd},1\n"));
        Assert.Equal(days, Parse(text)[0].Times);
        Assert.Contains(Parse(text).Notes, note => note.StartsWith("Before line 15 there are gaps, of 1 times one business day in all; rows were kept"));
        Assert.Equal(40, Parse(text, new() { Gaps = GapRule.Missing })[0].Length);
        var saturday = Parse(text + "2024-05-04,1\n");
        Assert.Equal(days.Length + 1, saturday[0].Length);
        Assert.Contains($"Rows of business days lie on weekends in line {days.Length + 2} (1 in all); they were kept.", saturday.Notes);
    }

    [Fact]
    public void Months_are_filled_at_their_ends()
    {
        var frame = Parse("date,y\n2023-10-31,1\n2023-11-30,2\n2024-03-31,6\n2024-04-30,7\n");
        Assert.Equal(["2023-12-31", "2024-01-31", "2024-02-29"], Enumerable.Range(2, 3).Select(frame[0].Label));
    }

    [Fact]
    public void A_stray_date_does_not_fill_the_memory()
    {
        var text = "time,y\n1900-01-01 00:00:00,1\n" + string.Concat(Enumerable.Range(0, 60).Select(second => $"2024-01-01 00:00:{second:00},1\n"));
        Assert.Equal(61, Parse(text)[0].Length);
        Assert.StartsWith("t.csv, line 3: 2024-01-01 follows 1900-01-01, more than one second later;", SeriesTests.Fault(() => Parse(text, new() { Gaps = GapRule.Missing })));
    }

    [Fact]
    public void Rows_off_the_grid_are_told_or_refused()
    {
        const string text = "time,y\n2024-03-01 00:00,1\n2024-03-01 01:00,1\n2024-03-01 02:00,1\n2024-03-01 02:10,1\n2024-03-01 03:10,1\n";
        var frame = Parse(text);
        Assert.Equal((5, new Frequency(TimeUnit.Hour)), (frame[0].Length, frame.Frequency));
        Assert.Contains("Rows do not lie a whole number of times one hour after the row before in line 5 (1 in all); they were kept.", frame.Notes);
        Assert.StartsWith(
            "t.csv, line 5: 2024-03-01 02:10:00 does not lie a whole number of times one hour after 2024-03-01 02:00:00, as in 1 of 5 rows.",
            SeriesTests.Fault(() => Parse(text, new() { Gaps = GapRule.Missing })));
        var irregular = Parse("date,y\n2024-01-01,1\n2024-01-02,1\n2024-01-04,1\n2024-01-08,1\n2024-01-16,1\n");
        Assert.Null(irregular.Frequency);
        Assert.Contains("Rows have no distance in common. Set Frequency, or Resample them.", irregular.Notes);
    }

    private static SeriesFrame Parse(string text, SeriesOptions? options = null) => SeriesFrame.Parse(text, "t.csv", options);
}
