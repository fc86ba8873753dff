namespace Unroll;

/// <summary>What a step of a <see cref="Seq2Seq"/> decoder is given beside the token before.</summary>
public enum DecoderFeeding
{
    /// <summary>Nothing: attention is asked after each step, and all steps of a known target are computed at once.</summary>
    None,

    /// <summary>What the step before made of its attention ("input feeding", Luong, Pham and Manning 2015, section 3.3).</summary>
    Output,

    /// <summary>The context that the state before the step attends to (Bahdanau, Cho and Bengio 2015).</summary>
    Context,
}

/// <summary>
/// Reads a sequence of tokens and writes another, token by token: an encoder, a decoder and the attention between them. Sutskever,
/// Vinyals and Le 2014; Cho et al. 2014; Bahdanau, Cho and Bengio 2015; Luong, Pham and Manning 2015.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time] of ids. The targets, [batch, steps] of ids with <see cref="End"/> behind the last token and 0 as padding, are
/// known in training and evaluation (<see cref="Pass.Targets"/>): every step is then given the true token before it (teacher
/// forcing), and the output is [batch, steps, ids] of logits with the targets' mask, or with <see cref="Copy"/> [batch, steps, 1] of the
/// targets' log-likelihoods. Without targets the most probable token of each step is fed to the next, and the output is
/// [batch, <see cref="MaxLength"/>, 1] of ids.
/// </para>
/// <para>
/// An encoder that puts out [batch, time, features] makes a memory for the attention; one that puts out [batch, features] makes a
/// context that every step is given, and takes no attention.
/// </para>
/// <code>
/// s_0 = tanh(m W_s + b_s)                       for each part of each layer's state; m the mean of the memory, or the context
/// h_j = decoder(E[y_j-1], h_j-1)                beside E[y_j-1] what Feeding says
/// c_j = attention(h_j, memory)                  (Feeding = Context: attention(h_j-1, memory))
/// o_j = tanh([h_j c_j] W_o + b_o)               without attention o_j = h_j
/// p(y_j) = softmax(o_j V + b)                   with TieWeights V = E'
/// </code>
/// <para>
/// Weights: those of <c>encoder</c>, <c>embedding</c>, <c>decoder_0</c> …, <c>attention</c>; <c>state_kernel</c> [features, all parts],
/// <c>state_bias</c>; <c>output_kernel</c> [units + features, units], <c>output_bias</c>; <c>kernel</c> [units, ids], <c>bias</c> [ids]; with
/// Copy <c>copy_kernel</c> [units, 1], <c>copy_bias</c>.
/// </para>
/// <code>
/// var encoder = new Stacked(new Embedding(8000, 256) { MaskZero = true }, new Bidirectional(new Lstm(128) { ReturnSequences = true }));
/// Sequential model = [new Seq2Seq(encoder, [new Lstm(256) { ReturnSequences = true }], 6000) { Attention = new MultiplicativeAttention() }];
/// </code>
/// </remarks>
/// <param name="encoder">Reads ids [batch, time].</param>
/// <param name="decoder">Recurrent layers, each on the output of the one before; all return sequences.</param>
/// <param name="ids">How many ids a target may have, at least 4.</param>
public sealed partial class Seq2Seq(Layer encoder, IReadOnlyList<Layer> decoder, int ids) : Layer
{
    /// <summary>The id that a target begins behind: that of <c>&lt;bos&gt;</c>.</summary>
    public const int Begin = Data.Text.Vocabulary.Start;

    /// <summary>The id that ends a target: that of <c>&lt;eos&gt;</c>.</summary>
    public const int End = Data.Text.Vocabulary.End;

    private Embedding? embedding;
    private Attention? attention;
    private Recurrent[] layers = [];
    private Tensor stateKernel = null!, stateBias = null!, bias = null!;
    private Tensor? outputKernel, outputBias, kernel, copyKernel, copyBias;

    /// <summary>Reads the input.</summary>
    public Layer Encoder { get; } = encoder;

    /// <summary>The recurrent layers that write.</summary>
    public IReadOnlyList<Layer> Decoder { get; } = decoder;

    /// <summary>How many ids a target may have.</summary>
    public int Ids { get; } = ids;

    /// <summary>Finds what of the input matters to a step; null: every step is given the encoder's last output. Default: null.</summary>
    public Layer? Attention { get; init; }

    /// <summary>What a step is given beside the token before. Ignored without attention. Default: nothing.</summary>
    public DecoderFeeding Feeding { get; init; }

    /// <summary>Length of the vectors of target tokens; 0: as many values as the last decoder layer puts out. Default: 0.</summary>
    public int EmbeddingUnits { get; init; }

    /// <summary>
    /// The name of an embedding within the encoder whose vectors are those of target tokens, too, for a vocabulary that both sides
    /// share; null: target tokens have vectors of their own. Default: null.
    /// </summary>
    public string? SharedEmbedding { get; init; }

    /// <summary>Whether the vectors of target tokens score them, too, as in <see cref="TiedDense"/>. Default: false.</summary>
    public bool TieWeights { get; init; }

    /// <summary>
    /// Whether a step may copy a token of the input instead of choosing one of its vocabulary: the pointer of See, Liu and Manning
    /// 2017. Both sides must share their vocabulary, and there must be attention. To be trained with
    /// <see cref="Loss.NegativeLogLikelihood"/>. Default: false.
    /// </summary>
    public bool Copy { get; init; }

    /// <summary>Share of the values of token vectors, of layers' outputs and of o_j that is dropped in training, in [0, 1). Default: 0.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Share of the steps of training that are given the model's own choice instead of the true token before, in [0, 1]; the steps are
    /// then computed one by one. Bengio et al. 2015, "Scheduled Sampling". Default: 0.
    /// </summary>
    public float ScheduledSampling { get; init; }

    /// <summary>The most tokens that are written where no target is known, at least 1. Default: 100.</summary>
    public int MaxLength { get; init; } = 100;

    internal override IEnumerable<Layer> Children
    {
        get
        {
            yield return Encoder;
            if (SharedEmbedding is null && embedding is not null) yield return embedding;
            foreach (var layer in Decoder) yield return layer;
            if (Attention is not null) yield return Attention;
        }
    }

    internal override bool NeedsWholeSequence => true;

    internal override bool KeepsTime => false;

    private bool AttendsFirst => Attention is not null && Feeding == DecoderFeeding.Context;

    private bool FeedsOutput => Attention is not null && Feeding == DecoderFeeding.Output;

    private int Units => layers[^1].OutputShape[^1];

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Ids < 4, $"ids must be at least 4, but is {Ids}"),
        (Decoder.Count == 0 || Decoder.Any(layer => layer is not Recurrent { ReturnSequences: true, GoBackwards: false, Stateful: false }),
            "the decoder must be recurrent layers with ReturnSequences, neither backwards nor stateful"),
        (EmbeddingUnits < 0, $"EmbeddingUnits must be 0 (as the decoder) or more, but is {EmbeddingUnits}"),
        (Dropout is not (>= 0 and < 1), $"Dropout must be in [0, 1), but is {Dropout}"),
        (ScheduledSampling is not (>= 0 and <= 1), $"ScheduledSampling must be in [0, 1], but is {ScheduledSampling}"),
        (MaxLength < 1, $"MaxLength must be at least 1, but is {MaxLength}"),
        (Attention is not (null or Unroll.Attention), "its Attention must be an attention, such as MultiplicativeAttention"),
        (Copy && Attention is null, "Copy needs an Attention, which tells what to copy"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 1) throw new ShapeException($"{Title} needs samples [time] of ids, but got {sample}. Feed ids [batch, time].");
        var memory = BuildChild(Encoder, "encoder", sample, random);
        if (memory.Rank != (Attention is null ? 1 : 2))
        {
            throw new ShapeException(Attention is null
                ? $"{Title} has no Attention, so its encoder must make [batch, features], but makes {memory} of a sample. Take the last step alone, " +
                  "or give an Attention."
                : $"{Title} has an Attention, so its encoder must make [batch, time, features], but makes {memory} of a sample. Give its last layer " +
                  "ReturnSequences.");
        }

        var features = memory[^1];
        layers = [.. Decoder.Cast<Recurrent>()];
        var units = layers[^1].Units;
        BuildEmbedding(EmbeddingUnits > 0 ? EmbeddingUnits : units, random);
        var width = embedding!.Units + (Attention is null || AttendsFirst ? features : FeedsOutput ? units : 0);
        for (var place = 0; place < layers.Length; place++) width = BuildChild(layers[place], $"decoder_{place}", [1, width], random)[^1];
        BuildAttention(features, random);
        var parts = layers.Sum(layer => layer.PartShapes.Sum(part => part.Size));
        stateKernel = AddParameter("state_kernel", [features, parts], Initializer.GlorotUniform, random).Value;
        stateBias = AddParameter("state_bias", [parts], Initializer.Zeros, random).Value;
        if (TieWeights && embedding!.Units != Units)
        {
            throw new OptionException(
                $"{Title}: TieWeights needs token vectors as wide as the decoder's output, but they have {embedding!.Units} and {Units} values. " +
                $"Set EmbeddingUnits to {Units}.", nameof(TieWeights));
        }

        if (!TieWeights) kernel = AddParameter("kernel", [Units, Ids], Initializer.GlorotUniform, random).Value;
        bias = AddParameter("bias", [Ids], Initializer.Zeros, random).Value;
        return [MaxLength, 1];
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var memory = Read(input, pass);
        return pass.Targets is { } targets ? Teach(memory, targets, pass) : Write(memory);
    }

    private void BuildEmbedding(int width, Rng random)
    {
        if (SharedEmbedding is null)
        {
            embedding = new Embedding(Ids, width);
            BuildChild(embedding, "embedding", [1], random);
            return;
        }

        embedding = Within(Encoder).OfType<Embedding>().FirstOrDefault(layer => layer.Name == SharedEmbedding) ?? throw new OptionException(
            $"{Title}: the encoder has no embedding '{SharedEmbedding}'. Give the Name of one, or leave SharedEmbedding out.", nameof(SharedEmbedding));
        if (embedding.Inputs != Ids)
        {
            throw new OptionException(
                $"{Title}: the shared embedding has {embedding.Inputs} ids, but targets have {Ids}. Give both as many.", nameof(SharedEmbedding));
        }
    }

    private void BuildAttention(int features, Rng random)
    {
        attention = (Attention?)Attention;
        if (attention is null) return;
        attention.MeetMemory([1, features]);
        var context = BuildChild(attention, "attention", [1, Units], random)[^1];
        outputKernel = AddParameter("output_kernel", [Units + context, Units], Initializer.GlorotUniform, random).Value;
        outputBias = AddParameter("output_bias", [Units], Initializer.Zeros, random).Value;
        if (!Copy) return;
        copyKernel = AddParameter("copy_kernel", [Units, 1], Initializer.GlorotUniform, random).Value;
        copyBias = AddParameter("copy_bias", [1], Initializer.Ones, random).Value;
    }

    private static IEnumerable<Layer> Within(Layer layer) => layer.Children.SelectMany(Within).Prepend(layer);
}
