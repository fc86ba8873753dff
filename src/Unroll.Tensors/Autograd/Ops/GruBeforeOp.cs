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
        // The candidate's columns of the recurrent kernel multiply r h, the others h; both add to one gradient.
        var adds = weights.RecurrentKernel.HasGradient;
        BackwardWeights(arrays.GateRows, arrays.RecurrentRows);
        if (weights.RecurrentKernel.RequiresGradient)
        {
            var target = weights.CandidatePart(GradientView(weights.RecurrentKernel, out _));
            MatrixProduct.Multiply(arrays.ResetOperands.Transposed, arrays.CandidateRows, target, adds);
        }

        if (weights.Bias is { RequiresGradient: true } bias) AddBias(arrays.GateRows, bias.GradientToAdd());
        BackwardInitial(Inputs.InitialHidden, gradients.Carry);
    }

    private void Forward(SequenceInputs inputs, bool isRecorded)
    {
        Prepare(inputs, isRecorded, keepsGates: true);
        reset = Workspace.New([(KeepsSteps ? Time : 1) * Batch * SequenceArrays.Padded(Units)]);
        GruBeforeKernel.Forward(KernelArrays, inputs.Weights.Forward(), inputs.Activation, inputs.RecurrentActivation);
        Finish();
    }
}
