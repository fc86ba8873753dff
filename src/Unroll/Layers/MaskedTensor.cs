namespace Unroll;

/// <summary>
/// What flows from layer to layer: values, and for sequences which of their steps are real. A tensor converts to it
/// by itself, without a mask.
/// </summary>
/// <param name="Values">[batch, ...]; for sequences [batch, time, features].</param>
/// <param name="Mask">[batch, time] of 1 (a real step) and 0 (padding), or null: all steps are real.</param>
public readonly record struct MaskedTensor(Tensor Values, Tensor? Mask = null)
{
    /// <summary>A tensor without a mask.</summary>
    public static implicit operator MaskedTensor(Tensor values) => new(values);

    /// <summary>A tensor without a mask.</summary>
    public static MaskedTensor FromTensor(Tensor values) => new(values);
}
