using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The GRU over a whole sequence, with the reset gate after the recurrent product; equations at <c>Gru</c>, arithmetic in
/// <see cref="GruKernel"/>.
/// </summary>
internal sealed class GruOp : SequenceOp
{
    protected override bool KeepsGates => IsRecorded;

    private GruKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates, InputsDone = InputsFirst };

    protected override void ForwardSteps() =>
        GruKernel.Forward(KernelArrays, Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) =>
        GruKernel.Backward(KernelArrays, gradients, Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardWeights(int first, int count)
    {
        var arrays = KernelArrays;
        BackwardKernels(arrays.InputRows, arrays.RecurrentRows, first, count);
        if (Weights.Bias is not { RequiresGradient: true } bias) return;
        var dBias = bias.GradientToAdd();
        AddBias(arrays.InputRows, first, count, dBias[..(3 * Units)]);
        AddBias(arrays.RecurrentRows, first, count, dBias[(3 * Units)..]);
    }
}
