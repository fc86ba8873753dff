namespace Unroll.Data;

/// <summary>
/// What a fitted scaler knows, as plain values that a saved model can carry. A column's value becomes
/// (value - centre) / scale.
/// </summary>
/// <param name="Kind">Which scaler it was: "standard" or "min-max".</param>
/// <param name="Center">What is subtracted, one number for each column.</param>
/// <param name="Scale">What is divided by, one number for each column; never 0.</param>
public sealed record ScalerParameters(string Kind, double[] Center, double[] Scale)
{
    /// <summary>The lowest result on the training rows. Only for "min-max". Default 0.</summary>
    public double Low { get; init; }

    /// <summary>The highest result on the training rows. Only for "min-max". Default 1.</summary>
    public double High { get; init; } = 1;
}
