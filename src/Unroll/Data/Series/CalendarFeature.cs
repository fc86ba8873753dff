namespace Unroll.Data;

/// <summary>What a time says about its place in the hour, day, week and year.</summary>
public enum CalendarFeature
{
    /// <summary>Minutes past the hour, a circle of 60: a sine and a cosine.</summary>
    MinuteOfHour,

    /// <summary>Hours past midnight, minutes as fractions, a circle of 24: a sine and a cosine.</summary>
    HourOfDay,

    /// <summary>Days since Monday, a circle of 7: a sine and a cosine.</summary>
    DayOfWeek,

    /// <summary>Days since the first of the month, a circle of the month's length: a sine and a cosine.</summary>
    DayOfMonth,

    /// <summary>Days since the first of January, a circle of the year's length: a sine and a cosine.</summary>
    DayOfYear,

    /// <summary>Weeks since the first of January, a circle of 52.18 (365.25 / 7): a sine and a cosine.</summary>
    WeekOfYear,

    /// <summary>Months since January, a circle of 12: a sine and a cosine.</summary>
    MonthOfYear,

    /// <summary>Quarters since January, a circle of 4: a sine and a cosine.</summary>
    Quarter,

    /// <summary>1 on Saturdays and Sundays, else 0.</summary>
    IsWeekend,

    /// <summary>Decades since the beginning of 2000, days as fractions: a slow trend, 2.45 in July 2024.</summary>
    Year,
}
