namespace Unroll.Data;

/// <summary>
/// Knows the hour that comes twice when clocks are put back, and the one that is left out when they are put forward:
/// in the first four hours of a Sunday in spring or autumn, on one day of the half-year.
/// </summary>
internal static class DaylightSaving
{
    /// <summary>Whether all repeated times look like those of clocks put back.</summary>
    /// <param name="times">All times, in order.</param>
    /// <param name="repeats">The rows whose time is that of the row before.</param>
    public static bool IsPutBack(DateTime[] times, List<int> repeats)
    {
        // A file of days has no hours to repeat.
        if (Frequency.Infer(times) is not { Unit: <= TimeUnit.Hour }) return false;
        var days = new Dictionary<(int Year, bool Second), DateTime>();
        for (var i = 0; i < repeats.Count; i++)
        {
            var time = times[repeats[i]];
            if (!IsNight(time) || (i > 0 && time == times[repeats[i - 1]])) return false;
            var half = (time.Year, time.Month > 6);
            if (!days.TryAdd(half, time.Date) && days[half] != time.Date) return false;
        }

        return true;
    }

    /// <summary>Whether a gap looks like clocks put forward.</summary>
    /// <param name="before">The last time before the gap.</param>
    /// <param name="after">The first time after it.</param>
    /// <param name="frequency">The distance of rows.</param>
    public static bool IsPutForward(DateTime before, DateTime after, Frequency frequency)
    {
        if (frequency.Unit > TimeUnit.Hour) return false;
        var first = frequency.After(before, 1);
        return after - first == TimeSpan.FromHours(1) && IsNight(first);
    }

    private static bool IsNight(DateTime time) =>
        time.DayOfWeek == DayOfWeek.Sunday && time.Hour < 4 && time.Month is (>= 2 and <= 4) or (>= 9 and <= 11);
}
