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

    private LstmKernel.Arrays KernelArrays => new()
    {
        Sequence = Arrays,
        Gates = Gates is null ? default : Gates.Data,
        Cell = cells.Data,
        InputsDone = InputsFirst,
    };

    public static LstmOp Apply(SequenceInputs inputs, Tensor? initialCell)
    {
        var records = Records(inputs, initialCell);
        var op = records ? Tape.Add<LstmOp>() : unrecorded ??= new LstmOp();
        op.Forward(inputs, initialCell, records);
        if (records)
        {
            op.MarkOutputs();
            op.Cell.RequiresGradient = true;
        }

        return op;
    }

    public override void Backward()
    {
        var gradients = Gradients();
        var dCell = GradientOfLast(Cell);
        var arrays = KernelArrays;
        LstmKernel.Backward(arrays, gradients, dCell, Inputs.Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);
        BackwardWeights();
        BackwardInitial(Inputs.InitialHidden, gradients.Carry);
        BackwardInitial(initialCell, dCell);
    }

    protected override void BackwardWeights(int first, int count)
    {
        var gates = KernelArrays.GateRows;
        BackwardKernels(gates, gates, first, count);
        if (Inputs.Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
    }

    private void Forward(SequenceInputs inputs, Tensor? cell, bool isRecorded)
    {
        Prepare(inputs, isRecorded, keepsGates: isRecorded);
        initialCell = cell;
        cells = NewStates();
        Arrays.Start(cell is null ? default : cell.Data, cells.Data);
        LstmKernel.Forward(KernelArrays, inputs.Weights.Forward(), inputs.Activation, inputs.RecurrentActivation);
        Finish();
        Cell = Workspace.New([Batch, Units]);
        Arrays.Finish(cells.Data, Cell.Data);
    }
}
