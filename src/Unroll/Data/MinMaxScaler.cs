namespace Unroll.Data;

/// <summary>
/// Scales each column so that its training rows fill the range from low to high. Later rows may lie outside. A column
/// that is constant in training becomes low plus its distance from that constant: low there.
/// </summary>
public sealed class MinMaxScaler : Scaler
{
    internal const string Name = "min-max";

    /// <summary>Makes a scaler that is not fitted yet.</summary>
    /// <param name="low">The lowest result on the training rows. Default 0.</param>
    /// <param name="high">The highest result on the training rows, above <paramref name="low"/>. Default 1.</param>
    /// <exception cref="OptionException">The range is empty or not finite.</exception>
    public MinMaxScaler(double low = 0, double high = 1)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high)
            throw new OptionException(FormattableString.Invariant(
                $"MinMaxScaler needs a range with low < high, but got {low} to {high}."));
        Low = low;
        High = high;
    }

    /// <summary>The lowest result on the training rows.</summary>
    public double Low { get; }

    /// <summary>The highest result on the training rows.</summary>
    public double High { get; }

    /// <inheritdoc/>
    public override string Kind => Name;

    private protected override (double Center, double Scale) FitColumn(ReadOnlySpan<double> column)
    {
        double low = column[0], high = column[0];
        foreach (var value in column)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        // Low + (value - low) / scale, written as (value - center) / scale.
        var scale = low == high ? 1 : (high - low) / (High - Low);
        return (low - (Low * scale), scale);
    }

    private protected override ScalerParameters Describe(double[] center, double[] scale) =>
        new(Kind, center, scale) { Low = Low, High = High };
}
