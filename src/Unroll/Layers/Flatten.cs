namespace Unroll;

/// <summary>All values of a sample in one row: [batch, …] -> [batch, features]. A mask ends here.</summary>
public sealed class Flatten : Layer
{
    internal override bool NeedsWholeSequence => InputShape.Rank > 1;

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random) => [sample.Size];

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        return x.Reshape(x.Shape[0], x.Length / x.Shape[0]);
    }
}
