namespace Unroll;

/// <summary>Applies a layer to every step of a sequence by itself.</summary>
/// <remarks>
/// Input [batch, time, …], output [batch, time, …]: each step is a sample to the inner layer. <see cref="Dense"/> and
/// <see cref="Dropout"/> take sequences as they are; this is for layers that do not, such as a recurrent layer over the
/// words of each sentence of a document. A mask passes by; the inner layer does not see it. Weights: those of <c>inner</c>.
/// <code>new TimeDistributed(new Flatten())</code>
/// </remarks>
/// <param name="inner">The layer.</param>
public sealed class TimeDistributed(Layer inner) : Layer
{
    /// <summary>The layer that every step goes through.</summary>
    public Layer Inner { get; } = inner;

    internal override IEnumerable<Layer> Children => [Inner];

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank < 2) throw new ShapeException($"{Title} needs samples [time, …], but got {sample}. Use its inner layer alone.");
        return BuildChild(Inner, "inner", sample.Remove(0), random).Insert(0, sample[0]);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var shape = input.Values.Shape;
        if (pass.Observer is not null) pass = Watched(pass, shape);
        // Every step is a sequence of its own to the inner layer, which carries nothing from one to the next.
        var y = Inner.Call(input.Values.Reshape(shape.Remove(0).With(0, shape[0] * shape[1])), pass with { State = null }).Values;
        return input with { Values = Whole(y, shape) };
    }

    /// <summary>[batch * time, …] -> [batch, time, …]</summary>
    private static Tensor Whole(Tensor y, Shape shape) => y.Reshape(y.Shape.With(0, shape[1]).Insert(0, shape[0]));

    private static Pass Watched(Pass pass, Shape shape) => pass with { Observer = pass.Observer!.Within(x => Whole(x, shape), "step") };
}
