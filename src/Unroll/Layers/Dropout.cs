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

    /// <summary>
    /// Whether the same values are dropped at all steps of a sequence [batch, time, …], as Gal and Ghahramani 2016 do within
    /// recurrent layers ("variational" or "locked" dropout). Default: false.
    /// </summary>
    public bool Variational { get; init; }

    /// <inheritdoc/>
    protected override void Validate() => Report((Rate is not (>= 0 and < 1), $"rate must be in [0, 1), but is {Rate}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random) => !Variational || sample.Rank > 1
        ? sample
        : throw new ShapeException($"{Title} is Variational, so it needs samples [time, …], but got {sample}. Give the layer below ReturnSequences.");

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        if (!pass.Training || Rate == 0) return input;
        var shape = input.Values.Shape;
        var mask = Workspace.New(Variational ? shape.With(1, 1) : shape);
        pass.Random.Derive(Name).FillDropoutMask(mask.Values, Rate);
        return input with { Values = input.Values * mask };
    }
}
