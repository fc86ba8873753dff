using System.Globalization;

namespace Unroll.Data;

/// <summary>Writes times of a series in the shortest ISO form that tells its rows apart.</summary>
internal sealed class TimeLabel(IReadOnlyList<DateTime> times, Frequency? frequency)
{
    private readonly string format = Format(times, frequency);

    public string Of(DateTime time) => time.ToString(format, CultureInfo.InvariantCulture);

    private static string Format(IReadOnlyList<DateTime> times, Frequency? frequency)
    {
        var (months, days, clock, seconds) = (false, false, frequency?.Unit < TimeUnit.Day, frequency?.Unit == TimeUnit.Second);
        foreach (var time in times)
        {
            months |= time.Month != 1;
            days |= time.Day != 1;
            clock |= time.TimeOfDay != TimeSpan.Zero;
            seconds |= time.TimeOfDay.Ticks % TimeSpan.TicksPerMinute != 0;
        }

        if (seconds) return "yyyy-MM-dd HH:mm:ss";
        if (clock) return "yyyy-MM-dd HH:mm";
        if (days || frequency?.Unit is not (TimeUnit.Month or TimeUnit.Year)) return "yyyy-MM-dd";
        return months || frequency?.Unit == TimeUnit.Month ? "yyyy-MM" : "yyyy";
    }
}
