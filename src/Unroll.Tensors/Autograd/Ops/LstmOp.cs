using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>The LSTM over a whole sequence; equations at <c>Lstm</c>, arithmetic in <see cref="LstmKernel"/>.</summary>
internal sealed class LstmOp : SequenceOp
{
    /// <summary>Used for inference, where nothing is kept for a backward pass.</summary>
    [ThreadStatic]
    private static LstmOp? unrecorded;

    /// <summary>The cell state after the last step, [batch, units].</summary>
    public Tensor Cell => LastCell!;

    protected override bool HasCell => true;

    protected override bool KeepsGates => IsRecorded;

    private LstmKernel.Arrays KernelArrays => new() { Sequence = Arrays, Gates = Gates, Cell = Cells, InputsDone = InputsFirst };

    public static LstmOp Apply(SequenceInputs inputs, Tensor? initialCell)
    {
        var records = Records(inputs, initialCell);
        var op = records ? Tape.Add<LstmOp>() : unrecorded ??= new LstmOp();
        op.Run(inputs, initialCell, records);
        return op;
    }

    protected override void ForwardSteps() =>
        LstmKernel.Forward(KernelArrays, Inputs.Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell) => LstmKernel.Backward(
        KernelArrays, gradients, dCell, Inputs.Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardWeights(int first, int count)
    {
        var gates = KernelArrays.GateRows;
        BackwardKernels(gates, gates, first, count);
        if (Inputs.Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
    }
}
