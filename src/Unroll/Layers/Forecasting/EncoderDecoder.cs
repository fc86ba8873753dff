namespace Unroll;

/// <summary>
/// Reads the past with one network and walks the future with another, so that a forecast is a sequence of its own. Cho et al.
/// 2014; Sutskever, Vinyals and Le 2014.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, lookback + horizon, features], of whose last <see cref="Horizon"/> steps only the last <see cref="KnownFeatures"/>
/// are known (a calendar, a plan) and read; output [batch, horizon, units]. Weights: those of <c>encoder</c> and <c>decoder</c>.
/// </para>
/// <code>
/// context = encoder(x_1 … x_lookback)
/// input of the decoder at a step = [context, known features of that step]
/// </code>
/// <para>
/// Where both are recurrent layers of one kind with states of one size, the decoder starts from the encoder's last state, and gradients
/// go back through it; else from its own. A mask [batch, lookback + horizon] says which steps of the past are real.
/// </para>
/// <code>Sequential model = [new EncoderDecoder(new Lstm(32), new Lstm(32) { ReturnSequences = true }, 24) { KnownFeatures = 3 }, new Dense(1)];</code>
/// <para>It needs the whole sequence, so a model that contains it cannot be stepped.</para>
/// </remarks>
/// <param name="encoder">Any layer that makes [batch, units] of a sequence: recurrent, <see cref="Bidirectional"/>, <see cref="Stacked"/> …</param>
/// <param name="decoder">A recurrent layer that returns sequences.</param>
/// <param name="horizon">Steps of the future, at least 1.</param>
public sealed class EncoderDecoder(Layer encoder, Layer decoder, int horizon) : Layer
{
    private bool handsStateOver;

    /// <summary>The layer that reads the past.</summary>
    public Layer Encoder { get; } = encoder;

    /// <summary>The recurrent layer that walks the future.</summary>
    public Layer Decoder { get; } = decoder;

    /// <summary>Steps of the future.</summary>
    public int Horizon { get; } = horizon;

    /// <summary>How many features, the last ones, are known in the future. Default: 0.</summary>
    public int KnownFeatures { get; init; }

    /// <summary>
    /// Whether the decoder sees the context at every step. Without it the decoder must start from the encoder's state and have
    /// known features. Default: true.
    /// </summary>
    public bool RepeatContext { get; init; } = true;

    internal override IEnumerable<Layer> Children => [Encoder, Decoder];

    internal override bool NeedsWholeSequence => true;

    internal override bool KeepsTime => false;

    internal override int FutureSteps => Horizon;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Horizon < 1, $"horizon must be at least 1, but is {Horizon}"),
        (KnownFeatures < 0, $"KnownFeatures must be 0 or more, but is {KnownFeatures}"),
        (Encoder is Recurrent { ReturnSequences: true }, "the encoder must not return sequences"),
        (Decoder is not Recurrent { ReturnSequences: true, GoBackwards: false, Stateful: false },
            "the decoder must be a recurrent layer with ReturnSequences, neither backwards nor stateful"),
        (!RepeatContext && KnownFeatures == 0, "without RepeatContext there must be KnownFeatures, or the decoder sees nothing"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        ForecastWindow.CheckSample(this, sample, Horizon, Math.Max(1, KnownFeatures), "those known in the future");
        var context = BuildChild(Encoder, "encoder", sample.With(0, sample[0] - Horizon), random);
        if (context.Rank != 1)
        {
            throw new ShapeException(
                $"{Title} needs an encoder that makes [batch, units], but {Encoder.Title} makes {context} of a sample. Take the last step alone.");
        }

        var output = BuildChild(Decoder, "decoder", [Horizon, (RepeatContext ? context[0] : 0) + KnownFeatures], random);
        handsStateOver = ((Recurrent)Decoder).TakesStatesOf(Encoder);
        return RepeatContext || handsStateOver ? output : throw new OptionException(
            $"{Title}: without RepeatContext the decoder must start from the encoder's state, but {Encoder.Title} and {Decoder.Title} have " +
            "states of different kinds or sizes. Give both the same kind and units, or leave RepeatContext at true.", nameof(RepeatContext));
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        ForecastWindow.CheckInput(this, x.Shape, Horizon);
        var lookback = x.Shape[1] - Horizon;
        var past = new MaskedTensor(x.Slice(1, 0, lookback), ForecastWindow.PastMask(input.Mask, lookback));
        RecurrentState? state = null;
        MaskedTensor context;
        if (handsStateOver) (context, state) = ((Recurrent)Encoder).CallFrom(past, null, pass);
        else context = Encoder.Call(past, pass);
        return ((Recurrent)Decoder).CallFrom(DecoderInput(x, context.Values, lookback), state, pass).Output;
    }

    /// <summary>[batch, horizon, context and known features]</summary>
    private Tensor DecoderInput(Tensor x, Tensor context, int lookback)
    {
        var known = KnownFeatures == 0 ? null : x.Slice(1, lookback, Horizon).Slice(2, x.Shape[2] - KnownFeatures, KnownFeatures);
        if (!RepeatContext) return known!;
        var (batch, width) = (context.Shape[0], context.Shape[1]);
        var repeated = context.Reshape(batch, 1, width) + Workspace.NewZeros([batch, Horizon, width]);
        return known is null ? repeated : Tensor.Concat(2, repeated, known);
    }
}
