namespace Unroll.Evaluation;

/// <summary>The line a + b t through evenly spaced values, by ordinary least squares; t counts from 0.</summary>
/// <param name="Start">a, the line's height at the first value.</param>
/// <param name="Slope">b, the change per step.</param>
internal readonly record struct StraightLine(double Start, double Slope)
{
    /// <summary>The height at a time, which may lie beyond the values.</summary>
    internal double At(double time) => Start + (Slope * time);

    /// <summary>The line that fits best; level for a single value.</summary>
    /// <param name="values">At least one value.</param>
    internal static StraightLine Through(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var middle = (values.Length - 1) / 2.0;
        var (moment, spread) = (0.0, 0.0);
        for (var t = 0; t < values.Length; t++)
        {
            moment += (t - middle) * (values[t] - mean);
            spread += (t - middle) * (t - middle);
        }

        var slope = spread > 0 ? moment / spread : 0;
        return new StraightLine(mean - (slope * middle), slope);
    }

    /// <summary>The mean; exactly the value where all are the same.</summary>
    internal static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value - values[0];
        return values[0] + (sum / values.Length);
    }
}
