namespace Unroll;

/// <summary>
/// The minimal gated unit: a GRU whose one gate both forgets and resets. Zhou et al. 2016, "Minimal Gated Unit for Recurrent
/// Neural Networks", equations 7a to 7c.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 2 units] and bias [2 units] in the order f n, a recurrent kernel
/// [units, units] each for gate and candidate.
/// </para>
/// <code>
/// f = σ(x W_f + h U_f + b_f)               forget gate
/// n = tanh(x W_n + (f ∘ h) U_n + b_n)      candidate
/// h' = (1 - f) ∘ h + f ∘ n
/// </code>
/// <code>Sequential model = [new MinimalGru(32), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class MinimalGru(int units) : SteppedRecurrent<HiddenState>(units)
{
    private Tensor kernel = null!, recurrentGate = null!, recurrentCandidate = null!;
    private Tensor? bias;

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], 2 * Units], KernelInitializer, random).Value;
        recurrentGate = AddParameter("recurrent_kernel_gate", [Units, Units], RecurrentInitializer, random).Value;
        recurrentCandidate = AddParameter("recurrent_kernel_candidate", [Units, Units], RecurrentInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [2 * Units], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

    /// <inheritdoc/>
    protected override HiddenState Step(Tensor x, HiddenState state)
    {
        Tensor h = state.Hidden, seen = Dropped(h);
        var f = Traced("f", (x.Slice(1, 0, Units) + seen.MatMul(recurrentGate)).Sigmoid());
        var n = Traced("n", (x.Slice(1, Units, Units) + (f * seen).MatMul(recurrentCandidate)).Tanh());
        return new(((1 - f) * h) + (f * n));
    }
}
