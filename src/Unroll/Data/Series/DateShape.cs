namespace Unroll.Data;

/// <summary>How the date is written in a column of times; those from <see cref="ShortYearMonthDay"/> on need a telling column name.</summary>
internal enum DateShape
{
    /// <summary>2024-03-01, 2024/3/1, 2024. 3. 1., 2024년 3월 1일.</summary>
    YearMonthDay,

    /// <summary>01/03/2024, 1.3.24.</summary>
    DayMonthYear,

    /// <summary>03/01/2024, 3/1/24.</summary>
    MonthDayYear,

    /// <summary>1 Mar 2024, March 1, 2024, 2024-Mar-01, Mar-24, Mar 2024.</summary>
    NamedMonth,

    /// <summary>2024-03, 2024/3.</summary>
    YearMonth,

    /// <summary>03/2024.</summary>
    MonthYear,

    /// <summary>2024Q1, Q1 2024, 2024M03, 2024-W09.</summary>
    Coded,

    /// <summary>20240301, and with a clock 2024030113, 202403011305, 20240301130500.</summary>
    Compact,

    /// <summary>24-03-01.</summary>
    ShortYearMonthDay,

    /// <summary>240301, and 50301 for 2005-03-01.</summary>
    CompactShort,

    /// <summary>202403.</summary>
    CompactMonth,

    /// <summary>2024.</summary>
    Year,

    /// <summary>1-03: March of the first year.</summary>
    CountedYearMonth,
}
