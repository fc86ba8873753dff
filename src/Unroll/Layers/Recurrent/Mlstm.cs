namespace Unroll;

/// <summary>The state of an <see cref="Mlstm"/>; width is units / heads.</summary>
/// <param name="Hidden">The hidden state h, [batch, units].</param>
/// <param name="Memory">The matrix memory C of each head, scaled by e^-m, [batch, heads, width, width].</param>
/// <param name="Normalizer">The normaliser n of each head, scaled alike, [batch, heads, width].</param>
/// <param name="Stabilizer">The stabiliser m of each head, [batch, heads].</param>
public sealed record MlstmState(Tensor Hidden, Tensor Memory, Tensor Normalizer, Tensor Stabilizer)
    : RecurrentState, IRecurrentState<MlstmState>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden, Memory, Normalizer, Stabilizer];

    /// <inheritdoc/>
    public override IReadOnlyList<string> PartNames => ["h", "C", "n", "m"];

    /// <inheritdoc/>
    public static MlstmState FromParts(ReadOnlySpan<Tensor> parts) => new(parts[0], parts[1], parts[2], parts[3]);
}

/// <summary>
/// The mLSTM of xLSTM: an LSTM whose memory is a matrix that stores values under keys and is asked by queries. Beck et al.
/// 2024, "xLSTM", equations 19 to 27.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 4 units + 2 heads] in the order q k v o i f, bias alike. Each head has its
/// own gates i and f and d = units / heads values of q, k and v.
/// </para>
/// <code>
/// q = x W_q + b_q     k = (x W_k + b_k) / √d     v = x W_v + b_v
/// m' = max(log σ(f~) + m, i~)     i = e^(i~ - m')     f = e^(log σ(f~) + m - m')
/// C' = f C + i v kᵀ               n' = f n + i k
/// h' = σ(o~) ∘ (C' q) / max(|n'ᵀ q|, e^-m')
/// </code>
/// <para>The gates see the input alone: there is no recurrent kernel, its initialiser and dropout have no effect.</para>
/// <code>Sequential model = [new Mlstm(64) { Heads = 4 }, new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Mlstm(int units) : SteppedRecurrent<MlstmState>(units)
{
    private Tensor kernel = null!;
    private Tensor? bias;

    /// <summary>Number of heads, at least 1; the units are divided among them. Default: 1.</summary>
    public int Heads { get; init; } = 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [[Units], [Heads, Width, Width], [Heads, Width], [Heads]];

    private int Width => Units / Heads;

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], (4 * Units) + (2 * Heads)], KernelInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [(4 * Units) + (2 * Heads)], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

    /// <inheritdoc/>
    protected override MlstmState Step(Tensor x, MlstmState state)
    {
        var batch = x.Shape[0];
        Tensor Part(int number) => x.Slice(1, number * Units, Units).Reshape(batch, Heads, Width);
        Tensor query = Part(0), key = Part(1) / MathF.Sqrt(Width), value = Part(2);
        var (input, forget, stabilizer) = ExponentialGates.Of(
            x.Slice(1, 4 * Units, Heads), x.Slice(1, (4 * Units) + Heads, Heads), state.Stabilizer);
        Tensor i = Traced("i", input).Reshape(batch, Heads, 1), f = Traced("f", forget).Reshape(batch, Heads, 1);
        var stored = value.Reshape(batch, Heads, Width, 1) * (i * key).Reshape(batch, Heads, 1, Width); // v kᵀ
        var memory = (f.Reshape(batch, Heads, 1, 1) * state.Memory) + stored;
        var normalizer = (f * state.Normalizer) + (i * key);
        var answer = (memory * query.Reshape(batch, Heads, 1, Width)).Sum(3);
        var weight = (normalizer * query).Sum(2).Abs();
        var least = (-stabilizer).Exp();
        var divisor = (least + (weight - least).Relu()).Reshape(batch, Heads, 1); // the larger of the two
        var hidden = Traced("o", Part(3).Sigmoid()) * answer / divisor;
        return new(hidden.Reshape(batch, Units), memory, normalizer, stabilizer);
    }

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        .. base.Faults(),
        (Heads < 1, $"Heads must be at least 1, but is {Heads}"),
        (Heads >= 1 && Units % Heads != 0, $"units must be a multiple of Heads, but {Units} is none of {Heads}"),
    ];
}
