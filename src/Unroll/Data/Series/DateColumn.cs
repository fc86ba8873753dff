namespace Unroll.Data;

/// <summary>A column whose cells are dates: how they are written and how sure that is.</summary>
/// <param name="Column">Its number.</param>
/// <param name="Shape">How dates are written.</param>
/// <param name="Share">How many of the cells that are not missing are such dates, 0 to 1.</param>
/// <param name="HasClock">Whether a clock stands behind the dates.</param>
/// <param name="Repeats">Whether a time comes up more than once.</param>
/// <param name="Rival">Another way to read all the cells just as well, or null.</param>
internal sealed record DateColumn(int Column, DateShape Shape, double Share, bool HasClock, bool Repeats, DateShape? Rival)
{
    private const int Sample = 100;

    /// <summary>The share of cells that must be dates for a column to be taken for one.</summary>
    public const double Enough = .95;

    /// <summary>Looks for the shape that fits most cells of a column; where several fit as well, for the one that makes
    /// times rise in small steps.</summary>
    /// <returns>Null when no shape fits half of the first cells.</returns>
    public static DateColumn? Of(SeriesTable table, int column, CellNumbers numbers, bool isNamed)
    {
        var cells = table.Rows.Select(row => row.Fields[column]).Where(cell => !numbers.IsMissing(cell)).ToArray();
        var sample = cells.AsSpan(0, Math.Min(Sample, cells.Length)).ToArray();
        Trial? best = null;
        DateShape? rival = null;
        foreach (var shape in Enum.GetValues<DateShape>())
        {
            if (sample.Length == 0 || (!isNamed && !DateText.IsTelling(shape))) continue;
            if (2 * sample.Count(cell => DateText.TryRead(shape, cell, out _, out _)) < sample.Length) continue;
            var trial = Trial.Of(shape, cells);
            if (best is not { } known || trial.Fits > known.Fits) (best, rival) = (trial, null);
            else if (trial.Fits == known.Fits) (best, rival) = trial.IsBetterThan(known) ? (trial, known.Shape) : (known, shape);
        }

        return best is { } found
            ? new DateColumn(column, found.Shape, found.Fits / (double)cells.Length, found.HasClock, found.Repeats, rival)
            : null;
    }

    /// <summary>All cells read in one shape.</summary>
    private readonly record struct Trial(DateShape Shape, int Fits, bool HasClock, bool Repeats, int Backwards, long Longest)
    {
        public static Trial Of(DateShape shape, string[] cells)
        {
            var trial = new Trial(shape, 0, false, false, 0, 0);
            var seen = new HashSet<DateTime>(cells.Length);
            DateTime? last = null;
            int forwards = 0, backwards = 0;
            foreach (var cell in cells)
            {
                if (!DateText.TryRead(shape, cell, out var time, out var hasClock)) continue;
                var step = last is { } before ? (time - before).Ticks : 0;
                (forwards, backwards) = (forwards + (step > 0 ? 1 : 0), backwards + (step < 0 ? 1 : 0));
                trial = trial with
                {
                    Fits = trial.Fits + 1,
                    HasClock = trial.HasClock || hasClock,
                    Repeats = !seen.Add(time) || trial.Repeats,
                    Longest = Math.Max(trial.Longest, Math.Abs(step)),
                };
                last = time;
            }

            // A file may stand newest row first.
            return trial with { Backwards = Math.Min(forwards, backwards) };
        }

        public bool IsBetterThan(Trial other) => (Backwards, Longest).CompareTo((other.Backwards, other.Longest)) < 0;
    }
}
