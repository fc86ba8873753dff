using System.Diagnostics;
using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>What every recurrent operation takes. The layers check all shapes before they get here.</summary>
internal readonly record struct SequenceInputs
{
    /// <summary>[batch, time, inputs]</summary>
    public required Tensor X { get; init; }

    /// <summary>The layer's weights.</summary>
    public required RecurrentWeights Weights { get; init; }

    /// <summary>[batch, units], or null for zeros.</summary>
    public Tensor? InitialHidden { get; init; }

    /// <summary>[batch, time] of 0 and 1, or null.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>[batch, units], or null: multiplies the hidden state before the recurrent product, alike at all steps.</summary>
    public Tensor? RecurrentDropout { get; init; }

    /// <summary>Whether time runs from the last step to the first.</summary>
    public bool Reverse { get; init; }

    /// <summary>Whether outputs stand in the order of processing; else each stands at its step's time.</summary>
    public bool OutputAsProcessed { get; init; }

    /// <summary>Whether the hidden states of all steps are wanted, or just the last.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>Steps of a segment whose arithmetic is done again in the backward pass, or 0 to keep all steps.</summary>
    public int RecomputeSteps { get; init; }

    /// <summary>Of the candidate and of the output.</summary>
    public Activation Activation { get; init; }

    /// <summary>Of the gates.</summary>
    public Activation RecurrentActivation { get; init; }
}

/// <summary>
/// A recurrent layer over a whole sequence, as one operation. Where the weights fit a core's cache, each step is one
/// product of [x h] with all of them; where they do not, all inputs are multiplied beforehand, in one large product. In
/// the backward pass the steps run in reverse (backpropagation through time), then the gradients of the weights are
/// large products over all steps.
/// </summary>
internal abstract class SequenceOp : Op
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
    private Tensor? initialCell;

    /// <summary>[segments, 1 or 2, batch, units]: the states before each segment, where segments are computed again.</summary>
    private Tensor? checkpoints;

    private int segmentLength;
    private int firstStep;
    private bool isRepeated;

    /// <summary>The hidden states of all steps, [batch, time, units]; null where they are not wanted.</summary>
    public Tensor? Sequence { get; private set; }

    /// <summary>The hidden state after the last step, [batch, units].</summary>
    public Tensor Hidden { get; private set; } = null!;

    public override bool Reached => Hidden.HasGradient || Sequence is { HasGradient: true } || LastCell is { HasGradient: true };

    /// <summary>Whether there is a cell state beside the hidden one.</summary>
    protected virtual bool HasCell => false;

    /// <summary>Whether forward steps need memory for all gates.</summary>
    protected abstract bool KeepsGates { get; }

    /// <summary>The cell state after the last step, [batch, units].</summary>
    protected Tensor? LastCell { get; private set; }

    /// <summary>The cell states of all steps.</summary>
    protected Span<float> Cells => cells!.Data;

    protected SequenceInputs Inputs { get; private set; }

    protected int Batch { get; private set; }

    /// <summary>Steps of the sequence.</summary>
    protected int Time { get; private set; }

    /// <summary>Steps of the segment that is being computed: all, unless they are computed again in the backward pass.</summary>
    protected int Steps => Math.Min(segmentLength, Time - firstStep);

    protected int Units => Inputs.Weights.Units;

    /// <summary>Whether a backward pass may follow.</summary>
    protected bool IsRecorded { get; private set; }

    /// <summary>Whether the inputs of all steps are multiplied before the steps.</summary>
    protected bool InputsFirst { get; private set; }

    /// <summary>Panels of [T * B] rows; see the kernels. Empty where nothing needs to be kept.</summary>
    protected Span<float> Gates => gates is null ? default : gates.Data;

    /// <summary>What the kernels of all cells take.</summary>
    protected SequenceArrays Arrays => new()
    {
        Time = Steps,
        FirstStep = firstStep,
        TotalTime = Time,
        Batch = Batch,
        Units = Units,
        Inputs = Inputs.Weights.Inputs,
        Reverse = Inputs.Reverse,
        ReverseOutput = Inputs.Reverse && !Inputs.OutputAsProcessed,
        X = Inputs.X.Data,
        Operand = operand.Data,
        Undropped = undropped is null ? default : undropped.Data,
        RecurrentDropout = Inputs.RecurrentDropout is null ? default : Inputs.RecurrentDropout.Data,
        Mask = Inputs.Mask is null ? default : Inputs.Mask.Data,
        Output = Sequence is null || isRepeated ? default : Sequence.Data,
        KeepsSteps = KeepsSteps,
    };

    protected bool KeepsSteps => IsRecorded || InputsFirst;

    /// <summary>Entries of what is kept of each step: one more than steps, or two that are used in turn.</summary>
    private int StepsKept => KeepsSteps ? segmentLength + 1 : 2;

    private int Segments => (Time + segmentLength - 1) / segmentLength;

    public override void Backward()
    {
        NeedGates();
        var gradients = Gradients();
        var dCell = HasCell ? GradientOfLast(LastCell!) : default;
        for (var segment = Segments - 1; segment >= 0; segment--)
        {
            if (segment < Segments - 1)
            {
                (firstStep, isRepeated) = (segment * segmentLength, true);
                Start(Checkpoint(segment, 0), HasCell ? Checkpoint(segment, 1) : default);
                Forward();
            }

            gradients.WantsInitial = segment > 0 || Inputs.InitialHidden is { RequiresGradient: true };
            BackwardSteps(gradients, dCell);
            for (var row = 0; row < Steps * Batch; row += PieceRows) BackwardWeights(row, Math.Min(PieceRows, (Steps * Batch) - row));
        }

        BackwardInitial(Inputs.InitialHidden, gradients.Carry);
        BackwardInitial(initialCell, dCell);
    }

    /// <summary>Runs over the whole sequence.</summary>
    protected void Run(SequenceInputs inputs, Tensor? initialCell, bool isRecorded)
    {
        Inputs = inputs;
        IsRecorded = isRecorded;
        this.initialCell = initialCell;
        (Batch, Time) = (inputs.X.Shape[0], inputs.X.Shape[1]);
        Debug.Assert(Time > 0 && inputs.X.Shape[2] == inputs.Weights.Inputs, "checked by the layer");
        InputsFirst = Time > 1 && (inputs.Weights.Count > LargeWeights || Batch < FewRows);
        segmentLength = isRecorded && inputs.RecomputeSteps > 0 ? Math.Min(Time, inputs.RecomputeSteps) : Time;
        (firstStep, isRepeated) = (0, false);
        operand = Workspace.New([StepsKept * Batch * SequenceArrays.RowLengthOf(Units, inputs.Weights.Inputs)]);
        undropped = inputs.RecurrentDropout is null ? null : NewStates();
        cells = HasCell ? NewStates() : null;
        checkpoints = Segments > 1 ? Workspace.New([Segments, HasCell ? 2 : 1, Batch, Units]) : null;
        Sequence = inputs.ReturnSequences ? Workspace.New([Batch, Time, Units]) : null;
        gates = null;
        if (KeepsGates || InputsFirst) NeedGates();
        Allocate();
        Start(
            inputs.InitialHidden is null ? default : inputs.InitialHidden.Data, initialCell is null ? default : initialCell.Data);
        ForwardSegments();
        Hidden = Workspace.New([Batch, Units]);
        LastCell = HasCell ? Workspace.New([Batch, Units]) : null;
        Finish(Hidden.Data, LastCell is null ? default : LastCell.Data);
        if (!isRecorded) return;
        Hidden.RequiresGradient = true;
        if (Sequence is not null) Sequence.RequiresGradient = true;
        if (LastCell is not null) LastCell.RequiresGradient = true;
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

    /// <summary>Whether any input asks for a gradient while a tape records.</summary>
    protected static bool Records(SequenceInputs inputs, Tensor? initialCell = null) =>
        Tape.Records(inputs.X, inputs.Weights.Kernel) || Tape.Records(inputs.Weights.RecurrentKernel) ||
        (inputs.Weights.Bias is { } bias && Tape.Records(bias)) ||
        (inputs.InitialHidden is { } hidden && Tape.Records(hidden)) || (initialCell is not null && Tape.Records(initialCell));

    /// <summary>Memory for a value of each row of all steps that are kept.</summary>
    protected Tensor NewStates() => Workspace.New([StepsKept * Batch * SequenceArrays.Padded(Units)]);

    /// <summary>
    /// Gradients of all weights from some rows of the gates' gradients. All products read these rows while the cache holds
    /// them.
    /// </summary>
    protected abstract void BackwardWeights(int first, int count);

    /// <summary>Gradients of the kernels, from some rows of the gates.</summary>
    /// <param name="input">The gates that x made.</param>
    /// <param name="recurrent">The gates that h made.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">Number of rows.</param>
    protected void BackwardKernels(PackedMatrix input, PackedMatrix recurrent, int first, int count)
    {
        var weights = Inputs.Weights;
        if (weights.Kernel.RequiresGradient)
        {
            var target = GradientView(weights.Kernel, out var add);
            MatrixProduct.Multiply(Arrays.InputsOfSteps.Transposed, input, first, count, target, add);
        }

        if (weights.RecurrentKernel.RequiresGradient)
        {
            var target = GradientView(weights.RecurrentKernel, out var add);
            MatrixProduct.Multiply(Arrays.Hiddens.Transposed, recurrent, first, count, weights.RecurrentPart(target), add);
        }
    }

    /// <summary>dBias += the sum of some rows of the gates.</summary>
    protected static void AddBias(PackedMatrix gates, int first, int count, Span<float> dBias)
    {
        var one = 1f;
        MatrixProduct.Multiply(
            MatrixView.Constant(ref one, 1, gates.Rows), gates, first, count, new MatrixView(dBias, 1, gates.Columns.Count), add: true);
    }

    protected static MatrixView GradientView(Tensor weight, out bool add) =>
        new(weight.GradientToSet(out add), weight.Shape[0], weight.Shape[1]);

    private void ForwardSegments()
    {
        Forward();
        for (var segment = 1; segment < Segments; segment++)
        {
            if (segment == 1) KeepInitial();
            var hidden = Checkpoint(segment, 0);
            var cell = HasCell ? Checkpoint(segment, 1) : default;
            Finish(hidden, cell);
            firstStep = segment * segmentLength;
            Start(hidden, cell);
            Forward();
        }
    }

    private void Forward()
    {
        if (InputsFirst) MultiplyInputs();
        ForwardSteps();
    }

    private void KeepInitial()
    {
        if (Inputs.InitialHidden is { } hidden) hidden.Data.CopyTo(Checkpoint(0, 0));
        else Checkpoint(0, 0).Clear();
        if (initialCell is not null) initialCell.Data.CopyTo(Checkpoint(0, 1));
        else if (HasCell) Checkpoint(0, 1).Clear();
    }

    private Span<float> Checkpoint(int segment, int part) =>
        checkpoints!.Data.Slice(((segment * checkpoints.Shape[1]) + part) * Batch * Units, Batch * Units);

    /// <summary>Sets the states before the first step of a segment.</summary>
    private void Start(ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell)
    {
        Arrays.Start(hidden);
        if (HasCell) Arrays.Start(cell, Cells);
    }

    /// <summary>Takes the states after the last step of a segment.</summary>
    private void Finish(Span<float> hidden, Span<float> cell)
    {
        Arrays.Finish(hidden);
        if (HasCell) Arrays.Finish(Cells, cell);
    }

    /// <summary>Makes room for the gates, or their gradients, of all steps that are kept.</summary>
    private void NeedGates() =>
        gates ??= Workspace.New([PackedMatrix.Length((KeepsSteps ? segmentLength : 1) * Batch, Inputs.Weights.Columns)]);

    /// <summary>The gradient of a final state [batch, units], laid out [batch, padded units] to be walked back to the initial one.</summary>
    private Span<float> GradientOfLast(Tensor last)
    {
        var gradient = Workspace.NewSpan(Batch * SequenceArrays.Padded(Units));
        Arrays.Start(last.HasGradient ? last.Gradient!.Data : default, gradient);
        return gradient;
    }

    private SequenceGradients Gradients()
    {
        var gradients = new SequenceGradients
        {
            Output = Sequence is { HasGradient: true } ? Sequence.Gradient!.Data : default,
            Carry = GradientOfLast(Hidden),
        };
        if (Inputs.X.RequiresGradient) gradients.Input = Inputs.X.GradientToSet(out gradients.AddsInput);
        return gradients;
    }

    /// <summary>Adds the gradient of an initial state, [batch, padded units], where it is asked for.</summary>
    private void BackwardInitial(Tensor? initial, ReadOnlySpan<float> gradient)
    {
        if (initial is not { RequiresGradient: true }) return;
        var target = initial.GradientToAdd();
        for (var row = 0; row < Batch; row++)
        {
            var sum = target.Slice(row * Units, Units);
            TensorPrimitives.Add(sum, gradient.Slice(row * SequenceArrays.Padded(Units), Units), sum);
        }
    }

    private void MultiplyInputs()
    {
        var weights = Inputs.Weights.Forward();
        var gates = new PackedMatrix(Gates, Steps * Batch, Inputs.Weights.Columns);
        var isGru = Inputs.Weights.Cell == RecurrentCell.Gru;
        var first = isGru ? GruKernel.InputSlot * PanelColumns.Block : 0;
        if (isGru) GruKernel.FillCandidateBias(gates, weights.Bias);
        InputProduct.Run(new()
        {
            Sequence = Arrays,
            Kernel = Inputs.Weights.IsJoined ? weights.Gates : weights.Input,
            Bias = weights.Bias.Shifted(first),
            Gates = isGru ? gates.Vectors(GruKernel.InputSlot, Inputs.Weights.InputColumns) : gates,
        });
    }
}
