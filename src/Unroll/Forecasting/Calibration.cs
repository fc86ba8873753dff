namespace Unroll.Forecasting;

/// <summary>
/// How far each quantile of a forecaster was off on windows that it did not learn from, step by step, so that its intervals hold what they
/// promise: a quantile of level p is moved by the p-quantile of what it was off by. A forecaster that says a single value is one whose
/// quantiles are all that value. Conformal prediction; Romano, Patterson and Candès 2019, applied to each level.
/// </summary>
/// <remarks>
/// With few windows the steps are taken together, each in units of its own spread. For series that change, later windows push out the
/// earliest, and a level that held less or more than it should is moved after each truth, by a rate times what was missing (Gibbs and
/// Candès 2021). The more forecasts are made before the first of them is known to be right or wrong, the lower the rate.
/// </remarks>
internal sealed class Calibration
{
    private const int FewWindows = 100;
    private const int Capacity = 1000;
    private const double Refresh = 0.02;
    private const double HighestRate = 0.02;
    private const double RateOfAll = 0.2;
    private const double Outermost = 0.001;
    private readonly Queue<double>[][] off; // by step and level
    private readonly double[][] levels; // by step, the levels that are read for those that are promised
    private double[][]? offsets;
    private int added;

    /// <summary>Begins without any window.</summary>
    /// <param name="steps">Steps of a forecast.</param>
    public Calibration(int steps)
    {
        off = [.. Enumerable.Range(0, steps).Select(_ => Forecast.Levels.Select(_ => new Queue<double>()).ToArray())];
        levels = [.. Enumerable.Range(0, steps).Select(_ => Forecast.Levels.ToArray())];
    }

    /// <summary>How many forecasts are made before the truth of the first is known. Default: 1.</summary>
    public int Outstanding { get; set; } = 1;

    /// <summary>How many windows are known.</summary>
    public int Count => off[0][0].Count;

    /// <summary>Adds what the quantiles of one step were off by.</summary>
    /// <param name="step">The step.</param>
    /// <param name="offByLevel">By level, the truth less the quantile before it was moved, in units of the window's scale.</param>
    public void Add(int step, ReadOnlySpan<double> offByLevel)
    {
        var rate = Math.Min(HighestRate, RateOfAll / Outstanding);
        for (var level = 0; level < offByLevel.Length; level++)
        {
            if (offsets is not null)
            {
                // A forecast was made by these offsets, and now its truth is known.
                var isBelow = offByLevel[level] < offsets[step][level] ? 1 : 0;
                levels[step][level] = Math.Clamp(levels[step][level] + (rate * (Forecast.Levels[level] - isBelow)), Outermost, 1 - Outermost);
            }

            var queue = off[step][level];
            if (queue.Count == Capacity) queue.Dequeue();
            queue.Enqueue(offByLevel[level]);
        }

        added++;
    }

    /// <summary>By level, by how much the quantiles of a step are to be moved, in units of a window's scale.</summary>
    public ReadOnlySpan<double> Offsets(int step)
    {
        if (offsets is null || added > Refresh * Count * off.Length)
        {
            offsets = Compute();
            added = 0;
        }

        return offsets[step];
    }

    /// <summary>The offsets of several targets, by target, step and level; null where one of them knows no window.</summary>
    public static double[][][]? AllOffsets(IReadOnlyList<Calibration> targets) => targets.Any(one => one.Count == 0)
        ? null
        : [.. targets.Select(one => one.Compute())];

    private double[][] Compute()
    {
        var found = new double[off.Length][];
        for (var step = 0; step < found.Length; step++) found[step] = new double[Forecast.Levels.Count];
        for (var level = 0; level < Forecast.Levels.Count; level++)
        {
            double[]? together = null;
            double[] spread = [.. off.Select(step => Spread(step[level]))];
            if (Count < FewWindows)
            {
                together = [.. off.SelectMany((step, number) => step[level].Select(value => value / spread[number]))];
                Array.Sort(together);
            }

            for (var step = 0; step < found.Length; step++)
            {
                if (together is not null)
                {
                    found[step][level] = spread[step] * Quantile(together, levels[step][level]);
                    continue;
                }

                double[] own = [.. off[step][level]];
                Array.Sort(own);
                found[step][level] = Quantile(own, levels[step][level]);
            }
        }

        return found;
    }

    private static double Spread(Queue<double> values)
    {
        var squares = 0.0;
        foreach (var value in values) squares += value * value;
        return values.Count == 0 || squares == 0 ? 1 : Math.Sqrt(squares / values.Count);
    }

    /// <summary>
    /// The quantile that a further value of the same kind stays below with a probability: of n values the one of rank
    /// p (n + 1), between neighbours in proportion.
    /// </summary>
    private static double Quantile(double[] sorted, double level)
    {
        if (sorted.Length == 0) return 0;
        var rank = Math.Clamp((level * (sorted.Length + 1)) - 1, 0, sorted.Length - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
