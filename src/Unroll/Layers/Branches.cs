namespace Unroll;

/// <summary>Layers side by side: each is given the same input, and their outputs become one.</summary>
/// <remarks>
/// Outputs must have the same shape, but for their last axis with <see cref="MergeMode.Concat"/>. Each branch is one layer;
/// <see cref="Stacked"/> makes one of several. Weights: those of the layers, each under its place: <c>0/kernel</c>. The mask of the
/// output is that of the first branch.
/// <code>
/// // A recurrent network that needs to learn only what a linear model does not see (as in Lai et al. 2018).
/// Sequential model = [new Branches(new Stacked(new Gru(32), new Dense(24)), new Stacked(new Flatten(), new Dense(24)))];
/// </code>
/// </remarks>
/// <param name="layers">The branches, at least one.</param>
public sealed class Branches(params IReadOnlyList<Layer> layers) : Layer
{
    /// <summary>The branches.</summary>
    public IReadOnlyList<Layer> Layers { get; } = layers;

    /// <summary>How the outputs become one. Default: added.</summary>
    public MergeMode Merge { get; init; } = MergeMode.Sum;

    internal override IEnumerable<Layer> Children => Layers;

    internal override bool KeepsTime => AllKeepTime(Layers);

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Layers.Count == 0, "it has no layers"),
        (Layers.Distinct().Count() < Layers.Count, "a layer stands in it twice"),
        (Merge == MergeMode.None, "its outputs must become one; choose another Merge than None"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        var shapes = new Shape[Layers.Count];
        for (var place = 0; place < shapes.Length; place++) shapes[place] = BuildChild(Layers[place], $"{place}", sample, random);
        var last = shapes[0].Rank - 1;
        foreach (var shape in shapes)
        {
            if (shape == shapes[0] || (Merge == MergeMode.Concat && shape.Rank == last + 1 && shape.With(last, 1) == shapes[0].With(last, 1))) continue;
            throw new ShapeException(
                $"{Title} cannot join outputs {shapes[0]} and {shape} by {Merge}. Give all branches the same shape of output" +
                (Merge == MergeMode.Concat ? ", but for the last axis." : ", or join them by Concat."));
        }

        return Merge == MergeMode.Concat ? shapes[0].With(last, shapes.Sum(shape => shape[last])) : shapes[0];
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var joined = Layers[0].Call(input, pass);
        for (var place = 1; place < Layers.Count; place++)
        {
            var next = Layers[place].Call(input, pass).Values;
            joined = joined with
            {
                Values = Merge switch
                {
                    MergeMode.Concat => Tensor.Concat(next.Rank - 1, joined.Values, next),
                    MergeMode.Multiply => joined.Values * next,
                    _ => joined.Values + next,
                },
            };
        }

        return Merge == MergeMode.Average ? joined with { Values = joined.Values * (1f / Layers.Count) } : joined;
    }
}
