namespace Unroll;

/// <summary>
/// Sets values to zero at random while training, and scales up the others, so that their expected value stays the
/// same; does nothing in inference. Srivastava et al. 2014.
/// </summary>
/// <param name="rate">Share of the values that is dropped, from 0 up to but not including 1.</param>
public sealed class Dropout(float rate) : Layer
{
    /// <summary>Share of the values that is dropped.</summary>
    public float Rate { get; } = rate;

    /// <inheritdoc/>
    protected override void Validate() => Report((Rate is not (>= 0 and < 1), $"rate must be in [0, 1), but is {Rate}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random) => sample;

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        if (!pass.Training || Rate == 0) return input;
        var mask = Workspace.New(input.Values.Shape);
        pass.Random.Derive(Name).FillDropoutMask(mask.Values, Rate);
        return input with { Values = input.Values * mask };
    }
}
