namespace Unroll.Data;

/// <summary>Makes one row of those that have the same time.</summary>
internal static class RepeatedTimes
{
    /// <summary>Rows in the order of time, each time once.</summary>
    /// <param name="rows">Rows in the order of time.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="rule">What becomes of them; null: their mean if clocks were put back, else a fault.</param>
    /// <param name="notes">Is told the lines.</param>
    /// <exception cref="DataException">Several rows have one time, and the rule refuses that.</exception>
    public static SeriesRows Merge(SeriesRows rows, string file, DuplicateTimes? rule, ReadingNotes notes)
    {
        var starts = new List<int>(rows.Times.Length);
        var repeats = new List<int>();
        for (var row = 0; row < rows.Times.Length; row++)
        {
            if (row > 0 && rows.Times[row] == rows.Times[row - 1]) repeats.Add(row);
            else starts.Add(row);
        }

        if (repeats.Count == 0) return rows;
        var summer = rule is null && DaylightSaving.IsPutBack(rows.Times, repeats);
        if ((rule ?? DuplicateTimes.Refuse) == DuplicateTimes.Refuse && !summer) throw Refused(rows, repeats, file);
        var how = rule ?? DuplicateTimes.Mean;
        var done = how switch
        {
            DuplicateTimes.First => "the first row of each counts",
            DuplicateTimes.Last => "the last row of each counts",
            DuplicateTimes.Sum => "rows of one time became their sum",
            _ => "rows of one time became their mean",
        };
        var seen = summer ? "The time is that of the row before where clocks are put back, in {0}" : "Times come up again in {0}";
        foreach (var row in repeats) notes.Mark($"{seen} ({{1}} in all); {done}.", rows.Lines[row]);

        var firsts = starts.ToArray();
        if (how == DuplicateTimes.First) return rows.Take(firsts);
        if (how == DuplicateTimes.Last) return rows.Take([.. firsts.Select((_, i) => EndOf(i) - 1)]);
        return rows.Take(firsts) with
        {
            Values = Array.ConvertAll(rows.Values, column => firsts.Select((start, i) => Merged(column.AsSpan(start, EndOf(i) - start), how)).ToArray()),
        };

        int EndOf(int i) => i + 1 < firsts.Length ? firsts[i + 1] : rows.Times.Length;
    }

    private static double Merged(ReadOnlySpan<double> values, DuplicateTimes how)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            if (double.IsNaN(value)) continue;
            (sum, count) = (sum + value, count + 1);
        }

        return count == 0 ? double.NaN : how == DuplicateTimes.Sum ? sum : sum / count;
    }

    private static DataException Refused(SeriesRows rows, List<int> repeats, string file)
    {
        var row = repeats[0];
        return new DataException(
            $"The time {TimeOrder.Shown(rows.Times[row])} stands in line {rows.Lines[row - 1]} already; {repeats.Count} of {rows.Times.Length} rows " +
            $"repeat a time ({ReadingNotes.Lines([.. repeats.Select(repeat => rows.Lines[repeat])])}). Set DuplicateTimes to First, Last, Mean or Sum, " +
            "or name the Id column if the file holds several series.")
        {
            File = file,
            Line = rows.Lines[row],
        };
    }
}
