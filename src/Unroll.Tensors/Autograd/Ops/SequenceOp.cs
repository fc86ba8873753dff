using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// A recurrent layer over a whole sequence, its units in the lanes of vectors. Where the weights fit a core's cache, each
/// step is one product of [x h] with all of them; where they do not, all inputs are multiplied beforehand, in one large
/// product. In the backward pass the steps run in reverse (backpropagation through time), then the gradients of the
/// weights are large products over all steps.
/// </summary>
internal abstract class SequenceOp : RecurrentOp
{
    /// <summary>Weights from which the input product is worth a pass of its own.</summary>
    private const long LargeWeights = 1 << 19;

    /// <summary>Rows below which a step's product reads the weights for too little work.</summary>
    private const int FewRows = 6;

    /// <summary>Rows of gates that are read for the gradients of all weights together.</summary>
    private const int PieceRows = 256;

    private Tensor operand = null!;
    private Tensor? undropped;
    private Tensor? gates;
    private Tensor? cells;

    /// <summary>[segments, 1 or 2, batch, units]: the states before each segment, where segments are computed again.</summary>
    private Tensor? checkpoints;

    private int segmentLength;
    private int firstStep;
    private bool isRepeated;

    /// <summary>Whether forward steps need memory for all gates.</summary>
    protected abstract bool KeepsGates { get; }

    /// <summary>The cell states of all steps.</summary>
    protected Span<float> Cells => cells!.Data;

    /// <summary>Steps of the segment that is being computed: all, unless they are computed again in the backward pass.</summary>
    protected int Steps => Math.Min(Leading + Walked, ((firstStep / segmentLength) + 1) * segmentLength) - firstStep;

    /// <summary>Whether the inputs of all steps are multiplied before the steps.</summary>
    protected bool InputsFirst { get; private set; }

    /// <summary>Panels of [T * B] rows; see the kernels. Empty where nothing needs to be kept.</summary>
    protected Span<float> Gates => DataOf(gates);

    /// <summary>What the kernels of all cells take.</summary>
    protected SequenceArrays Arrays => new()
    {
        Time = Steps,
        FirstStep = firstStep,
        TotalTime = Time,
        Batch = Batch,
        Units = Units,
        Inputs = Weights.Inputs,
        Reverse = Inputs.Reverse,
        ReverseOutput = Inputs.Reverse && !Inputs.OutputAsProcessed,
        X = Inputs.X.Data,
        Operand = operand.Data,
        Undropped = DataOf(undropped),
        RecurrentDropout = DataOf(Inputs.RecurrentDropout),
        Taken = DataOf(Inputs.HiddenTaken),
        Mask = DataOf(Inputs.Mask),
        Output = Sequence is null || isRepeated ? default : Sequence.Data,
        KeepsSteps = KeepsSteps,
    };

    protected bool KeepsSteps => IsRecorded || InputsFirst;

    /// <summary>Rows of all steps that are kept: steps times batch.</summary>
    protected int RowsKept => segmentLength * Batch;

    /// <summary>Where the inputs' product goes that is to be normalised before it counts; empty: to the gates.</summary>
    protected virtual NormedProduct NormedInput => default;

    /// <summary>Entries of what is kept of each step: one more than steps, or two that are used in turn.</summary>
    private int StepsKept => KeepsSteps ? segmentLength + 1 : 2;

    /// <summary>The segments stand at the same steps whatever padding is not walked.</summary>
    private int FirstSegment => Leading / segmentLength;

    private int LastSegment => (Leading + Walked - 1) / segmentLength;

    public override void Backward()
    {
        NeedGates();
        var gradients = Gradients();
        var dCell = HasCell ? Workspace.NewSpan(Batch * SequenceArrays.Padded(CellUnits)) : default;
        if (HasCell) Arrays.Start(Cell!.HasGradient ? Cell.Gradient!.Data : default, dCell, CellUnits);
        for (var segment = LastSegment; segment >= FirstSegment; segment--)
        {
            if (segment < LastSegment)
            {
                (firstStep, isRepeated) = (FirstStep(segment), true);
                Start(Checkpoint(segment, 0), HasCell ? Checkpoint(segment, 1) : default);
                ForwardSegment();
            }

            gradients.WantsInitial = segment > FirstSegment || Inputs.InitialHidden is { RequiresGradient: true };
            BackwardSteps(gradients, dCell);
            for (var row = 0; row < Steps * Batch; row += PieceRows) BackwardWeights(row, Math.Min(PieceRows, (Steps * Batch) - row));
        }

        FinishWeights();
        var dInitial = InitialGradient(ofCell: false);
        if (!dInitial.IsEmpty) AddOutputGradients(gradients.Carry, SequenceArrays.Padded(Units), 0, Leading);
        AddInitial(dInitial, gradients.Carry, Units);
        if (HasCell) AddInitial(InitialGradient(ofCell: true), dCell, CellUnits);
    }

    protected sealed override void Forward()
    {
        InputsFirst = Inputs.Norm is not null || (Time > 1 && (Weights.Count > LargeWeights || Batch < FewRows));
        segmentLength = IsRecorded && Inputs.RecomputeSteps > 0 ? Math.Min(Time, Inputs.RecomputeSteps) : Time;
        (firstStep, isRepeated) = (Leading, false);
        operand = Workspace.New([StepsKept * Batch * SequenceArrays.RowLengthOf(Units, Weights.Inputs)]);
        undropped = Inputs.RecurrentDropout is null ? null : NewStates(Units);
        cells = HasCell ? NewStates(CellUnits) : null;
        checkpoints = segmentLength == Time
            ? null
            : Workspace.New([(Time + segmentLength - 1) / segmentLength, HasCell ? 2 : 1, Batch, Math.Max(Units, CellUnits)]);
        gates = null;
        if (KeepsGates || InputsFirst) NeedGates();
        Allocate();
        Start(InitialHidden, InitialCell);
        ForwardSegment();
        if (LastSegment > FirstSegment) KeepInitial();
        for (var segment = FirstSegment + 1; segment <= LastSegment; segment++)
        {
            var hidden = Checkpoint(segment, 0);
            var cell = HasCell ? Checkpoint(segment, 1) : default;
            Finish(hidden, cell);
            firstStep = FirstStep(segment);
            Start(hidden, cell);
            ForwardSegment();
        }
    }

    protected sealed override void Finish(Span<float> hidden, Span<float> cell)
    {
        Arrays.Finish(hidden);
        if (HasCell) Arrays.Finish(Cells, cell, CellUnits);
    }

    /// <summary>Lays out what memory a cell needs beside that of all.</summary>
    protected virtual void Allocate()
    {
    }

    /// <summary>Walks forward through the steps of a segment.</summary>
    protected abstract void ForwardSteps();

    /// <summary>Walks back through the steps of a segment.</summary>
    /// <param name="gradients">What a walk back takes and gives.</param>
    /// <param name="dCell">[batch, padded units], the gradient of the cell state after the segment; becomes that before it.</param>
    protected abstract void BackwardSteps(SequenceGradients gradients, Span<float> dCell);

    /// <summary>Memory for a value of each row of all steps that are kept.</summary>
    /// <param name="units">Number of values, without padding.</param>
    protected Tensor NewStates(int units) => Workspace.New([StepsKept * Batch * SequenceArrays.Padded(units)]);

    /// <summary>
    /// Gradients of all weights from some rows of the gates' gradients. All products read these rows while the cache holds
    /// them.
    /// </summary>
    protected abstract void BackwardWeights(int first, int count);

    /// <summary>Completes what <see cref="BackwardWeights"/> has begun, when all rows are done.</summary>
    protected virtual void FinishWeights()
    {
    }

    /// <summary>Gradients of the kernels, from some rows of the gates.</summary>
    /// <param name="input">The gates that x made.</param>
    /// <param name="recurrent">The gates that h made.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">Number of rows.</param>
    protected void BackwardKernels(PackedMatrix input, PackedMatrix recurrent, int first, int count)
    {
        BackwardKernel(input, first, count);
        if (!Weights.RecurrentKernel.RequiresGradient) return;
        var target = GradientView(Weights.RecurrentKernel, out var add);
        MatrixProduct.Multiply(Arrays.Hiddens.Transposed, recurrent, first, count, Weights.RecurrentPart(target), add);
    }

    /// <summary>The gradient of the kernel alone.</summary>
    protected void BackwardKernel(PackedMatrix input, int first, int count)
    {
        if (!Weights.Kernel.RequiresGradient) return;
        var target = GradientView(Weights.Kernel, out var add);
        MatrixProduct.Multiply(Arrays.InputsOfSteps.Transposed, input, first, count, target, add);
    }

    /// <summary>dBias += the sum of some rows of the gates.</summary>
    protected static void AddBias(PackedMatrix gates, int first, int count, Span<float> dBias)
    {
        var one = 1f;
        MatrixProduct.Multiply(
            MatrixView.Constant(ref one, 1, gates.Rows), gates, first, count, new MatrixView(dBias, 1, gates.Columns.Count), add: true);
    }

    private void ForwardSegment()
    {
        if (InputsFirst) MultiplyInputs();
        ForwardSteps();
    }

    private void KeepInitial()
    {
        Checkpoint(FirstSegment, 0).Clear();
        InitialHidden.CopyTo(Checkpoint(FirstSegment, 0));
        if (!HasCell) return;
        Checkpoint(FirstSegment, 1).Clear();
        InitialCell.CopyTo(Checkpoint(FirstSegment, 1));
    }

    private int FirstStep(int segment) => Math.Max(Leading, segment * segmentLength);

    /// <summary>A state before a segment: 0 the hidden one, 1 the cell.</summary>
    private Span<float> Checkpoint(int segment, int part) => checkpoints!.Data.Slice(
        ((segment * checkpoints.Shape[1]) + part) * Batch * checkpoints.Shape[3], Batch * (part == 0 ? Units : CellUnits));

    /// <summary>Sets the states before the first step of a segment.</summary>
    private void Start(ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell)
    {
        Arrays.Start(hidden);
        if (HasCell) Arrays.Start(cell, Cells, CellUnits);
    }

    /// <summary>Makes room for the gates, or their gradients, of all steps that are kept.</summary>
    private void NeedGates() =>
        gates ??= Workspace.New([PackedMatrix.Length((KeepsSteps ? segmentLength : 1) * Batch, Weights.Columns)]);

    private SequenceGradients Gradients()
    {
        var gradients = new SequenceGradients
        {
            Output = Sequence is { HasGradient: true } ? Sequence.Gradient!.Data : default,
            Carry = Workspace.NewSpan(Batch * SequenceArrays.Padded(Units)),
        };
        TakeHiddenGradient(gradients.Carry, SequenceArrays.Padded(Units));
        if (Inputs.X.RequiresGradient) gradients.Input = InputGradient(out gradients.AddsInput);
        return gradients;
    }

    /// <summary>Adds the gradient of an initial state, [batch, padded units], where it is asked for.</summary>
    private void AddInitial(Span<float> target, ReadOnlySpan<float> gradient, int units)
    {
        for (var row = 0; row < Batch && !target.IsEmpty; row++)
        {
            var sum = target.Slice(row * units, units);
            TensorPrimitives.Add(sum, gradient.Slice(row * SequenceArrays.Padded(units), units), sum);
        }
    }

    private void MultiplyInputs()
    {
        var weights = Weights.Forward();
        var gates = new PackedMatrix(Gates, Steps * Batch, Weights.Columns);
        var isGru = Weights.Cell == RecurrentCell.Gru;
        var first = isGru ? GruKernel.InputSlot * PanelColumns.Block : 0;
        var isNormed = Inputs.Norm is not null;
        if (isGru && !isNormed) GruKernel.FillCandidateBias(gates, weights.Bias);
        InputProduct.Run(new()
        {
            Sequence = Arrays,
            Kernel = Weights.IsJoined ? weights.Gates : weights.Input,
            Bias = isNormed ? RowNorm.Nothing : weights.Bias.Shifted(first),
            Gates = isNormed
                ? NormedInput.Rows
                : isGru ? gates.Vectors(GruKernel.InputSlot, Weights.InputColumns) : gates,
        });
    }
}
