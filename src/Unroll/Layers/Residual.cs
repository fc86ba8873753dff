namespace Unroll;

/// <summary>Adds a layer's input to its output, so that deep stacks can be trained: the layer learns a change. He et al. 2016.</summary>
/// <remarks>
/// Input and output have the same shape. Weights: those of <c>inner</c>.
/// <code>Sequential model = [new Lstm(64) { ReturnSequences = true }, new Residual(new Lstm(64) { ReturnSequences = true }), …];</code>
/// </remarks>
/// <param name="inner">The layer; its output must have the shape of its input.</param>
public sealed class Residual(Layer inner) : Layer
{
    /// <summary>The layer whose input is added to its output.</summary>
    public Layer Inner { get; } = inner;

    internal override IEnumerable<Layer> Children => [Inner];

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        var output = BuildChild(Inner, "inner", sample, random);
        return output == sample ? sample : throw new ShapeException(
            $"{Title} adds input and output, but {Inner.Title} makes {output} of {sample}. " +
            $"Give it as many units as it has features{(output.Rank < sample.Rank ? ", and ReturnSequences" : "")}.");
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var output = Inner.Call(input, pass);
        return output with { Values = input.Values + output.Values };
    }
}
