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

    private GruKernel.Arrays KernelArrays => new()
    { Sequence = Arrays, Gates = Gates is null ? default : Gates.Data, InputsDone = InputsFirst };

    public static GruOp Apply(SequenceInputs inputs)
    {
        var records = Records(inputs, null);
        var op = records ? Tape.Add<GruOp>() : unrecorded ??= new GruOp();
        op.Prepare(inputs, records, keepsGates: records);
        GruKernel.Forward(op.KernelArrays, inputs.Weights.Forward(), inputs.Activation, inputs.RecurrentActivation);
        op.Finish();
        if (records) op.MarkOutputs();
        return op;
    }

    public override void Backward()
    {
        var gradients = Gradients();
        var arrays = KernelArrays;
        GruKernel.Backward(arrays, gradients, Inputs.Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);
        BackwardWeights();
        BackwardInitial(Inputs.InitialHidden, gradients.Carry);
    }

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
