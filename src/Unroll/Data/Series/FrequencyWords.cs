using System.Globalization;

namespace Unroll.Data;

/// <summary>Frequencies in words.</summary>
internal static class FrequencyWords
{
    private static readonly Dictionary<string, Frequency> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["second"] = new(TimeUnit.Second),
        ["sec"] = new(TimeUnit.Second),
        ["s"] = new(TimeUnit.Second),
        ["minute"] = new(TimeUnit.Minute),
        ["min"] = new(TimeUnit.Minute),
        ["half hour"] = new(TimeUnit.Minute, 30),
        ["half-hour"] = new(TimeUnit.Minute, 30),
        ["hour"] = new(TimeUnit.Hour),
        ["h"] = new(TimeUnit.Hour),
        ["day"] = new(TimeUnit.Day),
        ["d"] = new(TimeUnit.Day),
        ["daily"] = new(TimeUnit.Day),
        ["business day"] = new(TimeUnit.Day) { SkipsWeekends = true },
        ["weekday"] = new(TimeUnit.Day) { SkipsWeekends = true },
        ["week"] = new(TimeUnit.Week),
        ["month"] = new(TimeUnit.Month),
        ["quarter"] = new(TimeUnit.Month, 3),
        ["year"] = new(TimeUnit.Year),
        ["annual"] = new(TimeUnit.Year),
    };

    public static Frequency Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.AsSpan().Trim();
        var digits = 0;
        while (digits < words.Length && char.IsAsciiDigit(words[digits])) digits++;
        var count = 1;
        var known = digits == 0 || int.TryParse(words[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out count);
        if (known && count >= 1 && Unit(words[digits..].Trim().ToString()) is { } unit && unit.Count <= int.MaxValue / count)
            return unit with { Count = unit.Count * count };
        throw new OptionException(
            $"'{DataException.Shown(text)}' is not a frequency. Write second, minute, half hour, hour, day, business day, week, " +
            "month, quarter or year, with a number before it where there are several: 15 minutes.",
            nameof(text));
    }

    public static string Of(Frequency frequency) => frequency switch
    {
        { IsBusiness: true } => Several("business day", frequency.Count),
        { Unit: TimeUnit.Month, Count: var count } when count % 3 == 0 && count > 0 => Several("quarter", count / 3),
        _ => Several(Name(frequency.Unit), frequency.Count),
    };

    private static Frequency? Unit(string word)
    {
        foreach (var ending in (string[])["", "s", "ly"])
        {
            if (word.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && Words.TryGetValue(word[..^ending.Length], out var unit)) return unit;
        }

        return null;
    }

    private static string Several(string name, int count) =>
        count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{count} {name}s");

    private static string Name(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "second",
        TimeUnit.Minute => "minute",
        TimeUnit.Hour => "hour",
        TimeUnit.Day => "day",
        TimeUnit.Week => "week",
        TimeUnit.Month => "month",
        _ => "year",
    };
}
