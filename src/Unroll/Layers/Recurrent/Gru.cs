using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// The gated recurrent unit: like an LSTM with one state and two gates.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 3 units], recurrent kernel [units, 3 units], the gates in the
/// order z r h; bias [2, 3 units] with <see cref="ResetAfter"/> (row 0 beside the kernel, row 1 beside the recurrent
/// kernel), else [3 units].
/// </para>
/// <code>
/// z = σ(x W_z + h U_z + b_z)                          update gate
/// r = σ(x W_r + h U_r + b_r)                          reset gate
/// n = tanh(x W_h + b_h + r ∘ (h U_h + b'_h))          candidate, reset after the product
/// n = tanh(x W_h + b_h + (r ∘ h) U_h)                 candidate, reset before the product
/// h' = z ∘ h + (1 - z) ∘ n
/// </code>
/// <para>
/// σ is <see cref="RecurrentActivation"/>, tanh is <see cref="FusedRecurrent{TState}.Activation"/>. Cho et al. 2014: before the
/// product is version 1 of the paper, after it is version 3, which Keras and PyTorch use.
/// </para>
/// <para>
/// With <see cref="LayerNormalization"/>, x W and h U stand for N(x W) and N(h U), z and r normalised together and the candidate
/// by itself: N(a) = γ ∘ (a - mean a) / √(variance a + 1e-5).
/// </para>
/// <code>Sequential model = [new Gru(32), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Gru(int units) : FusedRecurrent<HiddenState>(units)
{
    /// <summary>Activation of the two gates. Default: sigmoid.</summary>
    public Activation RecurrentActivation { get; init; } = Activation.Sigmoid;

    /// <summary>Whether the reset gate works after the recurrent product (true, as in Keras and PyTorch) or before it.</summary>
    public bool ResetAfter { get; init; } = true;

    /// <summary>
    /// Whether the products of x and of h are normalised over the units of each sample at each step (Ba, Kiros and Hinton 2016,
    /// the gated recurrent unit of their supplement). Weights: kernel gain and recurrent gain [3 units]; shifts are the bias. Needs
    /// <see cref="ResetAfter"/>. Default: false.
    /// </summary>
    public bool LayerNormalization { get; init; }

    private protected override RecurrentCell Cell => ResetAfter ? RecurrentCell.Gru : RecurrentCell.GruBefore;

    private protected override int Gates => 3;

    private protected override Activation GateActivation => RecurrentActivation;

    private protected override Shape BiasShape => ResetAfter ? [2, 3 * Units] : [3 * Units];

    private protected override void TraceGates(Tensor x, HiddenState? before)
    {
        var h = before?.Hidden ?? Tensor.Zeros(x.Shape[0], Units);
        var (input, hidden) = (FromInput(x, 0, 2), FromHidden(h, 0, 2));
        Traced("z", (PartOf(input, 0) + PartOf(hidden, 0)).Activate(RecurrentActivation));
        var r = Traced("r", (PartOf(input, 1) + PartOf(hidden, 1)).Activate(RecurrentActivation));
        var recurrent = ResetAfter ? r * FromHidden(h, 2, 1) : FromHidden(r * h, 2, 1);
        Traced("n", (FromInput(x, 2, 1) + recurrent).Activate(Activation));
    }

    private protected override RecurrentOutput<HiddenState> RunOperation(SequenceInputs inputs, HiddenState? initial)
    {
        inputs = inputs with { InitialHidden = initial?.Hidden };
        var op = RecurrentOp.Apply(inputs);
        return new(op.Sequence, op.Hidden, StateOf(op.Hidden));
    }

    private protected override Tensor? BuildMore(Rng random)
    {
        if (LayerNormalization) Norm = BuildGains(random);
        return null;
    }

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        .. base.Faults(),
        (LayerNormalization && !ResetAfter, "LayerNormalization needs ResetAfter; leave ResetAfter at true"),
    ];
}
