namespace Unroll;

/// <summary>The state of an <see cref="Slstm"/>.</summary>
/// <param name="Hidden">The hidden state h, [batch, units].</param>
/// <param name="Cell">The cell state c, scaled by e^-m, [batch, units].</param>
/// <param name="Normalizer">The normaliser n, scaled alike, [batch, units].</param>
/// <param name="Stabilizer">The stabiliser m, [batch, units].</param>
public sealed record SlstmState(Tensor Hidden, Tensor Cell, Tensor Normalizer, Tensor Stabilizer)
    : RecurrentState, IRecurrentState<SlstmState>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden, Cell, Normalizer, Stabilizer];

    /// <inheritdoc/>
    public override IReadOnlyList<string> PartNames => ["h", "c", "n", "m"];

    /// <inheritdoc/>
    public static SlstmState FromParts(ReadOnlySpan<Tensor> parts) => new(parts[0], parts[1], parts[2], parts[3]);
}

/// <summary>
/// The sLSTM of xLSTM: an LSTM whose input gate is an exponential, so that it can revise what it stored, with a normaliser and
/// a stabiliser that keeps the exponentials finite. Beck et al. 2024, "xLSTM", equations 8 to 18.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 4 units], recurrent kernel [units, 4 units], bias [4 units], in the order
/// i f z o.
/// </para>
/// <code>
/// i~ f~ z~ o~ = x W + h U + b
/// m' = max(log σ(f~) + m, i~)                  stabiliser
/// i = e^(i~ - m')    f = e^(log σ(f~) + m - m')
/// c' = f ∘ c + i ∘ tanh(z~)                    n' = f ∘ n + i
/// h' = σ(o~) ∘ c' / n'
/// </code>
/// <para>The forget gate is the sigmoid of the two forms in equation 12. m changes no result, so no gradient goes through it.</para>
/// <code>Sequential model = [new Slstm(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Slstm(int units) : SteppedRecurrent<SlstmState>(units)
{
    private Tensor kernel = null!, recurrentKernel = null!;
    private Tensor? bias;

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [[Units], [Units], [Units], [Units]];

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], 4 * Units], KernelInitializer, random).Value;
        recurrentKernel = AddParameter("recurrent_kernel", [Units, 4 * Units], RecurrentInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [4 * Units], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

    /// <inheritdoc/>
    protected override SlstmState Step(Tensor x, SlstmState state)
    {
        var gates = x + Dropped(state.Hidden).MatMul(recurrentKernel);
        Tensor Part(int number) => gates.Slice(1, number * Units, Units);
        var (input, forget, stabilizer) = ExponentialGates.Of(Part(0), Part(1), state.Stabilizer);
        var cell = (Traced("f", forget) * state.Cell) + (Traced("i", input) * Traced("z", Part(2).Tanh()));
        var normalizer = (forget * state.Normalizer) + input;
        return new(Traced("o", Part(3).Sigmoid()) * cell / normalizer, cell, normalizer, stabilizer);
    }
}

/// <summary>The gates of xLSTM: exponentials, kept finite by a stabiliser (Beck et al. 2024, equations 15 to 17).</summary>
internal static class ExponentialGates
{
    /// <summary>Input and forget gate, both divided by e to the new stabiliser.</summary>
    /// <param name="input">The input gate before the exponential.</param>
    /// <param name="forget">The forget gate before its sigmoid.</param>
    /// <param name="stabilizer">The stabiliser before the step.</param>
    public static (Tensor Input, Tensor Forget, Tensor Stabilizer) Of(Tensor input, Tensor forget, Tensor stabilizer)
    {
        var logForget = -(-forget).Activate(Activation.Softplus);
        var next = Workspace.New(input.Shape);
        for (var i = 0; i < next.Length; i++) next.Values[i] = MathF.Max(logForget.Values[i] + stabilizer.Values[i], input.Values[i]);
        return ((input - next).Exp(), (logForget + stabilizer - next).Exp(), next);
    }
}
