namespace Unroll.Data;

/// <summary>
/// Scales each column to mean 0 and standard deviation 1 over the training rows (the deviation of the whole
/// population: divided by the number of rows). A column that is constant in training becomes its distance from that
/// constant: 0 there, and its deviation is taken as 1.
/// </summary>
public sealed class StandardScaler : Scaler
{
    internal const string Name = "standard";

    /// <inheritdoc/>
    public override string Kind => Name;

    private protected override (double Center, double Scale) FitColumn(ReadOnlySpan<double> column)
    {
        double sum = 0, squares = 0, low = column[0], high = column[0];
        foreach (var value in column)
        {
            sum += value;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low == high) return (low, 1); // compared exactly: a rounded mean would leave a tiny deviation
        var mean = sum / column.Length;
        foreach (var value in column) squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / column.Length));
    }
}
