namespace Unroll;

/// <summary>What a number may be.</summary>
/// <param name="Text">In words, after "must be".</param>
/// <param name="Holds">Whether a number is so; false for NaN.</param>
internal sealed record OptionRange(string Text, Func<float, bool> Holds)
{
    /// <summary>A share that leaves something: what is kept from step to step.</summary>
    public static OptionRange Share { get; } = new("in [0, 1)", value => value is >= 0 and < 1);

    public static OptionRange NotNegative { get; } = new("0 or more", value => value is >= 0 and < float.PositiveInfinity);
}
