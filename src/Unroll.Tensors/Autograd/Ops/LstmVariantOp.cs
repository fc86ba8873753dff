using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>What an LSTM may have beyond the usual one; equations at <c>Lstm</c>.</summary>
internal readonly record struct LstmVariant
{
    /// <summary>[3, units]: what i, f and o see of the cell; or null.</summary>
    public Tensor? Peepholes { get; init; }

    /// <summary>Whether i = 1 - f.</summary>
    public bool IsCoupled { get; init; }

    /// <summary>The largest magnitude of the cell state; 0: no limit.</summary>
    public float CellClip { get; init; }

    /// <summary>The largest magnitude of what gates and candidate are made of; 0: no limit.</summary>
    public float GateClip { get; init; }

    /// <summary>Of the cell on its way out.</summary>
    public required Activation OutputActivation { get; init; }

    /// <summary>Factors of the candidate, laid out as <see cref="SequenceInputs.HiddenTaken"/>; or null.</summary>
    public Tensor? CandidateDropout { get; init; }

    /// <summary>Zoneout of the cell state, as <see cref="SequenceInputs.HiddenTaken"/>; or null.</summary>
    public Tensor? CellTaken { get; init; }
}

/// <summary>An LSTM with more than the usual, over a whole sequence; arithmetic in <see cref="LstmVariantKernel"/>.</summary>
internal sealed class LstmVariantOp : SequenceOp
{
    private readonly NormedStates norm = new();
    private Tensor? written;
    private Tensor? peepholes;
    private Tensor? unprojected;
    private Tensor? projectedGradients;

    protected override bool KeepsGates => IsRecorded;

    private LstmVariant Variant => Inputs.Variant!.Value;

    private LstmVariantKernel.Arrays KernelArrays => new()
    {
        Sequence = Arrays,
        CellUnits = CellUnits,
        Norm = Inputs.Norm is null ? default : norm.Gates(Steps * Batch),
        CellNorm = Inputs.Norm is null ? default : norm.Cell,
        Unprojected = DataOf(unprojected),
        ProjectedGradients = DataOf(projectedGradients),
        Gates = Gates,
        Cell = Cells,
        Written = written is null ? Cells : written.Data,
        InputsDone = InputsFirst,
        Peepholes = DataOf(peepholes),
        IsCoupled = Variant.IsCoupled,
        CellClip = Variant.CellClip,
        GateClip = Variant.GateClip,
        OutputActivation = Variant.OutputActivation,
        CandidateDropout = DataOf(Variant.CandidateDropout),
        CellTaken = DataOf(Variant.CellTaken),
    };

    protected override NormedProduct NormedInput => norm.Gates(Steps * Batch).Input;

    protected override void Allocate()
    {
        written = Variant.CellTaken is null ? null : NewStates(CellUnits);
        unprojected = Weights.Projection is null ? null : NewStates(CellUnits);
        projectedGradients = null;
        if (Inputs.Norm is { } given) norm.Allocate(given, Weights, RowsKept, Batch);
        peepholes = null;
        if (Variant.Peepholes is not { } weights) return;
        var width = SequenceArrays.Padded(CellUnits);
        peepholes = Workspace.NewZeros([3, width]);
        for (var gate = 0; gate < 3; gate++)
            weights.Data.Slice(gate * CellUnits, CellUnits).CopyTo(peepholes.Data[(gate * width)..]);
    }

    protected override void ForwardSteps() =>
        LstmVariantKernel.Forward(KernelArrays, Weights.Forward(), Inputs.Activation, Inputs.RecurrentActivation);

    protected override void BackwardSteps(SequenceGradients gradients, Span<float> dCell)
    {
        if (Inputs.Norm is not null) norm.NeedGradients();
        if (Weights.Projection is not null)
            projectedGradients ??= Workspace.NewZeros([PackedMatrix.Length(RowsKept, PanelColumns.Interleaved(Units, 1))]); // padding counts
        LstmVariantKernel.Backward(KernelArrays, gradients, dCell, Weights.Turned(), Inputs.Activation, Inputs.RecurrentActivation);
    }

    protected override void BackwardWeights(int first, int count)
    {
        var arrays = KernelArrays;
        var gates = arrays.GateRows;
        BackwardKernels(arrays.InputGradients, arrays.RecurrentGradients, first, count);
        if (Weights.Projection is { RequiresGradient: true } projection)
        {
            var target = GradientView(projection, out var add);
            MatrixProduct.Multiply(arrays.UnprojectedRows.Transposed, arrays.ProjectedRows, first, count, target, add);
        }

        if (Weights.Bias is { RequiresGradient: true } bias) AddBias(gates, first, count, bias.GradientToAdd());
        if (Variant.Peepholes is not { RequiresGradient: true } given) return;
        var sums = new PeepholeGradients { A = arrays, FirstRow = first, Count = count, Target = given.GradientToAdd() };
        ThreadTeam.Run(ref sums, sums.Parts);
    }

    protected override void FinishWeights()
    {
        if (Inputs.Norm is not null) norm.AddGradients();
    }
}
