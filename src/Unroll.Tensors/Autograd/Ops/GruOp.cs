using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The GRU over a whole sequence, with the reset gate after the recurrent product; equations at <c>Gru</c>, arithmetic in
/// <see cref="GruKernel"/>.
/// </summary>
internal sealed class GruOp : SequenceOp
{
    [ThreadStatic]
    private static GruOp? unrecorded;

    protected override bool KeepsGates => IsRecorded;

    private GruKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates, InputsDone = InputsFirst };

    public static GruOp Apply(SequenceInputs inputs)
    {
        var records = Records(inputs);
        var op = records ? Tape.Add<GruOp>() : unrecorded ??= new GruOp();
        op.Run(inputs, null, records);
        return op;
    }

    protected override void ForwardSteps() =>
        GruKernel.Forward(KernelArrays, Inputs.Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) =>
        GruKernel.Backward(KernelArrays, gradients, Inputs.Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardWeights(int first, int count)
    {
        var arrays = KernelArrays;
        BackwardKernels(arrays.InputRows, arrays.RecurrentRows, first, count);
        if (Inputs.Weights.Bias is not { RequiresGradient: true } bias) return;
        var dBias = bias.GradientToAdd();
        AddBias(arrays.InputRows, first, count, dBias[..(3 * Units)]);
        AddBias(arrays.RecurrentRows, first, count, dBias[(3 * Units)..]);
    }
}
