namespace Unroll.Data;

/// <summary>What a <see cref="Frequency"/> counts in, shortest first.</summary>
public enum TimeUnit
{
    /// <summary>A second.</summary>
    Second,

    /// <summary>60 seconds.</summary>
    Minute,

    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>24 hours.</summary>
    Day,

    /// <summary>7 days.</summary>
    Week,

    /// <summary>A month of the calendar, 28 to 31 days.</summary>
    Month,

    /// <summary>A year of the calendar.</summary>
    Year,
}
