namespace Unroll;

/// <summary>Layers one behind the other as a single layer, to stand where one layer does: within <see cref="TimeDistributed"/>, say.</summary>
/// <remarks>
/// <para>Weights: those of the layers, each under its place: <c>0/kernel</c>.</para>
/// <code>
/// // Hierarchical attention (Yang et al. 2016): words make sentences, sentences make a document of ids [batch, sentences, words].
/// Sequential model =
/// [
///     new TimeDistributed(new Stacked(
///         new Embedding(10_000, 64) { MaskZero = true }, new Bidirectional(new Gru(32) { ReturnSequences = true }), new AttentionPooling(64))),
///     new Masking(),                                     // sentences without words
///     new Bidirectional(new Gru(32) { ReturnSequences = true }), new AttentionPooling(64),
///     new Dense(5) { Activation = Activation.Softmax },
/// ];
/// </code>
/// </remarks>
/// <param name="layers">The layers, at least one.</param>
public sealed class Stacked(params IReadOnlyList<Layer> layers) : Layer
{
    /// <summary>The layers, in the order of their use.</summary>
    public IReadOnlyList<Layer> Layers { get; } = layers;

    internal override IEnumerable<Layer> Children => Layers;

    internal override bool KeepsTime => AllKeepTime(Layers);

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Layers.Count == 0, "it has no layers"), (Layers.Distinct().Count() < Layers.Count, "a layer stands in it twice"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        for (var place = 0; place < Layers.Count; place++)
            sample = BuildChild(Layers[place], $"{place}", sample, random);
        return sample;
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        for (var place = 0; place < Layers.Count; place++) input = Layers[place].Call(input, pass);
        return input;
    }
}
