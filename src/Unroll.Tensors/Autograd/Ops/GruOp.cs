using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>The GRU over a whole sequence; equations at <c>Gru</c>, arithmetic in <see cref="GruKernel"/>.</summary>
internal sealed class GruOp : SequenceOp
{
    [ThreadStatic]
    private static GruOp? unrecorded;

    private bool resetAfter;
    private Tensor recurrentGates = null!;

    public static GruOp Apply(SequenceInputs inputs, bool resetAfter)
    {
        var records = Records(inputs, null);
        var op = records ? Tape.Add<GruOp>() : unrecorded ??= new GruOp();
        op.Forward(inputs, resetAfter);
        if (records) op.MarkOutputs();
        return op;
    }

    public override void Backward()
    {
        var dHidden = GradientOfLast(Hidden);
        var recurrent = new MatrixView(Inputs.RecurrentKernel.Values, Units, 3 * Units);
        var kernels = new GruKernel.Kernels
        { Gates = Pack(GatePart(recurrent).Transposed), Candidate = Pack(CandidatePart(recurrent).Transposed) };
        var gradients = new GruKernel.Gradients
        { Sequence = GradientOfSteps(), Hidden = dHidden, Scratch = Workspace.NewSpan(Batch * Units) };
        GruKernel.Backward(KernelArrays, gradients, kernels, Inputs.Activation, Inputs.RecurrentActivation);
        BackwardInputs();
        if (Inputs.RecurrentKernel.RequiresGradient) BackwardRecurrentKernel();
        if (Inputs.Bias is { RequiresGradient: true } bias)
        {
            var dBias = bias.GradientToAdd();
            Linear.AddRows(Gates.Values, dBias[..(3 * Units)]);
            if (resetAfter) Linear.AddRows(recurrentGates.Values, dBias[(3 * Units)..]);
        }

        BackwardInitial(Inputs.InitialHidden, dHidden);
    }

    private void Forward(SequenceInputs inputs, bool after)
    {
        resetAfter = after;
        Prepare(inputs, inputs.Bias is null ? default : inputs.Bias.Values[..inputs.Kernel.Shape[1]]);
        recurrentGates = Workspace.New(Gates.Shape);
        var recurrent = new MatrixView(inputs.RecurrentKernel.Values, Units, 3 * Units);
        var kernels = new GruKernel.Kernels { Gates = Pack(GatePart(recurrent)), Candidate = Pack(CandidatePart(recurrent)) };
        GruKernel.Forward(KernelArrays, kernels, inputs.Activation, inputs.RecurrentActivation);
        Finish();
    }

    /// <summary>Reset after: dU = h' d(h U + b'). Reset before: z and r columns from h, the candidate's from r h.</summary>
    private void BackwardRecurrentKernel()
    {
        if (resetAfter)
        {
            Linear.BackwardKernel(RecurrentOperands, recurrentGates.Values, Inputs.RecurrentKernel);
            return;
        }

        var rows = Time * Batch;
        var kernel = new MatrixView(Inputs.RecurrentKernel.GradientToSet(out var add), Units, 3 * Units);
        var gates = new MatrixView(Gates.Values, rows, 3 * Units);
        var operands = new MatrixView(RecurrentOperands, rows, Units);
        var resetOperands = new MatrixView(recurrentGates.Values, rows, 3 * Units).SliceColumns(2 * Units, Units);
        var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(rows, 2 * Units));
        MatrixProduct.Multiply(operands.Transposed, GatePart(gates), GatePart(kernel), add, scratch);
        MatrixProduct.Multiply(resetOperands.Transposed, CandidatePart(gates), CandidatePart(kernel), add, scratch);
    }

    /// <summary>The columns that are multiplied by h itself.</summary>
    private MatrixView GatePart(MatrixView columns) => resetAfter ? columns : columns.SliceColumns(0, 2 * Units);

    /// <summary>The columns that are multiplied by r h; none with reset after.</summary>
    private MatrixView CandidatePart(MatrixView columns) => columns.SliceColumns(2 * Units, resetAfter ? 0 : Units);

    private GruKernel.Arrays KernelArrays => new()
    {
        Sequence = Arrays,
        ResetAfter = resetAfter,
        Gates = Gates.Values,
        Recurrent = recurrentGates.Values,
        RecurrentBias = resetAfter && Inputs.Bias is not null ? Inputs.Bias.Values[(3 * Units)..] : default,
    };
}
