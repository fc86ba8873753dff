namespace Unroll.Cli.Drawing.Charts;

/// <summary>Leaves out points of a long line that nobody would see.</summary>
internal static class Thinning
{
    /// <summary>
    /// Places of the points to draw: of every stretch its lowest and its highest, so that no peak is lost, and the
    /// first and the last of all. A stretch without a drawable value keeps one place, so that a gap stays a gap.
    /// </summary>
    /// <param name="values">The line's values.</param>
    /// <param name="most">About how many points to keep, at least 4.</param>
    public static IReadOnlyList<int> Extremes(IReadOnlyList<double> values, int most)
    {
        if (values.Count <= most) return [.. Enumerable.Range(0, values.Count)];
        var kept = new SortedSet<int> { 0, values.Count - 1 };
        var stretches = most / 2;
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var from = (int)((long)stretch * values.Count / stretches);
            var to = (int)((long)(stretch + 1) * values.Count / stretches);
            var (lowest, highest) = (-1, -1);
            for (var i = from; i < to; i++)
            {
                if (!Axis.Drawable(values[i])) continue;
                if (lowest < 0 || values[i] < values[lowest]) lowest = i;
                if (highest < 0 || values[i] > values[highest]) highest = i;
            }

            kept.Add(lowest < 0 ? from : lowest);
            kept.Add(highest < 0 ? from : highest);
        }

        return [.. kept];
    }

    /// <summary>Evenly spread places, the first and the last among them.</summary>
    /// <param name="count">How many places there are.</param>
    /// <param name="most">How many to keep at most, at least 2.</param>
    public static IReadOnlyList<int> Even(int count, int most) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)))];
}
