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

    protected override bool KeepsGates => false;

    private SimpleRnnKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates, InputsDone = InputsFirst };

    public static SimpleRnnOp Apply(SequenceInputs inputs)
    {
        var records = Records(inputs);
        var op = records ? Tape.Add<SimpleRnnOp>() : unrecorded ??= new SimpleRnnOp();
        op.Run(inputs, null, records);
        return op;
    }

    protected override void ForwardSteps() =>
        SimpleRnnKernel.Forward(KernelArrays, Inputs.Weights.Forward(), Inputs.Activation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) =>
        SimpleRnnKernel.Backward(KernelArrays, gradients, Inputs.Weights.Turned(), Inputs.Activation);

    protected override void BackwardWeights(int first, int count)
    {
        var gates = KernelArrays.GateRows;
        BackwardKernels(gates, gates, first, count);
        if (Inputs.Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
    }
}
