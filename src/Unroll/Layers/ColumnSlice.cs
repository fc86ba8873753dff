namespace Unroll;

/// <summary>Some columns of each step: the part of the last axis that a layer behind it is to see.</summary>
/// <remarks>
/// Input [..., width]; output [..., count], or, of a single column without a count, [...]. A mask passes by. Where a step is the id of
/// a word and those of its letters:
/// <code>
/// // Lample et al. 2016: what a word is, beside how it is written. An input of [batch, time, 1 + 12] ids.
/// Sequential model =
/// [
///     new Branches(
///         new Stacked(new ColumnSlice(0), new Embedding(20_000, 100)),
///         new Stacked(new ColumnSlice(1, 12), new TimeDistributed(new Stacked(
///             new Embedding(100, 25) { MaskZero = true }, new Bidirectional(new Lstm(25)))))) { Merge = MergeMode.Concat },
///     new Bidirectional(new Lstm(100) { ReturnSequences = true }), new Dense(9), new ConditionalRandomField(),
/// ];
/// </code>
/// </remarks>
/// <param name="first">The first column, from 0.</param>
/// <param name="count">How many columns, at least 1; null: the one, whose axis falls away.</param>
public sealed class ColumnSlice(int first, int? count = null) : Layer
{
    /// <summary>The first column, from 0.</summary>
    public int First { get; } = first;

    /// <summary>How many columns; null: the one, whose axis falls away. Default: null.</summary>
    public int? Count { get; } = count;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (First < 0, $"first must be 0 or more, but is {First}"), (Count < 1, $"count must be at least 1, but is {Count}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        var end = First + (Count ?? 1);
        if (sample.Rank == 0 || end > sample[^1])
        {
            throw new ShapeException(
                $"{Title} takes the columns {First} to {end - 1} of the last axis, but got samples {sample}. Feed at least {end} columns or take others.");
        }

        return Count is { } width ? sample.With(sample.Rank - 1, width) : sample.Remove(sample.Rank - 1);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        if (x.Shape[^1] != InputShape[^1])
            throw new ShapeException($"{Title} was built for {InputShape[^1]} columns but got {x.Shape}. Feed {InputShape[^1]} columns or build a new layer.");
        var columns = x.Slice(x.Rank - 1, First, Count ?? 1);
        return input with { Values = Count is null ? columns.Reshape(x.Shape.Remove(x.Rank - 1)) : columns };
    }
}
