namespace Unroll.Data;

/// <summary>Puts frames together: one behind the other, or side by side.</summary>
internal static class SeriesJoin
{
    /// <summary>The rows of a second frame behind those of a first, series by series.</summary>
    public static SeriesFrame Behind(SeriesFrame first, SeriesFrame second)
    {
        var joined = new List<Series>();
        foreach (var one in first)
        {
            var next = second[one.Id];
            var columns = one.Columns.ToDictionary(column => column, column => (double[])[.. one[column], .. next[column]]);
            IReadOnlyList<DateTime>? times = one.Times is { } before && next.Times is { } after ? [.. before, .. after] : null;
            joined.Add(new Series(one.Id, columns, times, one.Frequency, one.Statics));
        }

        return new SeriesFrame(joined, [.. first.Notes, .. second.Notes]);
    }

    /// <summary>
    /// The columns of a second frame beside those of a first: in each row the latest value at or before its time; missing before
    /// the first of them.
    /// </summary>
    /// <param name="first">Keeps its rows.</param>
    /// <param name="second">A frame of one series, or of the same series as the first.</param>
    /// <param name="delay">How many of its rows later a value is known.</param>
    public static SeriesFrame Beside(SeriesFrame first, SeriesFrame second, int delay)
    {
        var joined = new List<Series>();
        foreach (var one in first)
        {
            var other = second.Count == 1 ? second[0] : second[one.Id];
            if (one.Times is not { } times || other.Times is not { } others)
            {
                throw new DataException(
                    $"Series '{DataException.Shown(one.Id)}' and '{DataException.Shown(other.Id)}' can be joined by time only, and one of them has no dates.");
            }

            var wide = one;
            foreach (var column in other.Columns)
            {
                if (one.Columns.Contains(column))
                    throw new DataException("Both files have this column. Rename it in one of them, or name the columns wanted of each.") { Column = column };
                wide = wide.With(column, Latest(times, others, other[column], delay));
            }

            joined.Add(wide);
        }

        return new SeriesFrame(joined, [.. first.Notes, .. second.Notes]);
    }

    private static double[] Latest(IReadOnlyList<DateTime> times, IReadOnlyList<DateTime> others, ReadOnlySpan<double> values, int delay)
    {
        var found = new double[times.Count];
        var next = 0;
        for (var row = 0; row < found.Length; row++)
        {
            while (next < others.Count && others[next] <= times[row]) next++;
            var place = next - 1 - delay;
            found[row] = place < 0 ? double.NaN : values[place];
        }

        return found;
    }
}
