namespace Unroll.Data;

/// <summary>The distance between two rows of a series, such as an hour, 15 minutes, a business day or a quarter.</summary>
/// <remarks>
/// <para>
/// A quarter is 3 months. Business days are days with <see cref="SkipsWeekends"/>. Times are those of a clock on the
/// wall: no time zone, and no day of 23 hours.
/// </para>
/// <para><c>Frequency.Parse("quarter").After(new DateTime(2024, 1, 31), 1) // 2024-04-30</c></para>
/// </remarks>
/// <param name="Unit">What is counted.</param>
/// <param name="Count">How many units lie between two rows; at least 1.</param>
public readonly record struct Frequency(TimeUnit Unit, int Count = 1)
{
    /// <summary>What is counted.</summary>
    public TimeUnit Unit { get; init; } = Unit;

    /// <summary>How many units lie between two rows; at least 1. Default 1.</summary>
    public int Count { get; init; } = Checked(Count);

    /// <summary>Whether Saturdays and Sundays have no rows. Default false; ignored unless the unit is a day.</summary>
    public bool SkipsWeekends { get; init; }

    /// <summary>
    /// The usual season, in rows: 24 for hours, 7 for days (5 for business days), 52 for weeks, 12 for months, 4 for
    /// quarters, a day for minutes; 1 where no season is usual.
    /// </summary>
    public int Season => Seasons is [var shortest, ..] ? shortest : 1;

    /// <summary>
    /// All usual seasons, in rows, shortest first: a day and a week for minutes and hours, a week and a year for
    /// days, a year for weeks and months. Empty where no season is usual. A season that is no whole number of rows
    /// is left out.
    /// </summary>
    public IReadOnlyList<int> Seasons => Unit switch
    {
        TimeUnit.Minute => Whole(24 * 60, 7 * 24 * 60),
        TimeUnit.Hour => Whole(24, 7 * 24),
        TimeUnit.Day when IsBusiness => Whole(5, 261),
        TimeUnit.Day => Whole(7, 365),
        TimeUnit.Week => Whole(52),
        TimeUnit.Month => Whole(12),
        _ => [],
    };

    internal bool IsBusiness => SkipsWeekends && Unit == TimeUnit.Day;

    /// <summary>The commonest distance between times.</summary>
    /// <remarks>
    /// Months, quarters and years are known by the calendar, whatever their number of days: times on the same day of
    /// the month, at its end, or within a week of it. Days are business days when less than one row in ten lies on a
    /// weekend.
    /// </remarks>
    /// <param name="times">Times, in any order; repeated ones count once.</param>
    /// <returns>The distance of at least half of all neighbours, or null when there is none.</returns>
    public static Frequency? Infer(IReadOnlyList<DateTime> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        return FrequencyFinder.Find(times);
    }

    /// <summary>Reads a frequency in words.</summary>
    /// <param name="text">
    /// A unit with or without a number before it: "hour", "15 minutes", "day", "business day", "week", "month",
    /// "quarter", "year"; also "hourly", "daily" and the like, and "15min".
    /// </param>
    /// <exception cref="OptionException">The words are not known.</exception>
    public static Frequency Parse(string text) => FrequencyWords.Parse(text);

    /// <summary>The time some rows later, or earlier for a negative number of steps.</summary>
    /// <remarks>
    /// The last day of a month stays the last of its month: from 31 January one month leads to 28 (or 29) February
    /// and two to 31 March. Other days are cut to the length of the month. For business days a weekend counts as
    /// the Friday before it on the way forward, and as the Monday after it on the way back.
    /// </remarks>
    /// <param name="time">Where to start.</param>
    /// <param name="steps">How many rows to go.</param>
    /// <exception cref="ArgumentOutOfRangeException">The result lies outside the years 1 to 9999.</exception>
    public DateTime After(DateTime time, int steps) => After(time, steps, IsMonthEnd(time) ? 31 : time.Day);

    /// <summary>In words that <see cref="Parse"/> reads: "hour", "15 minutes", "business day", "quarter".</summary>
    public override string ToString() => FrequencyWords.Of(this);

    /// <summary>The time some rows later, with the day of the month that months aim at (31 for their last day).</summary>
    internal DateTime After(DateTime time, long steps, int day)
    {
        var count = steps * Count;
        try
        {
            return Unit switch
            {
                TimeUnit.Month => InMonth(time, count, day),
                TimeUnit.Year => InMonth(time, 12 * count, day),
                TimeUnit.Day when IsBusiness => Weekday(time, count),
                _ => time.AddTicks(checked(count * TicksOf(Unit))),
            };
        }
        catch (OverflowException)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, "The time lies outside the years 1 to 9999.");
        }
    }

    /// <summary>How many rows one time lies after another.</summary>
    /// <returns>False when the second is not a row of the grid that the first one begins.</returns>
    internal bool TrySteps(DateTime from, DateTime to, out long steps)
    {
        if (Unit is TimeUnit.Month or TimeUnit.Year)
        {
            var months = MonthNumber(to) - MonthNumber(from);
            var size = Unit == TimeUnit.Year ? 12L * Count : Count;
            steps = months / size;
            return months % size == 0;
        }

        if (IsBusiness)
        {
            var days = Weekdays(to.Date) - Weekdays(from.Date);
            steps = days / Count;
            return days % Count == 0 && from.TimeOfDay == to.TimeOfDay && !IsWeekend(from) && !IsWeekend(to);
        }

        var ticks = (to - from).Ticks;
        var step = TicksOf(Unit) * Count;
        steps = ticks / step;
        return ticks % step == 0;
    }

    /// <summary>The ticks of a unit; a month counts as 30 days and a year as 365.</summary>
    internal static long TicksOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => TimeSpan.TicksPerSecond,
        TimeUnit.Minute => TimeSpan.TicksPerMinute,
        TimeUnit.Hour => TimeSpan.TicksPerHour,
        TimeUnit.Day => TimeSpan.TicksPerDay,
        TimeUnit.Week => 7 * TimeSpan.TicksPerDay,
        TimeUnit.Month => 30 * TimeSpan.TicksPerDay,
        _ => 365 * TimeSpan.TicksPerDay,
    };

    internal static bool IsMonthEnd(DateTime time) => time.Day == DateTime.DaysInMonth(time.Year, time.Month);

    internal static bool IsWeekend(DateTime time) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    internal static int MonthNumber(DateTime time) => (12 * time.Year) + time.Month - 1;

    private static DateTime InMonth(DateTime time, long months, int day)
    {
        var number = MonthNumber(time) + months;
        if (number is < 12 or >= 12 * 10_000L)
            throw new ArgumentOutOfRangeException(nameof(months), months, "The time lies outside the years 1 to 9999.");
        var (year, month) = ((int)(number / 12), (int)(number % 12) + 1);
        return new DateTime(year, month, Math.Min(day, DateTime.DaysInMonth(year, month))).Add(time.TimeOfDay);
    }

    private static DateTime Weekday(DateTime time, long steps)
    {
        if (steps == 0) return time;
        var day = ((int)time.DayOfWeek + 6) % 7; // 0 is Monday
        if (day > 4)
        {
            var monday = steps > 0 ? 4 : 7;
            time = time.AddDays(monday - day);
            day = monday % 7;
        }

        var weeks = Math.DivRem(day + steps, 5, out var left);
        if (left < 0) (weeks, left) = (weeks - 1, left + 5);
        return time.AddTicks(checked(((7 * weeks) + left - day) * TimeSpan.TicksPerDay));
    }

    /// <summary>Weekdays since Monday, 1 January of the year 1; a weekend counts as its Monday.</summary>
    private static long Weekdays(DateTime date)
    {
        var days = date.Ticks / TimeSpan.TicksPerDay;
        return (days / 7 * 5) + Math.Min(days % 7, 5);
    }

    private static int Checked(int count) => count >= 1
        ? count
        : throw new OptionException($"Frequency.Count must be at least 1, but it is {count}.", nameof(Count));

    private int[] Whole(params ReadOnlySpan<int> seasons)
    {
        var count = Math.Max(Count, 1);
        var whole = new List<int>(seasons.Length);
        foreach (var season in seasons)
        {
            if (season % count == 0 && season > count) whole.Add(season / count);
        }

        return [.. whole];
    }
}
