namespace Unroll;

/// <summary>The state of a <see cref="Qrnn"/>.</summary>
/// <param name="Hidden">The output h, [batch, units].</param>
/// <param name="Cell">The pooled state c, [batch, units].</param>
/// <param name="Seen">The last steps of the input, oldest first, [batch, (window - 1) * features].</param>
public sealed record QrnnState(Tensor Hidden, Tensor Cell, Tensor Seen) : RecurrentState, IRecurrentState<QrnnState>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden, Cell, Seen];

    /// <inheritdoc/>
    public override IReadOnlyList<string> PartNames => ["h", "c", "seen"];

    /// <inheritdoc/>
    public static QrnnState FromParts(ReadOnlySpan<Tensor> parts) => new(parts[0], parts[1], parts[2]);
}

/// <summary>
/// The quasi-recurrent layer: a convolution over the last few steps makes the gates, and pooling alone is recurrent. Bradbury
/// et al. 2017, "Quasi-Recurrent Neural Networks", equations 1 and 4 (fo-pooling).
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [window * features, 3 units] in the order n f o, the oldest step first; bias [3 units].
/// </para>
/// <code>
/// n, f, o = tanh, σ, σ of [x_{t-k+1} … x_t] W + b
/// c' = f ∘ c + (1 - f) ∘ n
/// h' = o ∘ c'
/// </code>
/// <para>Before the first step stand zeros. A masked step leaves the window as it is, too.</para>
/// <code>Sequential model = [new Qrnn(64) { Window = 3, ReturnSequences = true }, new Qrnn(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Qrnn(int units) : SteppedRecurrent<QrnnState>(units)
{
    private Tensor kernel = null!;
    private Tensor? bias;
    private int features;

    /// <summary>Steps that the convolution sees, at least 1. Default: 2.</summary>
    public int Window { get; init; } = 2;

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [[Units], [Units], [(Window - 1) * features]];

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        features = step[0];
        kernel = AddParameter("kernel", [Window * features, 3 * Units], KernelInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [3 * Units], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override QrnnState Step(Tensor x, QrnnState state)
    {
        var window = Window == 1 ? x : Tensor.Concat(1, state.Seen, x);
        var gates = window.Linear(kernel, bias);
        Tensor Gate(int number) => gates.Slice(1, number * Units, Units);
        var f = Traced("f", Gate(1).Sigmoid());
        var cell = (f * state.Cell) + ((1 - f) * Traced("n", Gate(0).Tanh()));
        return new(Traced("o", Gate(2).Sigmoid()) * cell, cell, Window == 1 ? state.Seen : window.Slice(1, features, (Window - 1) * features));
    }

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
        [.. base.Faults(), (Window < 1, $"Window must be at least 1, but is {Window}")];
}
