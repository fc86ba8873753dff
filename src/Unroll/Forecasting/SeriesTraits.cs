using Unroll.Data;
using Unroll.Evaluation;

namespace Unroll.Forecasting;

/// <summary>What is worth knowing of series before a model is chosen for them.</summary>
/// <remarks>Everything is measured on the first rows alone, those that a back-test does not test on.</remarks>
/// <param name="Rows">Rows of the longest series, those to be forecast left out.</param>
/// <param name="Season">Rows of the season that the series have; 1 for none.</param>
/// <param name="IsProportional">Whether changes grow with the level, so that logarithms are the better scale.</param>
/// <param name="HasGaps">Whether values are missing.</param>
internal sealed record SeriesTraits(int Rows, int Season, bool IsProportional, bool HasGaps)
{
    private const int SeriesLookedAt = 50;
    private const int SeasonsNeeded = 3;
    private const int LongestUnknownSeason = 200;
    private const double Seasonal = 0.3;
    private const double ClearlySeasonal = 0.5; // without dates, when any lag may be one
    private const double Proportional = 0.5;

    /// <summary>Looks at series.</summary>
    /// <param name="frame">The series.</param>
    /// <param name="targets">The columns to forecast.</param>
    /// <param name="share">Share of the rows to look at, from the first on.</param>
    public static SeriesTraits Of(SeriesFrame frame, IReadOnlyList<string> targets, double share)
    {
        var (heads, rows, gaps) = (new List<double[]>(), 0, false);
        foreach (var series in frame)
        {
            foreach (var target in targets)
            {
                var known = series[target].TrimEnd(double.NaN);
                rows = Math.Max(rows, known.Length);
                gaps |= known.Contains(double.NaN);
                if (heads.Count < SeriesLookedAt) heads.Add([.. known[..(int)(known.Length * share)].ToArray().Where(value => !double.IsNaN(value))]);
            }
        }

        var isPositive = heads.All(head => head.All(value => value > 0));
        var season = SeasonOf(heads, frame.Frequency);
        var growth = isPositive ? heads.Select(head => Growth(head, Math.Max(season, 12))).Where(double.IsFinite).DefaultIfEmpty(0).Average() : 0;
        return new SeriesTraits(rows, season, growth > Proportional, gaps);
    }

    /// <summary>The shortest of the frequency's usual seasons that shows; without dates, the lag that shows most clearly.</summary>
    private static int SeasonOf(List<double[]> heads, Frequency? frequency)
    {
        if (frequency is { } known) return known.Seasons.FirstOrDefault(season => season > 1 && Strength(heads, season) > Seasonal, 1);
        var longest = Math.Min(LongestUnknownSeason, heads.Max(head => head.Length) / SeasonsNeeded);
        if (longest < 3) return 1;
        var best = Enumerable.Range(2, longest - 1).MaxBy(season => Strength(heads, season));
        return Strength(heads, best) > ClearlySeasonal ? best : 1;
    }

    private static double Strength(List<double[]> heads, int season) =>
        heads.Where(head => head.Length >= SeasonsNeeded * season).Select(head => Strength(head, season)).DefaultIfEmpty(0).Average();

    /// <summary>The autocorrelation of changes at a lag, which a season makes large and a trend does not.</summary>
    private static double Strength(double[] values, int season)
    {
        var changes = new double[Math.Max(0, values.Length - 1)];
        for (var i = 0; i < changes.Length; i++) changes[i] = values[i + 1] - values[i];
        if (changes.Length <= season) return 0;
        var mean = changes.Average();
        var (together, own) = (0.0, 0.0);
        for (var i = 0; i < changes.Length; i++)
        {
            own += (changes[i] - mean) * (changes[i] - mean);
            if (i >= season) together += (changes[i] - mean) * (changes[i - season] - mean);
        }

        return own > 0 ? together / own * changes.Length / (changes.Length - season) : 0;
    }

    /// <summary>The correlation of the level of stretches with the size of their changes.</summary>
    private static double Growth(double[] values, int stretch)
    {
        var count = values.Length / stretch;
        if (count < 4) return double.NaN;
        var (levels, changes) = (new double[count], new double[count]);
        for (var part = 0; part < count; part++)
        {
            var rows = values.AsSpan(part * stretch, stretch);
            for (var i = 0; i < stretch; i++)
            {
                levels[part] += rows[i] / stretch;
                if (i > 0) changes[part] += Math.Abs(rows[i] - rows[i - 1]);
            }
        }

        return ForecastErrors.From(levels, changes).Correlation;
    }
}
