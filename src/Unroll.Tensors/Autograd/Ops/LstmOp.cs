using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>The LSTM over a whole sequence; equations at <c>Lstm</c>, arithmetic in <see cref="LstmKernel"/>.</summary>
internal sealed class LstmOp : SequenceOp
{
    protected override bool KeepsGates => IsRecorded;

    private LstmKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates, Cell = Cells, InputsDone = InputsFirst };

    protected override void ForwardSteps() =>
        LstmKernel.Forward(KernelArrays, Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) => LstmKernel.Backward(
        KernelArrays, gradients, dCell, Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardWeights(int first, int count)
    {
        var gates = KernelArrays.GateRows;
        BackwardKernels(gates, gates, first, count);
        if (Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
    }
}
