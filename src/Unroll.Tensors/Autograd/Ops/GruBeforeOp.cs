using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The GRU over a whole sequence, with the reset gate before the recurrent product; equations at <c>Gru</c>, arithmetic in
/// <see cref="GruBeforeKernel"/>.
/// </summary>
internal sealed class GruBeforeOp : SequenceOp
{
    private Tensor reset = null!;

    protected override bool KeepsGates => true;

    private GruBeforeKernel.Arrays KernelArrays => new()
    { Sequence = Arrays, Gates = Gates, Reset = reset.Data, InputsDone = InputsFirst };

    protected override void Allocate() => reset = NewStates(Units);

    protected override void ForwardSteps() =>
        GruBeforeKernel.Forward(KernelArrays, Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) => GruBeforeKernel.Backward(
        KernelArrays, gradients, Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardWeights(int first, int count)
    {
        var arrays = KernelArrays;
        var weights = Weights;
        // The candidate's columns of the recurrent kernel multiply r h, the others h; both add to one gradient.
        var adds = weights.RecurrentKernel.HasGradient;
        BackwardKernels(arrays.GateRows, arrays.RecurrentRows, first, count);
        if (weights.RecurrentKernel.RequiresGradient)
        {
            var target = weights.CandidatePart(GradientView(weights.RecurrentKernel, out _));
            MatrixProduct.Multiply(arrays.ResetOperands.Transposed, arrays.CandidateRows, first, count, target, adds);
        }

        if (weights.Bias is { RequiresGradient: true } bias) AddBias(arrays.GateRows, first, count, bias.GradientToAdd());
    }
}
