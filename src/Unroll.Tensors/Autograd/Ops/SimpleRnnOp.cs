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

    public static SimpleRnnOp Apply(SequenceInputs inputs)
    {
        var records = Records(inputs, null);
        var op = records ? Tape.Add<SimpleRnnOp>() : unrecorded ??= new SimpleRnnOp();
        op.Forward(inputs);
        if (records) op.MarkOutputs();
        return op;
    }

    public override void Backward()
    {
        var recurrent = Pack(new MatrixView(Inputs.RecurrentKernel.Values, Units, Units).Transposed);
        var dHidden = GradientOfLast(Hidden);
        var gradients = new SimpleRnnKernel.Gradients
        { Sequence = GradientOfSteps(), Hidden = dHidden, Scratch = Workspace.NewSpan(Batch * Units) };
        SimpleRnnKernel.Backward(KernelArrays, gradients, recurrent, Inputs.Activation);
        BackwardInputs();
        if (Inputs.RecurrentKernel.RequiresGradient) Linear.BackwardKernel(RecurrentOperands, Gates.Values, Inputs.RecurrentKernel);
        if (Inputs.Bias is { RequiresGradient: true } bias) Linear.AddRows(Gates.Values, bias.GradientToAdd());
        BackwardInitial(Inputs.InitialHidden, dHidden);
    }

    private void Forward(SequenceInputs inputs)
    {
        Prepare(inputs, inputs.Bias is null ? default : inputs.Bias.Values);
        var recurrent = Pack(new MatrixView(inputs.RecurrentKernel.Values, Units, Units));
        SimpleRnnKernel.Forward(KernelArrays, recurrent, inputs.Activation);
        Finish();
    }

    private SimpleRnnKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates.Values };
}
