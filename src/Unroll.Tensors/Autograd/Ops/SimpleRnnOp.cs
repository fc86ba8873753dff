using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The simple recurrent network over a whole sequence; equations at <c>SimpleRnn</c>, arithmetic in <see
/// cref="SimpleRnnKernel"/>.
/// </summary>
internal sealed class SimpleRnnOp : SequenceOp
{
    protected override bool KeepsGates => false;

    private SimpleRnnKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates, InputsDone = InputsFirst };

    protected override void ForwardSteps() =>
        SimpleRnnKernel.Forward(KernelArrays, Weights.Forward(), Inputs.Activation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) =>
        SimpleRnnKernel.Backward(KernelArrays, gradients, Weights.Turned(), Inputs.Activation);

    protected override void BackwardWeights(int first, int count)
    {
        var gates = KernelArrays.GateRows;
        BackwardKernels(gates, gates, first, count);
        if (Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
    }
}
