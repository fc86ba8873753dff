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

    /// <summary>The hidden states of all steps, [batch, time, units]; null where they are not wanted.</summary>
    public Tensor? Sequence { get; private set; }

    /// <summary>The hidden state after the last step, [batch, units].</summary>
    public Tensor Hidden { get; private set; } = null!;

    public override bool Reached => Hidden.HasGradient || Sequence is { HasGradient: true };

    protected SequenceInputs Inputs { get; private set; }

    protected int Batch { get; private set; }

    protected int Time { get; private set; }

    protected int Units => Inputs.Weights.Units;

    /// <summary>Whether a backward pass may follow.</summary>
    protected bool IsRecorded { get; private set; }

    /// <summary>Whether the inputs of all steps are multiplied before the steps.</summary>
    protected bool InputsFirst { get; private set; }

    /// <summary>Panels of [T * B] rows; see the kernels. Null where nothing needs to be kept.</summary>
    protected Tensor? Gates { get; private set; }

    /// <summary>What the kernels of all cells take.</summary>
    protected SequenceArrays Arrays => new()
    {
        Time = Time,
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
        Output = Sequence is null ? default : Sequence.Data,
        KeepsSteps = KeepsSteps,
    };

    protected bool KeepsSteps => IsRecorded || InputsFirst;

    /// <summary>Memory of all gates of all steps.</summary>
    protected int GateLength => PackedMatrix.Length(Time * Batch, Inputs.Weights.Columns);

    private int StepsKept => KeepsSteps ? Time + 1 : 2;

    /// <summary>Lays out the memory of a forward pass, and computes the input products where they come first.</summary>
    protected void Prepare(SequenceInputs inputs, bool isRecorded, bool keepsGates)
    {
        Inputs = inputs;
        IsRecorded = isRecorded;
        (Batch, Time) = (inputs.X.Shape[0], inputs.X.Shape[1]);
        Debug.Assert(Time > 0 && inputs.X.Shape[2] == inputs.Weights.Inputs, "checked by the layer");
        InputsFirst = Time > 1 && (inputs.Weights.Count > LargeWeights || Batch < FewRows);
        operand = Workspace.New([StepsKept * Batch * SequenceArrays.RowLengthOf(Units, inputs.Weights.Inputs)]);
        undropped = inputs.RecurrentDropout is null ? null : NewStates();
        Sequence = inputs.ReturnSequences ? Workspace.New([Batch, Time, Units]) : null;
        Gates = keepsGates || InputsFirst ? Workspace.New([GateLength]) : null;
        Arrays.Start(inputs.InitialHidden is null ? default : inputs.InitialHidden.Data);
        if (InputsFirst) MultiplyInputs();
    }

    /// <summary>Memory for the states of all steps.</summary>
    protected Tensor NewStates() => Workspace.New([StepsKept * Batch * SequenceArrays.Padded(Units)]);

    /// <summary>Makes room for the gradients of the gates.</summary>
    protected void NeedGates() => Gates ??= Workspace.New([GateLength]);

    /// <summary>Takes the last state out of those of all steps.</summary>
    protected void Finish()
    {
        Hidden = Workspace.New([Batch, Units]);
        Arrays.Finish(Hidden.Data);
    }

    /// <summary>Marks the outputs as carrying a gradient.</summary>
    protected void MarkOutputs()
    {
        Hidden.RequiresGradient = true;
        if (Sequence is not null) Sequence.RequiresGradient = true;
    }

    /// <summary>Whether any input asks for a gradient while a tape records.</summary>
    protected static bool Records(SequenceInputs inputs, Tensor? initialCell) =>
        Tape.Records(inputs.X, inputs.Weights.Kernel) || Tape.Records(inputs.Weights.RecurrentKernel) ||
        (inputs.Weights.Bias is { } bias && Tape.Records(bias)) ||
        (inputs.InitialHidden is { } hidden && Tape.Records(hidden)) || (initialCell is not null && Tape.Records(initialCell));

    /// <summary>The gradient of a final state [batch, units], laid out [batch, padded units] to be walked back to the initial one.</summary>
    protected Span<float> GradientOfLast(Tensor last)
    {
        var gradient = Workspace.NewSpan(Batch * SequenceArrays.Padded(Units));
        Arrays.Start(last.HasGradient ? last.Gradient!.Data : default, gradient);
        return gradient;
    }

    /// <summary>What a walk back takes and gives.</summary>
    protected SequenceGradients Gradients()
    {
        var gradients = new SequenceGradients
        {
            Output = Sequence is { HasGradient: true } ? Sequence.Gradient!.Data : default,
            Carry = GradientOfLast(Hidden),
            WantsInitial = Inputs.InitialHidden is { RequiresGradient: true },
        };
        if (Inputs.X.RequiresGradient) gradients.Input = Inputs.X.GradientToSet(out gradients.AddsInput);
        return gradients;
    }

    /// <summary>
    /// Gradients of all weights from those of the gates: products over all steps, done piece by piece so that all of them
    /// read a piece while the cache holds it.
    /// </summary>
    protected void BackwardWeights()
    {
        for (var row = 0; row < Time * Batch; row += PieceRows) BackwardWeights(row, Math.Min(PieceRows, (Time * Batch) - row));
    }

    /// <summary>The same for some rows of the gates.</summary>
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

    /// <summary>Adds the gradient of an initial state, [batch, padded units], where it is asked for.</summary>
    protected void BackwardInitial(Tensor? initial, ReadOnlySpan<float> gradient)
    {
        if (initial is not { RequiresGradient: true }) return;
        var target = initial.GradientToAdd();
        for (var row = 0; row < Batch; row++)
        {
            var sum = target.Slice(row * Units, Units);
            TensorPrimitives.Add(sum, gradient.Slice(row * SequenceArrays.Padded(Units), Units), sum);
        }
    }

    protected static MatrixView GradientView(Tensor weight, out bool add) =>
        new(weight.GradientToSet(out add), weight.Shape[0], weight.Shape[1]);

    private void MultiplyInputs()
    {
        var weights = Inputs.Weights.Forward();
        var gates = new PackedMatrix(Gates!.Data, Time * Batch, Inputs.Weights.Columns);
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
