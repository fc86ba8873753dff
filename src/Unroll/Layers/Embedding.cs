namespace Unroll;

/// <summary>A trainable vector for each whole number (word, letter, category) below a limit.</summary>
/// <remarks>
/// Input [batch, time] of ids 0 … inputs - 1, output [batch, time, units]. Weights: embeddings [inputs, units].
/// <code>new Embedding(10_000, 8) { MaskZero = true }</code>
/// </remarks>
/// <param name="inputs">How many ids there are, at least 1; the largest id is one less.</param>
/// <param name="units">Length of each vector, at least 1.</param>
public sealed class Embedding(int inputs, int units) : Layer
{
    private Parameter embeddings = null!;
    private Action<Tensor>? changes;

    /// <summary>How many ids there are.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Length of each vector.</summary>
    public int Units { get; } = units;

    /// <summary>Whether id 0 is padding, which the layers behind are to pass over. Default: false.</summary>
    public bool MaskZero { get; init; }

    /// <summary>
    /// Share of the ids whose vectors are zero for a step of training, wherever the id stands, in [0, 1); the others are scaled up
    /// (Gal and Ghahramani 2016; the embedding dropout of Merity, Keskar and Socher 2018). Default: 0.
    /// </summary>
    public float Dropout { get; init; }

    /// <summary>Draws the vectors. Default: uniform in ±0.05, as Keras does.</summary>
    public Initializer EmbeddingsInitializer { get; init; } = Initializer.Uniform(0.05f);

    /// <summary>Changes the vectors [inputs, units]: at once, or as soon as they are drawn.</summary>
    internal void Change(Action<Tensor> change)
    {
        if (IsBuilt) change(embeddings.Value);
        else changes += change;
    }

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Inputs < 1, $"inputs must be at least 1, but is {Inputs}"),
        (Units < 1, $"units must be at least 1, but is {Units}"),
        (Dropout is not (>= 0 and < 1), $"Dropout must be in [0, 1), but is {Dropout}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        embeddings = AddParameter("embeddings", [Inputs, Units], EmbeddingsInitializer, random);
        changes?.Invoke(embeddings.Value);
        return sample.Insert(sample.Rank, Units);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var ids = input.Values;
        var vectors = embeddings.Value.Gather(ids);
        if (pass.Training && Dropout > 0) vectors *= Kept(ids, Inputs, Dropout, pass.Random.Derive(Name));
        if (pass.Observer is not null) vectors = pass.Observer.OnEmbedding(vectors, run: 1);
        if (!MaskZero) return input with { Values = vectors };
        if (ids.Rank != 2)
        {
            throw new ShapeException(
                $"{Title} with MaskZero needs ids [batch, time], but got {ids.Shape}. Reshape them or turn MaskZero off.");
        }

        var mask = Workspace.New(ids.Shape);
        for (var i = 0; i < ids.Length; i++) mask.Values[i] = ids.Values[i] == 0 ? 0 : 1;
        return new MaskedTensor(vectors, mask);
    }

    /// <summary>What the vector at each place is multiplied by, the same wherever an id stands: [..., 1].</summary>
    internal static Tensor Kept(Tensor ids, int inputs, float rate, Rng random)
    {
        var kept = Workspace.New([inputs]);
        random.FillDropoutMask(kept.Values, rate);
        var factors = Workspace.New(ids.Shape.Insert(ids.Rank, 1));
        for (var place = 0; place < ids.Length; place++) factors.Values[place] = kept.Values[(int)ids.Values[place]];
        return factors;
    }
}
