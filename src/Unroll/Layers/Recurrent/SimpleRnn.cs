using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// The simple recurrent network: the new hidden state is an activation of the input and the old one. It learns short
/// patterns; over long ones its gradient fades.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, units], recurrent kernel [units, units], bias [units].
/// </para>
/// <code>h' = tanh(x W + h U + b)</code>
/// <para>tanh is <see cref="FusedRecurrent{TState}.Activation"/>. Elman 1990.</para>
/// <code>Sequential model = [new SimpleRnn(16) { Activation = Activation.Relu }, new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class SimpleRnn(int units) : FusedRecurrent<HiddenState>(units)
{
    private protected override RecurrentCell Cell => RecurrentCell.SimpleRnn;

    private protected override int Gates => 1;

    private protected override RecurrentOutput<HiddenState> RunOperation(SequenceInputs inputs, HiddenState? initial)
    {
        var op = RecurrentOp.Apply(inputs with { InitialHidden = initial?.Hidden });
        return new(op.Sequence, op.Hidden, StateOf(op.Hidden));
    }
}
