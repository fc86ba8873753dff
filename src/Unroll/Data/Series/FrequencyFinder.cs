namespace Unroll.Data;

/// <summary>Finds the distance that the rows of a series have.</summary>
internal static class FrequencyFinder
{
    /// <summary>Times of one month lie at most this many days of the month apart: the last trading day, the first Monday.</summary>
    private const int DayOfMonthSpread = 6;

    public static Frequency? Find(IReadOnlyList<DateTime> times)
    {
        var sorted = Sorted(times);
        if (sorted.Length < 2) return null;
        var (ticks, share) = Commonest(sorted, (from, to) => (to - from).Ticks);
        if (ticks >= 28 * TimeSpan.TicksPerDay && Months(sorted) is { } months) return months;
        if (share < .5 || Of(ticks) is not { } frequency) return null;
        return frequency == new Frequency(TimeUnit.Day) && AreWeekdays(sorted) ? frequency with { SkipsWeekends = true } : frequency;
    }

    /// <summary>The frequency of most series, which lends itself to those too short to have one.</summary>
    public static Frequency? Common(IEnumerable<IReadOnlyList<DateTime>> series) => series
        .Select(Find).OfType<Frequency>().GroupBy(frequency => frequency)
        .OrderByDescending(group => group.Count()).Select(group => (Frequency?)group.Key).FirstOrDefault();

    private static DateTime[] Sorted(IReadOnlyList<DateTime> times)
    {
        for (var i = 1; i < times.Count; i++)
        {
            if (times[i] <= times[i - 1]) return [.. times.Distinct().Order()];
        }

        return [.. times];
    }

    /// <summary>The commonest distance (of several as common, the shortest) and the share of neighbours that have it.</summary>
    private static (long Distance, double Share) Commonest(DateTime[] sorted, Func<DateTime, DateTime, long> distance)
    {
        var counts = new Dictionary<long, int>();
        for (var i = 1; i < sorted.Length; i++)
        {
            var between = distance(sorted[i - 1], sorted[i]);
            counts[between] = counts.GetValueOrDefault(between) + 1;
        }

        var best = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First();
        return (best.Key, best.Value / (sorted.Length - 1.0));
    }

    private static Frequency? Months(DateTime[] sorted)
    {
        if (sorted.Max(time => time.Day) - sorted.Min(time => time.Day) > DayOfMonthSpread) return null;
        var (months, share) = Commonest(sorted, (from, to) => Frequency.MonthNumber(to) - Frequency.MonthNumber(from));
        if (months < 1 || share < .5) return null;
        return months % 12 == 0 ? new Frequency(TimeUnit.Year, (int)months / 12) : new Frequency(TimeUnit.Month, (int)months);
    }

    /// <summary>The longest unit below months that the distance is a whole number of.</summary>
    private static Frequency? Of(long ticks)
    {
        for (var unit = TimeUnit.Week; unit >= TimeUnit.Second; unit--)
        {
            var (count, rest) = Math.DivRem(ticks, Frequency.TicksOf(unit));
            if (rest == 0 && count is >= 1 and <= int.MaxValue) return new Frequency(unit, (int)count);
        }

        return null;
    }

    /// <summary>Whether the days run over weekends with next to no rows on them.</summary>
    private static bool AreWeekdays(DateTime[] sorted)
    {
        var weekends = sorted.Count(Frequency.IsWeekend);
        var skips = 0;
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].DayOfWeek < sorted[i - 1].DayOfWeek && (sorted[i] - sorted[i - 1]).Days >= 3) skips++;
        }

        return skips > 0 && 10 * weekends < sorted.Length;
    }
}
