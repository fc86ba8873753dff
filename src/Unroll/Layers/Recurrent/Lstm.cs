using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// Long short-term memory: a recurrent layer whose cell state is written, kept and read through gates, so that
/// gradients live over long stretches of time.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, 4 units], recurrent kernel [units, 4 units], bias [4 units], the
/// gates in the order i f g o.
/// </para>
/// <code>
/// i = σ(x W_i + h U_i + b_i)      input gate
/// f = σ(x W_f + h U_f + b_f)      forget gate
/// g = tanh(x W_g + h U_g + b_g)   candidate
/// o = σ(x W_o + h U_o + b_o)      output gate
/// c' = f ∘ c + i ∘ g
/// h' = o ∘ tanh(c')
/// </code>
/// <para>
/// σ is <see cref="RecurrentActivation"/>, tanh is <see cref="FusedRecurrent{TState}.Activation"/>. Hochreiter and Schmidhuber
/// 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000, without peepholes: the LSTM of Keras and
/// PyTorch. Where PyTorch has two biases, this is their sum.
/// </para>
/// <code>Sequential model = [new Embedding(10_000, 8), new Lstm(32), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class Lstm(int units) : FusedRecurrent<LstmState>(units)
{
    /// <summary>Activation of the three gates. Default: sigmoid.</summary>
    public Activation RecurrentActivation { get; init; } = Activation.Sigmoid;

    /// <summary>
    /// Whether the forget gate's bias starts at one, so that a new layer remembers (Jozefowicz et al. 2015).
    /// Default: true, as in Keras. Ignored without a bias.
    /// </summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [[Units], [Units]];

    private protected override RecurrentCell Cell => RecurrentCell.Lstm;

    private protected override int Gates => 4;

    private protected override Activation GateActivation => RecurrentActivation;

    private protected override RecurrentOutput<LstmState> RunOperation(SequenceInputs inputs, LstmState? initial)
    {
        var op = RecurrentOp.Apply(inputs with { InitialHidden = initial?.Hidden }, initial?.Cell);
        return new(op.Sequence, op.Hidden, StateOf(op.Hidden, op.Cell!));
    }

    private protected override void FillBias(Tensor value)
    {
        if (UnitForgetBias) value.Values.Slice(Units, Units).Fill(1);
    }
}
