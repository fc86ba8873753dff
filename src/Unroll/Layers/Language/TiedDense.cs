using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// Scores every word by how its vector in an embedding of the same model agrees with what comes in: a last layer without a matrix
/// of its own. Press and Wolf 2017, "Using the Output Embedding to Improve Language Models"; Inan et al. 2017.
/// </summary>
/// <remarks>
/// Input [..., units], as wide as the vectors; output [..., ids], logits. Weights: bias [ids], and the embedding's
/// [ids, units], which stays the embedding's. A mask passes through.
/// <code>
/// y = x Eᵀ + b
/// Sequential model = [new Embedding(10_000, 200), new Lstm(200) { ReturnSequences = true }, new TiedDense("embedding")];
/// </code>
/// </remarks>
/// <param name="embedding">The name of the embedding, which stands before this layer.</param>
public sealed class TiedDense(string embedding) : Layer
{
    private Embedding? source;
    private Tensor? bias;

    /// <summary>The name of the embedding.</summary>
    public string Embedding { get; } = embedding;

    /// <summary>Whether a bias is added. Default: true.</summary>
    public bool UseBias { get; init; } = true;

    internal override void Meet(IReadOnlyList<Layer> layers) => source = layers.OfType<Embedding>().FirstOrDefault(layer => layer.Name == Embedding);

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (source is null)
        {
            throw new OptionException(
                $"{Title}: no embedding '{Embedding}' stands before it in the model. Give the Name of one, or take a Dense layer.", nameof(Embedding));
        }

        if (sample.Rank == 0 || sample[^1] != source.Units)
        {
            throw new ShapeException(
                $"{Title} compares with the vectors of '{Embedding}', which have {source.Units} values, but got samples {sample}. " +
                $"Give the layer below {source.Units} units.");
        }

        bias = UseBias ? AddParameter("bias", [source.Inputs], Initializer.Zeros, random).Value : null;
        return sample.With(sample.Rank - 1, source.Inputs);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass) =>
        input with { Values = TransposedLinearOp.Apply(input.Values, source!.Parameters[0].Value, bias) };
}
