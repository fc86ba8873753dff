using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// A trainable vector for each run of some neighbouring ids, such as pairs of words: runs are hashed into buckets, and those of one
/// bucket share a vector. With a mean behind it, it is the bag of n-grams of fastText (Joulin et al. 2017).
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time] of ids, output [batch, time, units]: at each step the vector of the run that ends there. Weights: embeddings
/// [buckets, units]. Id 0 is padding. Steps whose run is not whole (the first ones, and those that padding or a masked step is part
/// of) are masked, and their vectors are zeros.
/// </para>
/// <code>
/// h_t = ((x_{t-n+1} 16777619 + x_{t-n+2}) 16777619 + …) + x_t, modulo 2^32     bucket = ⌊(2654435769 h_t mod 2^32) buckets / 2^32⌋
/// </code>
/// <code>
/// Sequential model = // words and pairs of words
/// [
///     new Branches(
///         new Stacked(new Embedding(20_000, 16) { MaskZero = true }, new GlobalAveragePooling1d()),
///         new Stacked(new NGramEmbedding(1 &lt;&lt; 18, 16), new GlobalAveragePooling1d())) { Merge = MergeMode.Concat },
///     new Dense(1) { Activation = Activation.Sigmoid },
/// ];
/// </code>
/// <para>It looks at several steps at once, so a model that contains it cannot be stepped.</para>
/// </remarks>
/// <param name="buckets">Number of vectors, from 1 to 16,777,216.</param>
/// <param name="units">Length of each vector, at least 1.</param>
public sealed class NGramEmbedding(int buckets, int units) : Layer
{
    private const int MostBuckets = 1 << 24; // ids are numbers that 32-bit floating point holds exactly
    private const uint RunFactor = 16777619;
    private const uint SpreadFactor = 2654435769;

    private Parameter embeddings = null!;

    /// <summary>Number of vectors.</summary>
    public int Buckets { get; } = buckets;

    /// <summary>Length of each vector.</summary>
    public int Units { get; } = units;

    /// <summary>Ids of a run, at least 1. Default: 2.</summary>
    public int Length { get; init; } = 2;

    /// <summary>
    /// Share of the buckets whose vectors are zero for a step of training, wherever their runs stand, in [0, 1); the others are scaled
    /// up. Rare runs are soon known by heart, which this hinders. Default: 0.
    /// </summary>
    public float Dropout { get; init; }

    /// <summary>Draws the vectors. Default: uniform in ±0.05.</summary>
    public Initializer EmbeddingsInitializer { get; init; } = Initializer.Uniform(0.05f);

    internal override bool NeedsWholeSequence => Length > 1;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Buckets is < 1 or > MostBuckets, $"buckets must be from 1 to {MostBuckets}, but is {Buckets}"),
        (Units < 1, $"units must be at least 1, but is {Units}"),
        (Length < 1, $"Length must be at least 1, but is {Length}"),
        (Dropout is not (>= 0 and < 1), $"Dropout must be in [0, 1), but is {Dropout}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 1) throw new ShapeException($"{Title} needs samples [time] of ids, but got {sample}. Put it in front of other layers.");
        embeddings = AddParameter("embeddings", [Buckets, Units], EmbeddingsInitializer, random);
        return [sample[0], Units];
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var (ids, time) = (input.Values, input.Values.Shape[1]);
        var (runs, mask) = (Workspace.New(ids.Shape), Workspace.New(ids.Shape));
        for (var place = 0; place < ids.Length; place++)
        {
            var isWhole = place % time >= Length - 1;
            var hash = 0u;
            for (var i = place - Length + 1; i <= place && isWhole; i++)
            {
                isWhole = ids.Values[i] != 0 && (input.Mask is null || input.Mask.Values[i] != 0);
                hash = (hash * RunFactor) + (uint)ids.Values[i];
            }

            mask.Values[place] = isWhole ? 1 : 0;
            runs.Values[place] = isWhole ? (uint)(((ulong)(hash * SpreadFactor) * (ulong)Buckets) >> 32) : 0;
        }

        var vectors = SelectOp.Apply(mask, embeddings.Value.Gather(runs), null);
        if (pass.Training && Dropout > 0) vectors *= Embedding.Kept(runs, Buckets, Dropout, pass.Random.Derive(Name));
        if (pass.Observer is not null) vectors = pass.Observer.OnEmbedding(vectors, Length);
        return new MaskedTensor(vectors, mask);
    }
}
