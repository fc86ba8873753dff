using System.Globalization;

namespace Unroll.Data.Sets;

/// <summary>Pairs of texts that are made, not read: problems to see what an encoder and a decoder learn.</summary>
public static class DrawnPairs
{
    private const int FirstYear = 1900;
    private const int Days = 55_152; // to the end of 2050

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>
    /// Sums: <c>535+61</c> and <c>596</c> (Zaremba and Sutskever 2014, "Learning to Execute"). No two numbers are asked for twice.
    /// </summary>
    /// <param name="count">Number of pairs.</param>
    /// <param name="digits">Digits of a number at most, from 1 to 4.</param>
    /// <param name="random">Where draws come from.</param>
    public static IReadOnlyList<(string Source, string Target)> Sums(int count, int digits, Rng random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 4);
        var limit = (int)Math.Pow(10, digits);
        var all = (long)limit * (limit + 1) / 2;
        var most = 3 * all / 4;
        if (count > most) throw new OptionException($"There are only {all} sums of numbers of {digits} digits. Ask for at most {most}.");
        var pairs = new List<(string, string)>(count);
        var seen = new HashSet<(int, int)>();
        while (pairs.Count < count)
        {
            int a = Number(), b = Number();
            if (seen.Add((Math.Min(a, b), Math.Max(a, b)))) pairs.Add(($"{a}+{b}", $"{a + b}"));
        }

        return pairs;

        int Number()
        {
            var value = 0;
            for (var length = 1 + random.NextInt32(digits); length > 0; length--) value = (10 * value) + random.NextInt32(10);
            return value;
        }
    }

    /// <summary>
    /// Dates as people write them, and as machines do: <c>Friday, 5 March 1982</c> and <c>1982-03-05</c>. Days from 1900 to 2050, in English,
    /// numbers and Korean; no spelling occurs twice.
    /// </summary>
    /// <param name="count">Number of pairs.</param>
    /// <param name="random">Where draws come from.</param>
    public static IReadOnlyList<(string Source, string Target)> Dates(int count, Rng random)
    {
        var pairs = new List<(string, string)>(count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (count > Days * Spellings.Length / 2)
            throw new OptionException($"There are too few dates for {count} pairs. Ask for at most {Days * Spellings.Length / 2}.");
        while (pairs.Count < count)
        {
            var date = new DateOnly(FirstYear, 1, 1).AddDays(random.NextInt32(Days));
            var text = Spellings[random.NextInt32(Spellings.Length)](date);
            if (seen.Add(text)) pairs.Add((text, date.ToString("yyyy-MM-dd", English)));
        }

        return pairs;
    }

    /// <summary>Ways to write a date, each of which says it wholly.</summary>
    private static readonly Func<DateOnly, string>[] Spellings =
    [
        date => date.ToString("d MMMM yyyy", English),
        date => date.ToString("d MMM yyyy", English),
        date => date.ToString("dddd, d MMMM yyyy", English),
        date => date.ToString("dddd d MMM yyyy", English).ToLowerInvariant(),
        date => date.ToString("MMMM d, yyyy", English),
        date => date.ToString("MMM d, yyyy", English),
        date => date.ToString("dddd, MMMM d, yyyy", English),
        date => date.ToString("MMMM d yyyy", English).ToUpperInvariant(),
        date => date.ToString("d.M.yyyy", English),
        date => date.ToString("dd.MM.yyyy", English),
        date => date.ToString("yyyy/M/d", English),
        date => date.ToString("yyyy. M. d.", English),
        date => $"the {Ordinal(date.Day)} of {date.ToString("MMMM yyyy", English)}",
        date => $"{date.ToString("MMMM", English)} {Ordinal(date.Day)}, {date.Year}",
        date => $"{date.Year}년 {date.Month}월 {date.Day}일",
        date => $"{date.Year}년{date.Month}월{date.Day}일 {"일월화수목금토"[(int)date.DayOfWeek]}요일",
    ];

    private static string Ordinal(int day) => (day % 10, day / 10) switch
    {
        (1, not 1) => $"{day}st",
        (2, not 1) => $"{day}nd",
        (3, not 1) => $"{day}rd",
        _ => $"{day}th",
    };
}
