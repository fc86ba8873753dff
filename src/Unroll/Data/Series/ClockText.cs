using System.Globalization;

namespace Unroll.Data;

/// <summary>Reads times of day: 9:05, 18:00:00.5, 18.00.00, 3:15 PM, 24:00; an offset such as Z or +09:00 is passed over.</summary>
internal static class ClockText
{
    /// <summary>The time since midnight, up to a whole day for 24:00.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out TimeSpan clock)
    {
        clock = default;
        text = WithoutOffset(text.Trim());
        var afternoon = text.EndsWith("pm", StringComparison.OrdinalIgnoreCase);
        var halves = afternoon || text.EndsWith("am", StringComparison.OrdinalIgnoreCase);
        if (halves) text = text[..^2].TrimEnd();
        var mark = text.Contains(':') ? ':' : '.';
        Span<Range> ranges = stackalloc Range[4];
        var parts = text.Split(ranges, mark);
        // With points it takes all three parts: 18.00 alone is a number.
        if (parts is < 2 or > 3 || (mark == '.' && parts != 3)) return false;
        if (!TryDigits(text[ranges[0]], 1, 2, out var hour) || !TryDigits(text[ranges[1]], 2, 2, out var minute)) return false;
        var seconds = 0.0;
        if (parts == 3 && !TrySeconds(text[ranges[2]], out seconds)) return false;
        if (halves && hour is < 1 or > 12) return false;
        if (halves) hour = (hour % 12) + (afternoon ? 12 : 0);
        if (minute > 59 || seconds >= 60 || hour > 24 || (hour == 24 && (minute > 0 || seconds > 0))) return false;
        clock = new TimeSpan(hour, minute, 0) + new TimeSpan((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static ReadOnlySpan<char> WithoutOffset(ReadOnlySpan<char> text)
    {
        if (text.EndsWith("z", StringComparison.OrdinalIgnoreCase)) return text[..^1];
        if (text.EndsWith(" utc", StringComparison.OrdinalIgnoreCase)) return text[..^4];
        var sign = text.LastIndexOfAny('+', '-');
        if (sign < 4) return text;
        foreach (var letter in text[(sign + 1)..])
        {
            if (!char.IsAsciiDigit(letter) && letter != ':') return text;
        }

        return text.Length - sign is >= 3 and <= 6 ? text[..sign].TrimEnd() : text;
    }

    private static bool TrySeconds(ReadOnlySpan<char> text, out double seconds)
    {
        seconds = 0;
        return text.Length >= 2 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]) &&
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds);
    }

    private static bool TryDigits(ReadOnlySpan<char> text, int least, int most, out int number)
    {
        number = 0;
        return text.Length >= least && text.Length <= most && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
