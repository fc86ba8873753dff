using System.Globalization;

namespace Unroll.Data;

/// <summary>Brings the rows of a series into the order of time.</summary>
internal static class TimeOrder
{
    /// <summary>Rows with the oldest first; those of one time keep their order.</summary>
    /// <exception cref="DataException">They stand in no order, and sorting is not allowed.</exception>
    public static SeriesRows Sort(SeriesRows rows, string file, UnorderedTimes rule, ReadingNotes notes)
    {
        var times = rows.Times;
        int forwards = 0, first = 0;
        var backwards = new List<int>();
        for (var row = 1; row < times.Length; row++)
        {
            if (times[row] > times[row - 1]) forwards++;
            if (times[row] < times[row - 1]) backwards.Add(row);
            if (backwards.Count == 1 && first == 0) first = row;
        }

        if (backwards.Count == 0) return rows;
        if (forwards == 0)
        {
            notes.Mark("The newest row stood first; rows were turned round, from {0} down.", rows.Lines[0]);
        }
        else if (rule == UnorderedTimes.Refuse)
        {
            throw new DataException(
                $"Time goes backwards: {Shown(times[first])} follows {Shown(times[first - 1])}, as in {backwards.Count} of {times.Length} rows. " +
                "Sort the file by time, or set UnorderedTimes = Sort.")
            {
                File = file,
                Line = rows.Lines[first],
            };
        }
        else
        {
            foreach (var row in backwards) notes.Mark("Time goes backwards in {0} ({1} in all); rows were sorted by time.", rows.Lines[row]);
        }

        return rows.Take([.. Enumerable.Range(0, times.Length).OrderBy(row => times[row])]);
    }

    public static string Shown(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
