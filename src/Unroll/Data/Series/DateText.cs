using System.Globalization;

namespace Unroll.Data;

/// <summary>Reads dates of a known shape, with or without a clock behind them.</summary>
/// <remarks>Two digits of a year mean 1950 to 2049. An offset is passed over: the time stays that of the clock.</remarks>
internal static class DateText
{
    private const string MonthNames = "january,february,march,april,may,june,july,august,september,october,november,december";

    private static readonly string[] Months = MonthNames.Split(',');

    /// <summary>Whether a column's content alone tells that it holds dates of the shape.</summary>
    public static bool IsTelling(DateShape shape) => shape < DateShape.ShortYearMonthDay;

    /// <summary>Whether a cell is a date that is no plain number, or a clock.</summary>
    public static bool Looks(string text)
    {
        for (var shape = DateShape.YearMonthDay; IsTelling(shape); shape++)
        {
            if (TryRead(shape, text, out _, out _)) return true;
        }

        return ClockText.TryRead(text, out _);
    }

    /// <summary>Reads one time.</summary>
    /// <param name="shape">How it is written.</param>
    /// <param name="text">The cell.</param>
    /// <param name="time">The time.</param>
    /// <param name="hasClock">Whether a time of day stood behind the date.</param>
    public static bool TryRead(DateShape shape, ReadOnlySpan<char> text, out DateTime time, out bool hasClock)
    {
        time = default;
        if (!TrySplit(text.Trim(), out var date, out var clock, out hasClock)) return false;
        var parts = new DateParts(date);
        if (!parts.IsValid) return false;
        if (shape == DateShape.Compact && parts.Count == 1 && date.Length is 10 or 12 or 14)
        {
            if (hasClock || !TryCompactClock(date[8..], out clock)) return false;
            hasClock = true;
        }

        if (!TryDate(shape, parts, out time) || (clock.Ticks > 0 && time > DateTime.MaxValue - clock)) return false;
        time += clock;
        return true;
    }

    private static bool TryDate(DateShape shape, DateParts parts, out DateTime date)
    {
        date = default;
        var (a, b, c) = (parts.Numbers[0], parts.Numbers[1], parts.Numbers[2]);
        var (first, second, third) = (parts.Lengths[0], parts.Lengths[1], parts.Lengths[2]);
        if (shape == DateShape.NamedMonth) return TryNamed(parts, out date);
        if (shape == DateShape.Coded) return TryCoded(parts, out date);
        if (parts.Letters >= 0) return false;
        return (shape, parts.Count) switch
        {
            (DateShape.YearMonthDay, 3) => first == 4 && second <= 2 && third <= 2 && TryMake(a, b, c, out date),
            (DateShape.ShortYearMonthDay, 3) => first == 2 && second == 2 && third == 2 && TryMake(Century(a), b, c, out date),
            (DateShape.DayMonthYear, 3) => first <= 2 && second <= 2 && third is 2 or 4 && TryMake(Full(c, third), b, a, out date),
            (DateShape.MonthDayYear, 3) => first <= 2 && second <= 2 && third is 2 or 4 && TryMake(Full(c, third), a, b, out date),
            (DateShape.YearMonth, 2) => !parts.HasPoint && first == 4 && second <= 2 && TryMake(a, b, 1, out date),
            (DateShape.MonthYear, 2) => !parts.HasPoint && first <= 2 && second == 4 && TryMake(b, a, 1, out date),
            (DateShape.CountedYearMonth, 2) => !parts.HasPoint && first <= 3 && second == 2 && TryMake(a, b, 1, out date),
            (DateShape.Compact, 1) => first is 8 or 10 or 12 or 14 && TryCompact(a / Ten(first - 8), out date),
            (DateShape.CompactShort, 1) => first is >= 3 and <= 6 && TryMake(Century(a / 10_000), a / 100 % 100, a % 100, out date),
            (DateShape.CompactMonth, 1) => first == 6 && IsYear(a / 100) && TryMake(a / 100, a % 100, 1, out date),
            (DateShape.Year, 1) => first == 4 && IsYear(a) && TryMake(a, 1, 1, out date),
            _ => false,
        };
    }

    private static bool TryCompact(long number, out DateTime date)
    {
        date = default;
        return IsYear(number / 10_000) && TryMake(number / 10_000, number / 100 % 100, number % 100, out date);
    }

    /// <summary>1 Mar 2024, Mar 1 2024, 2024 Mar 1; Mar 2024, Mar 24, 2024 Mar.</summary>
    private static bool TryNamed(DateParts parts, out DateTime date)
    {
        date = default;
        if (parts.Letters < 0 || parts.Count < 2 || Month(parts.Word) is not { } month) return false;
        var others = new List<int>(2);
        for (var i = 0; i < parts.Count; i++)
        {
            if (i != parts.Letters) others.Add(i);
        }

        // The year is the part of four digits, or else the last one; the day is what remains.
        var year = parts.Lengths[others[0]] == 4 ? others[0] : others[^1];
        if (parts.Lengths[year] is not (2 or 4) || (parts.Lengths[year] == 2 && year != parts.Count - 1)) return false;
        var day = others.Count == 1 ? 1 : parts.Numbers[others[0] == year ? others[1] : others[0]];
        return TryMake(Full(parts.Numbers[year], parts.Lengths[year]), month, day, out date);
    }

    /// <summary>2024Q1, Q1 2024 and the like, with M for months and W for the weeks of ISO 8601.</summary>
    private static bool TryCoded(DateParts parts, out DateTime date)
    {
        date = default;
        if (parts.Count != 3 || parts.Letters > 1 || parts.Letters < 0 || parts.Word.Length != 1) return false;
        var (yearAt, numberAt) = parts.Letters == 1 ? (0, 2) : (2, 1);
        if (parts.Lengths[yearAt] != 4 || parts.Lengths[numberAt] > 2) return false;
        var (year, number) = (parts.Numbers[yearAt], parts.Numbers[numberAt]);
        switch (char.ToUpperInvariant(parts.Word[0]))
        {
            case 'Q': return number is >= 1 and <= 4 && TryMake(year, (3 * number) - 2, 1, out date);
            case 'M': return TryMake(year, number, 1, out date);
            case 'W' when year is >= 2 and <= 9998 && number >= 1 && number <= ISOWeek.GetWeeksInYear((int)year):
                date = ISOWeek.ToDateTime((int)year, (int)number, DayOfWeek.Monday);
                return true;
            default: return false;
        }
    }

    private static int? Month(ReadOnlySpan<char> word)
    {
        if (word.Length < 3) return null;
        for (var month = 0; month < 12; month++)
        {
            if (Months[month].AsSpan().StartsWith(word, StringComparison.OrdinalIgnoreCase)) return month + 1;
        }

        return null;
    }

    /// <summary>Splits off a clock: what stands around a colon, or 18.00.00 behind a blank.</summary>
    private static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> date, out TimeSpan clock, out bool hasClock)
    {
        date = text;
        (clock, hasClock) = (default, false);
        var begin = text.IndexOf(':');
        if (begin < 0)
        {
            begin = text.LastIndexOf(' ') + 1;
            if (begin == 0 || !ClockText.TryRead(text[begin..], out _)) return true;
        }

        while (begin > 0 && char.IsAsciiDigit(text[begin - 1])) begin--;
        if (begin == 0 || text[begin - 1] is not (' ' or 'T' or 't')) return false;
        date = text[..(begin - 1)].TrimEnd();
        hasClock = true;
        return ClockText.TryRead(text[begin..], out clock);
    }

    private static bool TryCompactClock(ReadOnlySpan<char> digits, out TimeSpan clock)
    {
        clock = default;
        Span<int> parts = [0, 0, 0];
        for (var i = 0; i < digits.Length / 2; i++)
        {
            if (!int.TryParse(digits.Slice(2 * i, 2), NumberStyles.None, CultureInfo.InvariantCulture, out parts[i])) return false;
        }

        clock = new TimeSpan(parts[0], parts[1], parts[2]);
        return parts[0] <= 24 && parts[1] < 60 && parts[2] < 60 && clock <= TimeSpan.FromDays(1);
    }

    private static bool TryMake(long year, long month, long day, out DateTime date)
    {
        date = default;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth((int)year, (int)month)) return false;
        date = new DateTime((int)year, (int)month, (int)day);
        return true;
    }

    private static long Full(long year, int length) => length == 2 ? Century(year) : year;

    private static long Century(long year) => year + (year < 50 ? 2000 : 1900);

    private static bool IsYear(long year) => year is >= 1000 and < 3000;

    private static long Ten(int power) => power switch { 0 => 1, 2 => 100, 4 => 10_000, _ => 1_000_000 };
}
