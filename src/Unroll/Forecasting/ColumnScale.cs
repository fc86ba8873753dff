namespace Unroll.Forecasting;

/// <summary>The scale of a column of a series: (value - center) / size.</summary>
/// <param name="Center">What is subtracted.</param>
/// <param name="Size">What is divided by; never 0.</param>
public readonly record struct ColumnScale(double Center, double Size)
{
    /// <summary>Leaves values as they are.</summary>
    public static ColumnScale None { get; } = new(0, 1);

    /// <summary>The scale of values, those that are missing aside; a column of equal values, or without any, has the size 1.</summary>
    internal static ColumnScale Of(ReadOnlySpan<double> values, SeriesScaling scaling)
    {
        if (scaling == SeriesScaling.None) return None;
        var (count, sum, low, high) = (0, 0.0, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsNaN(value)) continue;
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
            sum += value;
            count++;
        }

        if (count == 0) return None;
        if (scaling == SeriesScaling.MinMax) return new(low, high > low ? high - low : 1);
        var (mean, squares) = (sum / count, 0.0);
        foreach (var value in values)
        {
            if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);
        }

        var deviation = Math.Sqrt(squares / count);
        return new(mean, high > low && deviation > 0 ? deviation : 1);
    }

    /// <summary>Scales a value.</summary>
    public double Apply(double value) => (value - Center) / Size;

    /// <summary>Brings a scaled value back.</summary>
    public double Restore(double value) => Center + (value * Size);
}
