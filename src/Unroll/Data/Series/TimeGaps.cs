namespace Unroll.Data;

/// <summary>Finds rows that lie further apart than the frequency, and puts in rows without values.</summary>
internal sealed class TimeGaps(Frequency frequency, GapRule? rule, string file, ReadingNotes notes)
{
    /// <summary>More rows than this are never put in: one wrong date in a file would take all memory.</summary>
    private const int MostMissing = 10_000_000;

    /// <summary>Closes the gaps, or says where they are.</summary>
    /// <param name="rows">Rows in the order of time, each time once.</param>
    /// <exception cref="DataException">There are gaps, or rows off the grid, that the rule does not allow.</exception>
    public SeriesRows Close(SeriesRows rows)
    {
        var steps = new long[rows.Times.Length];
        var missing = 0L;
        List<int> gaps = [], off = [];
        for (var row = 1; row < steps.Length; row++)
        {
            if (frequency.IsBusiness && Frequency.IsWeekend(rows.Times[row - 1])) continue; // that row is off the grid, not this one
            if (!frequency.TrySteps(rows.Times[row - 1], rows.Times[row], out steps[row]) || steps[row] == 0) off.Add(row);
            else if (steps[row] > 1) gaps.Add(row);
            missing += Math.Max(0, steps[row] - 1);
        }

        if (off.Count > 0 && rule is GapRule.Refuse or GapRule.Missing) throw Off(rows, off);
        foreach (var row in off)
        {
            notes.Mark(
                frequency.IsBusiness && Frequency.IsWeekend(rows.Times[row])
                    ? "Rows of business days lie on weekends in {0} ({1} in all); they were kept."
                    : $"Rows do not lie a whole number of times one {frequency} after the row before in {{0}} ({{1}} in all); they were kept.",
                rows.Lines[row]);
        }

        if (gaps.Count == 0) return rows;
        if (rule == GapRule.Refuse) throw Refused(rows, gaps, missing);
        var kept = rule switch
        {
            GapRule.Keep => true,
            GapRule.Missing => false,
            _ => off.Count > 0 || missing > steps.Length || frequency.IsBusiness,
        };
        foreach (var row in gaps) notes.Mark(Sentence(rows, row, kept), rows.Lines[row], (int)Math.Min(steps[row] - 1, int.MaxValue / 4));
        if (kept) return rows;
        return missing <= MostMissing ? Widen(rows, steps, (int)missing) : throw Refused(rows, gaps, missing);
    }

    private string Sentence(SeriesRows rows, int row, bool kept)
    {
        if (kept)
        {
            return $"Before {{0}} there are gaps, of {{1}} times one {frequency} in all; rows were kept as they are. " +
                "Set Gaps = Missing to put in rows without values.";
        }

        return DaylightSaving.IsPutForward(rows.Times[row - 1], rows.Times[row], frequency)
            ? "Rows are left out where clocks are put forward, before {0}; rows without values stand for them, {1} in all."
            : "Rows are left out before {0}; rows without values stand for them, {1} in all.";
    }

    private SeriesRows Widen(SeriesRows rows, long[] steps, int missing)
    {
        var length = rows.Times.Length + missing;
        var (lines, times) = (new int[length], new DateTime[length]);
        var values = Array.ConvertAll(rows.Values, _ => new double[length]);
        foreach (var column in values) column.AsSpan().Fill(double.NaN);
        var day = rows.Times.All(Frequency.IsMonthEnd) ? 31 : rows.Times.Max(time => time.Day);
        var next = 0;
        for (var row = 0; row < steps.Length; row++)
        {
            for (var step = 1; step < steps[row]; step++)
                (times[next], lines[next++]) = (frequency.After(rows.Times[row - 1], step, day), rows.Lines[row]);
            for (var column = 0; column < values.Length; column++) values[column][next] = rows.Values[column][row];
            (times[next], lines[next++]) = (rows.Times[row], rows.Lines[row]);
        }

        return rows with { Lines = lines, Times = times, Values = values };
    }

    private DataException Off(SeriesRows rows, List<int> off) => Fault(
        rows, off[0],
        $"{TimeOrder.Shown(rows.Times[off[0]])} does not lie a whole number of times one {frequency} after {TimeOrder.Shown(rows.Times[off[0] - 1])}, " +
        $"as in {off.Count} of {rows.Times.Length} rows. Set Frequency if it is another one, leave rows as they are with Gaps = Keep " +
        "and Resample them, or mend the times.");

    private DataException Refused(SeriesRows rows, List<int> gaps, long missing) => Fault(
        rows, gaps[0],
        $"{TimeOrder.Shown(rows.Times[gaps[0]])} follows {TimeOrder.Shown(rows.Times[gaps[0] - 1])}, more than one {frequency} later; " +
        $"{missing} rows are missing in all. Add the rows, check these times, or set Gaps to {(rule == GapRule.Refuse ? "Missing or " : "")}Keep.");

    private DataException Fault(SeriesRows rows, int row, string problem) => new(problem) { File = file, Line = rows.Lines[row] };
}
