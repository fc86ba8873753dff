namespace Unroll.Data;

/// <summary>Columns that a time alone decides, so that they are known for the future too.</summary>
/// <remarks>
/// What runs in circles is given as the sine and the cosine of 2π · position / length: December stands next to
/// January, and every value lies in -1 to 1. Position 0 is the circle's beginning (midnight, Monday, January).
/// </remarks>
public static class Calendar
{
    /// <summary>The features that vary from row to row, and do so again and again, at a frequency.</summary>
    /// <param name="frequency">The distance of rows.</param>
    public static IReadOnlyList<CalendarFeature> Of(Frequency frequency) => frequency.Unit switch
    {
        TimeUnit.Second or TimeUnit.Minute =>
            [CalendarFeature.MinuteOfHour, CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek, CalendarFeature.DayOfYear],
        TimeUnit.Hour => [CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek, CalendarFeature.DayOfYear],
        TimeUnit.Day => [CalendarFeature.DayOfWeek, CalendarFeature.DayOfYear],
        TimeUnit.Week => [CalendarFeature.WeekOfYear],
        TimeUnit.Month => [CalendarFeature.MonthOfYear],
        _ => [],
    };

    /// <summary>The names of the columns that features give: two for a circle, "hour of day sine" and "… cosine".</summary>
    /// <param name="features">Features, in the order wanted.</param>
    public static IReadOnlyList<string> Names(IReadOnlyList<CalendarFeature> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return [.. features.SelectMany(Names)];
    }

    /// <summary>Writes the values of one time.</summary>
    /// <param name="time">The time.</param>
    /// <param name="features">Features, in the order wanted.</param>
    /// <param name="values">Room for as many values as <see cref="Names(IReadOnlyList{CalendarFeature})"/> has names.</param>
    /// <exception cref="ShapeException">The room has another size.</exception>
    public static void Fill(DateTime time, IReadOnlyList<CalendarFeature> features, Span<double> values)
    {
        ArgumentNullException.ThrowIfNull(features);
        var next = 0;
        foreach (var feature in features)
        {
            var width = IsCircle(feature) ? 2 : 1;
            if (next + width > values.Length) break;
            if (width == 2) (values[next], values[next + 1]) = Math.SinCos(2 * Math.PI * Position(time, feature));
            else values[next] = Position(time, feature);
            next += width;
        }

        var needed = features.Sum(feature => IsCircle(feature) ? 2 : 1);
        if (needed != values.Length)
            throw new ShapeException($"These calendar features need room for {needed} values, but got {values.Length}.");
    }

    private static bool IsCircle(CalendarFeature feature) => feature is not (CalendarFeature.IsWeekend or CalendarFeature.Year);

    private static IEnumerable<string> Names(CalendarFeature feature)
    {
        var name = feature switch
        {
            CalendarFeature.MinuteOfHour => "minute of hour",
            CalendarFeature.HourOfDay => "hour of day",
            CalendarFeature.DayOfWeek => "day of week",
            CalendarFeature.DayOfMonth => "day of month",
            CalendarFeature.DayOfYear => "day of year",
            CalendarFeature.WeekOfYear => "week of year",
            CalendarFeature.MonthOfYear => "month of year",
            CalendarFeature.Quarter => "quarter",
            CalendarFeature.IsWeekend => "is weekend",
            _ => "year",
        };
        return IsCircle(feature) ? [name + " sine", name + " cosine"] : [name];
    }

    /// <summary>The place on the circle, 0 to below 1; of what is no circle, the value itself.</summary>
    private static double Position(DateTime time, CalendarFeature feature) => feature switch
    {
        CalendarFeature.MinuteOfHour => time.Minute / 60.0,
        CalendarFeature.HourOfDay => time.TimeOfDay.TotalHours / 24,
        CalendarFeature.DayOfWeek => ((int)time.DayOfWeek + 6) % 7 / 7.0,
        CalendarFeature.DayOfMonth => (time.Day - 1.0) / DateTime.DaysInMonth(time.Year, time.Month),
        CalendarFeature.DayOfYear => YearPassed(time),
        CalendarFeature.WeekOfYear => (time.DayOfYear - 1) / 7 / (365.25 / 7),
        CalendarFeature.MonthOfYear => (time.Month - 1) / 12.0,
        CalendarFeature.Quarter => (time.Month - 1) / 3 / 4.0,
        CalendarFeature.IsWeekend => Frequency.IsWeekend(time) ? 1 : 0,
        _ => (time.Year - 2000 + YearPassed(time)) / 10,
    };

    private static double YearPassed(DateTime time) => (time.DayOfYear - 1.0) / (DateTime.IsLeapYear(time.Year) ? 366 : 365);
}
