using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// The GRU over a whole sequence, with the reset gate before the recurrent product; equations at <c>Gru</c>, arithmetic in
/// <see cref="GruBeforeKernel"/>.
/// </summary>
internal sealed class GruBeforeOp : SequenceOp
{
    [ThreadStatic]
    private static GruBeforeOp? unrecorded;

    private Tensor reset = null!;

    private GruBeforeKernel.Arrays KernelArrays => new()
    { Sequence = Arrays, Gates = Gates!.Data, Reset = reset.Data, InputsDone = InputsFirst };

    public static GruBeforeOp Apply(SequenceInputs inputs)
    {
        var records = Records(inputs, null);
        var op = records ? Tape.Add<GruBeforeOp>() : unrecorded ??= new GruBeforeOp();
        op.Forward(inputs, records);
        if (records) op.MarkOutputs();
        return op;
    }

    public override void Backward()
    {
        var gradients = Gradients();
        var arrays = KernelArrays;
        var weights = Inputs.Weights;
        GruBeforeKernel.Backward(arrays, gradients, weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);
        BackwardWeights();
        BackwardInitial(Inputs.InitialHidden, gradients.Carry);
    }

    protected override void BackwardWeights(int first, int count)
    {
        var arrays = KernelArrays;
        var weights = Inputs.Weights;
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

    private void Forward(SequenceInputs inputs, bool isRecorded)
    {
        Prepare(inputs, isRecorded, keepsGates: true);
        reset = Workspace.New([(KeepsSteps ? Time : 1) * Batch * SequenceArrays.Padded(Units)]);
        GruBeforeKernel.Forward(KernelArrays, inputs.Weights.Forward(), inputs.Activation, inputs.RecurrentActivation);
        Finish();
    }
}
