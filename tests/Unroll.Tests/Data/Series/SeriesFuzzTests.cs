using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Series;

public class SeriesFuzzTests
{
    private static readonly SeriesOptions[] Ways =
    [
        new(),
        new() { Wide = true },
        new() { HasHeader = false, Gaps = GapRule.Keep, DuplicateTimes = DuplicateTimes.Mean },
        new() { Separator = ';', DecimalMark = ',', Gaps = GapRule.Missing, DuplicateTimes = DuplicateTimes.Last, Quotes = false },
        new() { Time = "a", UnorderedTimes = UnorderedTimes.Refuse },
        new() { Id = "a", Categories = ["b"] },
        new() { TimeColumns = ["a", "b"], SkipLines = 1 },
        new() { Time = "a", DateFormat = "epoch" },
    ];

    [Fact]
    public void Any_text_gives_a_frame_or_a_data_exception()
    {
        using var folder = new TemporaryFolder();
        byte[] telling = [(byte)'"', (byte)',', (byte)';', (byte)'\n', (byte)'\r', (byte)'\t', (byte)'1', (byte)'a', (byte)'-', (byte)'.', (byte)':', 0, 0xff, 0xfe, 0xef, 0xb0, 0xa1];
        var parts = Gen.Elements(
            "\"", ",", ",", ";", "\n", "\n", "1", "a", "a,b\n", "a,b\n", "date,y\n", "2024-01-0", "2024-02-29", "31/12/2024", "1-01", "20240101", "9999-12-31", "0001-01-01",
            " 23:59", "24:00", "T12:00Z", "1,5", "1.234,5", "NA", "-200", "1e30", "1e999", "é", "일", "년", "Q1", "2024", "Mar", ":", "/", ".", "+09:00", " ", "hour", "year,month,day\n", "00");
        var bytes = Gen.OneOf(
            Gen.Elements(telling).ArrayOf(),
            parts.ArrayOf().Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(bytes.ToArbitrary(), content => Reads(folder.Write("fuzz.csv", content))));
    }

    [Fact]
    public void Any_table_gives_a_frame_or_a_data_exception()
    {
        using var folder = new TemporaryFolder();
        var cells = Gen.Elements(
            "2024-01-01", "2024-01-02", "2024-01-03", "2024-01-31", "2024-02-29", "9999-12-31", "9999-12-30", "0001-01-01", "0001-01-02", "01/02/2024", "13/02/2024", "12:00", "1", "2", "3.5", "NA", "x", "", "2024");
        var rows = Gen.Choose(1, 4).SelectMany(width => cells.ListOf(width).Select(row => string.Join(',', row)).ListOf()
            .Select(lines => string.Join(',', new[] { "a", "b", "date", "hour" }.Take(width)) + "\n" + string.Join('\n', lines)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(rows.ToArbitrary(), text => Reads(folder.Write("fuzz.csv", text))));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var units = Gen.Elements(new Frequency(TimeUnit.Minute, 15), new(TimeUnit.Hour), new(TimeUnit.Day), new(TimeUnit.Week), new(TimeUnit.Month), new(TimeUnit.Month, 3), new(TimeUnit.Year));
        var formats = Gen.Elements("yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy HH:mm", "MM/dd/yyyy h:mm tt", "yyyyMMddHHmm", "d MMM yyyy H:mm");
        var cases = units.SelectMany(unit => formats.SelectMany(format => Gen.Elements(',', ';', '\t').SelectMany(separator => Gen.Choose(0, 239).SelectMany(month =>
            Gen.Choose(-99_999, 99_999).ArrayOf(30).Select(values => (unit, format, separator, month, values))))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            // On the 28th no month can be taken for a day.
            var start = new DateTime(1990 + (one.month / 12), 1 + (one.month % 12), 28);
            var times = Enumerable.Range(0, 30).Select(step => one.unit.After(start, step)).ToArray();
            var mark = one.separator == ';' ? "," : ".";
            var rows = times.Zip(one.values, (time, value) =>
                time.ToString(one.format, CultureInfo.InvariantCulture) + one.separator + (value / 100.0).ToString("0.00", CultureInfo.InvariantCulture).Replace(".", mark));
            var frame = SeriesFrame.Parse($"time{one.separator}y\n" + string.Join('\n', rows), "t.csv");
            Assert.Equal(one.values.Select(value => value / 100.0), frame[0]["y"].ToArray());
            Assert.Equal(times, frame[0].Times);
            Assert.Equal(one.unit, frame.Frequency);
        }));
    }

    private static void Reads(string path)
    {
        foreach (var options in Ways)
        {
            try
            {
                var frame = SeriesFrame.Read(path, options);
                Assert.NotEmpty(frame);
                Assert.All(frame, series =>
                {
                    Assert.All(series.Columns, column => Assert.Equal(series.Length, series[column].Length));
                    Assert.Equal(series.Length, series.Times?.Count ?? series.Length);
                    for (var row = 0; row < series.Length; row++) Assert.NotEmpty(series.Label(row));
                });
                frame.Fill(MissingValues.Interpolate);
            }
            catch (DataException fault)
            {
                Assert.StartsWith(path, fault.Message);
                Assert.DoesNotContain('\n', fault.Message);
            }
        }
    }
}
