using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>The LSTM over a whole sequence; equations at <c>Lstm</c>, arithmetic in <see cref="LstmKernel"/>.</summary>
internal sealed class LstmOp : SequenceOp
{
    /// <summary>Used for inference, where nothing is kept for a backward pass.</summary>
    [ThreadStatic]
    private static LstmOp? unrecorded;

    private Tensor? initialCell;
    private Tensor cells = null!;

    /// <summary>The cell state after the last step, [batch, units].</summary>
    public Tensor Cell { get; private set; } = null!;

    public override bool Reached => base.Reached || Cell.HasGradient;

    public static LstmOp Apply(SequenceInputs inputs, Tensor? initialCell)
    {
        var records = Records(inputs, initialCell);
        var op = records ? Tape.Add<LstmOp>() : unrecorded ??= new LstmOp();
        op.Forward(inputs, initialCell);
        if (records)
        {
            op.MarkOutputs();
            op.Cell.RequiresGradient = true;
        }

        return op;
    }

    public override void Backward()
    {
        var recurrent = Pack(new MatrixView(Inputs.RecurrentKernel.Values, Units, 4 * Units).Transposed);
        var dHidden = GradientOfLast(Hidden);
        var dCell = GradientOfLast(Cell);
        var gradients = new LstmKernel.Gradients
        { Sequence = GradientOfSteps(), Hidden = dHidden, Cell = dCell, Scratch = Workspace.NewSpan(Batch * Units) };
        LstmKernel.Backward(KernelArrays, gradients, recurrent, Inputs.Activation, Inputs.RecurrentActivation);
        BackwardInputs();
        if (Inputs.RecurrentKernel.RequiresGradient) Linear.BackwardKernel(RecurrentOperands, Gates.Values, Inputs.RecurrentKernel);
        if (Inputs.Bias is { RequiresGradient: true } bias) Linear.AddRows(Gates.Values, bias.GradientToAdd());
        BackwardInitial(Inputs.InitialHidden, dHidden);
        BackwardInitial(initialCell, dCell);
    }

    private void Forward(SequenceInputs inputs, Tensor? cell)
    {
        Prepare(inputs, inputs.Bias is null ? default : inputs.Bias.Values);
        initialCell = cell;
        cells = NewStates(cell);
        var recurrent = Pack(new MatrixView(inputs.RecurrentKernel.Values, Units, 4 * Units));
        LstmKernel.Forward(KernelArrays, recurrent, inputs.Activation, inputs.RecurrentActivation);
        Finish();
        Cell = LastOf(cells);
    }

    private LstmKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates.Values, Cell = cells.Values };
}
