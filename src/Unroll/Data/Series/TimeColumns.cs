using System.Globalization;

namespace Unroll.Data;

/// <summary>The columns that hold the time of a row, and how they do.</summary>
internal abstract class TimeColumns(SeriesTable table, IReadOnlyList<int> columns)
{
    /// <summary>The columns, by number.</summary>
    public IReadOnlyList<int> Columns => columns;

    /// <summary>How the time is written, for messages: "dd/MM/yyyy".</summary>
    public abstract string Form { get; }

    /// <summary>The time of every row.</summary>
    /// <exception cref="DataException">A row has none that can be read.</exception>
    public DateTime[] Read(CellNumbers numbers)
    {
        var times = new DateTime[table.Rows.Count];
        for (var row = 0; row < times.Length; row++)
        {
            if (TryRead(table.Rows[row].Fields, out times[row], out var at)) continue;
            throw table.Fault(row, at, numbers.IsMissing(table.Rows[row].Fields[at])
                ? "The row has no time. Give it one, or remove it."
                : $"This is not a time written as {Form}. Mend it, set DateFormat, or name another Time column.");
        }

        return times;
    }

    /// <summary>Reads a row's time, or says which column cannot be read.</summary>
    protected abstract bool TryRead(string[] fields, out DateTime time, out int fault);

    /// <summary>The words for a shape in messages.</summary>
    public static string FormOf(DateShape shape) => shape switch
    {
        DateShape.YearMonthDay or DateShape.ShortYearMonthDay => "year, month, day",
        DateShape.DayMonthYear => "day, month, year",
        DateShape.MonthDayYear => "month, day, year",
        DateShape.NamedMonth => "a date with the name of the month",
        DateShape.YearMonth => "year, month",
        DateShape.MonthYear => "month, year",
        DateShape.Coded => "a year and its quarter, month or week",
        DateShape.Compact => "yyyyMMdd",
        DateShape.CompactShort => "yyMMdd",
        DateShape.CompactMonth => "yyyyMM",
        DateShape.Year => "a year",
        _ => "year, month, with years counted from 1",
    };

    /// <summary>A date of a known shape, with its clock if it has one.</summary>
    internal sealed class Dates(SeriesTable table, int column, DateShape shape, bool hasClock) : TimeColumns(table, [column])
    {
        public override string Form => FormOf(shape) + (hasClock ? ", clock" : "");

        protected override bool TryRead(string[] fields, out DateTime time, out int fault)
        {
            fault = column;
            return DateText.TryRead(shape, fields[column], out time, out _);
        }
    }

    /// <summary>A date and beside it a clock, or the number of the hour.</summary>
    internal sealed class DateAndClock(SeriesTable table, int date, DateShape shape, int clock) : TimeColumns(table, [date, clock])
    {
        public override string Form => FormOf(shape) + ", with the clock or the hour beside it";

        protected override bool TryRead(string[] fields, out DateTime time, out int fault)
        {
            fault = date;
            if (!DateText.TryRead(shape, fields[date], out time, out _)) return false;
            fault = clock;
            if (!ClockText.TryRead(fields[clock], out var later))
            {
                if (!TryWhole(fields[clock], 24, out var hour)) return false;
                later = TimeSpan.FromHours(hour);
            }

            if (time > DateTime.MaxValue - later) return false;
            time += later;
            return true;
        }
    }

    /// <summary>Year, month and, as far as they are there, day, hour and minute, each in a column of its own.</summary>
    internal sealed class Parts(SeriesTable table, int[] columns) : TimeColumns(table, columns)
    {
        public override string Form => "year, month, day, hour and minute in columns of their own";

        protected override bool TryRead(string[] fields, out DateTime time, out int fault)
        {
            time = default;
            ReadOnlySpan<int> most = [9999, 12, 31, 24, 59];
            Span<int> parts = [1, 1, 1, 0, 0];
            fault = -1;
            for (var i = 0; i < Columns.Count; i++)
            {
                fault = Columns[i];
                if (!TryWhole(fields[fault], most[i], out parts[i]) || (i < 3 && parts[i] < 1)) return false;
            }

            if (parts[2] > DateTime.DaysInMonth(parts[0], parts[1])) return false;
            var later = new TimeSpan(parts[3], parts[4], 0);
            time = new DateTime(parts[0], parts[1], parts[2]);
            if (time > DateTime.MaxValue - later) return false;
            time += later;
            return true;
        }
    }

    /// <summary>A format that the user gives, columns joined by blanks.</summary>
    internal sealed class Formatted(SeriesTable table, IReadOnlyList<int> columns, string format) : TimeColumns(table, columns)
    {
        public override string Form => format;

        protected override bool TryRead(string[] fields, out DateTime time, out int fault)
        {
            fault = Columns[0];
            var text = string.Join(' ', Columns.Select(column => fields[column].Trim()));
            if (format is "epoch" or "epoch ms") return TryEpoch(text, format == "epoch" ? 1000 : 1, out time);
            // With an offset in the format, the time stays that of the clock.
            var known = DateTimeOffset.TryParseExact(
                text, format, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var read);
            time = read.DateTime;
            return known;
        }

        private static bool TryEpoch(string text, double milliseconds, out DateTime time)
        {
            time = default;
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
            var passed = Math.Round(number * milliseconds);
            var (least, most) = ((DateTime.MinValue - DateTime.UnixEpoch).TotalMilliseconds, (DateTime.MaxValue - DateTime.UnixEpoch).TotalMilliseconds);
            if (!(passed > least && passed < most)) return false;
            time = new DateTime(DateTime.UnixEpoch.Ticks + ((long)passed * TimeSpan.TicksPerMillisecond));
            return true;
        }
    }

    private static bool TryWhole(string cell, int most, out int number)
    {
        number = 0;
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return false;
        if (!(value >= 0 && value <= most) || value != Math.Floor(value)) return false;
        number = (int)value;
        return true;
    }
}
