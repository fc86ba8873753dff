namespace Unroll;

/// <summary>Makes a sequence of a vector by repeating it: from the summary of an encoder to the input of a decoder.</summary>
/// <remarks>
/// Input [batch, features], output [batch, count, features].
/// <code>Sequential model = [new Lstm(64), new RepeatVector(4), new Lstm(64) { ReturnSequences = true }, new Dense(12)];</code>
/// </remarks>
/// <param name="count">How often, at least 1.</param>
public sealed class RepeatVector(int count) : Layer
{
    /// <summary>How often the vector is repeated.</summary>
    public int Count { get; } = count;

    internal override bool NeedsWholeSequence => true;

    /// <inheritdoc/>
    protected override void Validate() => Report((Count < 1, $"count must be at least 1, but is {Count}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random) => sample.Rank == 1
        ? [Count, sample[0]]
        : throw new ShapeException(
            $"{Title} needs samples [features], but got {sample}. Take ReturnSequences off the layer below, so that it gives its last output.");

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        return x.Reshape(x.Shape[0], 1, x.Shape[1]) + Workspace.NewZeros([x.Shape[0], Count, x.Shape[1]]);
    }
}
