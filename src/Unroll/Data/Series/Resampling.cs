namespace Unroll.Data;

/// <summary>Gathers the rows of a series into longer periods.</summary>
internal sealed class Resampling(Frequency frequency, ResampleRule rule, IReadOnlyDictionary<string, ResampleRule> rules, bool partial)
{
    /// <summary>Parts of periods that were left out at the ends of series.</summary>
    public int Cut { get; private set; }

    /// <summary>Rows on weekends that were left out, where the periods are business days.</summary>
    public int Weekends { get; private set; }

    public Series Apply(Series series)
    {
        if (series.Times is not { } times)
            throw new DataException($"Series '{series.Id}' has no times, so it cannot be resampled. Read it with a time column.");
        if (series.Frequency is { } fine && Length(fine) > Length(frequency))
            throw new OptionException($"Rows of one {fine} cannot be resampled to one {frequency}: periods must be at least as long as rows.");

        var spans = Spans(series, times);
        if (spans.Count == 0)
            throw new DataException($"Series '{series.Id}' has no whole {frequency}. Resample to shorter periods, or keep parts with partial = true.");
        var columns = series.Columns.ToDictionary(
            column => column,
            column => Reduce(series[column], spans, rules.TryGetValue(column, out var own) ? own : rule));
        return new Series(series.Id, columns, [.. spans.Select(span => span.Time)], frequency, series.Statics);
    }

    /// <summary>The periods, oldest first: when each begins and its rows; periods without rows among them.</summary>
    private List<(DateTime Time, int Start, int End)> Spans(Series series, IReadOnlyList<DateTime> times)
    {
        var spans = new List<(DateTime Time, int Start, int End)>();
        var origin = times.Count > 0 ? Origin(times[0]) : default;
        for (var row = 0; row < times.Count; row++)
        {
            if (frequency.IsBusiness && Frequency.IsWeekend(times[row]))
            {
                Weekends++;
                continue;
            }

            var begin = Begin(times[row], origin);
            while (spans.Count > 0 && frequency.After(spans[^1].Time, 1) is var next && next < begin) spans.Add((next, row, row));
            if (spans.Count > 0 && spans[^1].Time == begin) spans[^1] = spans[^1] with { End = row + 1 };
            else spans.Add((begin, row, row + 1));
        }

        if (!partial) CutParts(series, times, spans);
        return spans;
    }

    /// <summary>A period is whole when the row before its first, and the one after its last, would lie outside.</summary>
    private void CutParts(Series series, IReadOnlyList<DateTime> times, List<(DateTime Time, int Start, int End)> spans)
    {
        if (series.Frequency is not { } fine || spans.Count == 0) return;
        var before = spans.Count;
        if (fine.After(times[^1], 1) < frequency.After(spans[^1].Time, 1)) spans.RemoveAt(spans.Count - 1);
        if (spans.Count > 0 && fine.After(times[0], -1) >= spans[0].Time) spans.RemoveAt(0);
        Cut += before - spans.Count;
    }

    /// <summary>Where periods of several units are counted from; single ones lie where the calendar has them.</summary>
    private DateTime Origin(DateTime first) => frequency.Unit switch
    {
        TimeUnit.Week => first.Date.AddDays(-(((int)first.DayOfWeek + 6) % 7)),
        TimeUnit.Month or TimeUnit.Year => new DateTime(1, 1, 1),
        TimeUnit.Day when frequency.IsBusiness && Frequency.IsWeekend(first) => frequency.After(first.Date, 1),
        _ => first.Date,
    };

    private DateTime Begin(DateTime time, DateTime origin)
    {
        var size = frequency.Count * (frequency.Unit == TimeUnit.Year ? 12L : 1);
        if (frequency.Unit is TimeUnit.Month or TimeUnit.Year)
        {
            // Quarters begin in January whatever the first row; the year 0 is counted from for years by decades.
            var months = Frequency.MonthNumber(time) / size * size;
            return months < 12 ? DateTime.MinValue : new DateTime((int)(months / 12), (int)(months % 12) + 1, 1);
        }

        if (frequency.IsBusiness)
        {
            new Frequency(TimeUnit.Day) { SkipsWeekends = true }.TrySteps(origin, time.Date, out var days);
            return frequency.After(origin, (int)(days / size));
        }

        var ticks = Frequency.TicksOf(frequency.Unit) * size;
        return origin.AddTicks((time - origin).Ticks / ticks * ticks);
    }

    private static double[] Reduce(ReadOnlySpan<double> values, List<(DateTime Time, int Start, int End)> spans, ResampleRule rule)
    {
        var reduced = new double[spans.Count];
        for (var i = 0; i < reduced.Length; i++) reduced[i] = Reduce(values[spans[i].Start..spans[i].End], rule);
        return reduced;
    }

    private static double Reduce(ReadOnlySpan<double> values, ResampleRule rule)
    {
        double first = double.NaN, last = double.NaN, least = double.NaN, greatest = double.NaN, sum = 0;
        var count = 0;
        foreach (var value in values)
        {
            if (double.IsNaN(value)) continue;
            if (count++ == 0) (first, least, greatest) = (value, value, value);
            (last, least, greatest, sum) = (value, Math.Min(least, value), Math.Max(greatest, value), sum + value);
        }

        if (count == 0) return double.NaN;
        return rule switch
        {
            ResampleRule.Sum => count == values.Length ? sum : double.NaN,
            ResampleRule.First => first,
            ResampleRule.Last => last,
            ResampleRule.Min => least,
            ResampleRule.Max => greatest,
            _ => sum / count,
        };
    }

    private static double Length(Frequency frequency) => Frequency.TicksOf(frequency.Unit) * (double)frequency.Count;
}
