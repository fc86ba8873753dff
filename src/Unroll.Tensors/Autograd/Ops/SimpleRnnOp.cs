using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The simple recurrent network over a whole sequence; equations at <c>SimpleRnn</c>, arithmetic in <see
/// cref="SimpleRnnKernel"/>.
/// </summary>
internal sealed class SimpleRnnOp : SequenceOp
{
    [ThreadStatic]
    private static SimpleRnnOp? unrecorded;

    private SimpleRnnKernel.Arrays KernelArrays => new()
    { Sequence = Arrays, Gates = Gates is null ? default : Gates.Data, InputsDone = InputsFirst };

    public static SimpleRnnOp Apply(SequenceInputs inputs)
    {
        var records = Records(inputs, null);
        var op = records ? Tape.Add<SimpleRnnOp>() : unrecorded ??= new SimpleRnnOp();
        op.Prepare(inputs, records, keepsGates: false);
        SimpleRnnKernel.Forward(op.KernelArrays, inputs.Weights.Forward(), inputs.Activation);
        op.Finish();
        if (records) op.MarkOutputs();
        return op;
    }

    public override void Backward()
    {
        NeedGates();
        var gradients = Gradients();
        var arrays = KernelArrays;
        SimpleRnnKernel.Backward(arrays, gradients, Inputs.Weights.Turned(), Inputs.Activation);
        BackwardWeights();
        BackwardInitial(Inputs.InitialHidden, gradients.Carry);
    }

    protected override void BackwardWeights(int first, int count)
    {
        var gates = KernelArrays.GateRows;
        BackwardKernels(gates, gates, first, count);
        if (Inputs.Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
    }
}
