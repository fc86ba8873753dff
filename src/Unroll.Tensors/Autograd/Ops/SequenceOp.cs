using System.Diagnostics;
using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>What every recurrent operation takes. The layers check all shapes before they get here.</summary>
internal readonly record struct SequenceInputs
{
    /// <summary>[batch, time, inputs]</summary>
    public required Tensor X { get; init; }

    /// <summary>[inputs, gates * units]</summary>
    public required Tensor Kernel { get; init; }

    /// <summary>[units, gates * units]</summary>
    public required Tensor RecurrentKernel { get; init; }

    /// <summary>[gates * units] (GRU with reset after: [2, 3 * units]), or null.</summary>
    public Tensor? Bias { get; init; }

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
/// A recurrent layer over a whole sequence, as one operation: all input products first, as one large product; then
/// the steps; and in the backward pass the steps in reverse (backpropagation through time), then the gradients of
/// all weights as large products over all steps.
/// </summary>
internal abstract class SequenceOp : Op
{
    private Tensor? stepMask;
    private Tensor? dropped;

    /// <summary>The hidden states of all steps, [batch, time, units]; null where they are not wanted.</summary>
    public Tensor? Sequence { get; private set; }

    /// <summary>The hidden state after the last step, [batch, units].</summary>
    public Tensor Hidden { get; private set; } = null!;

    public override bool Reached => Hidden.HasGradient || Sequence is { HasGradient: true };

    protected SequenceInputs Inputs { get; private set; }

    protected int Batch { get; private set; }

    protected int Time { get; private set; }

    protected int Units { get; private set; }

    /// <summary>The input in processing order, [T, B, inputs].</summary>
    protected Tensor Steps { get; private set; } = null!;

    /// <summary>[T, B, gates * units]; see the kernels.</summary>
    protected Tensor Gates { get; private set; } = null!;

    /// <summary>[T + 1, B, U]; see the kernels.</summary>
    protected Tensor States { get; private set; } = null!;

    /// <summary>What the kernels of all cells take.</summary>
    protected SequenceArrays Arrays => new()
    {
        Time = Time,
        Batch = Batch,
        Units = Units,
        Hidden = States.Values,
        Mask = stepMask is null ? default : stepMask.Values,
        RecurrentDropout = Inputs.RecurrentDropout is null ? default : Inputs.RecurrentDropout.Values,
        Dropped = dropped is null ? default : dropped.Values,
    };

    private bool OutputReversed => Inputs.Reverse && !Inputs.OutputAsProcessed;

    /// <summary>Whether the input itself can be the steps: [batch, time] is [time, batch], and no step is masked.</summary>
    private bool IsTimeMajor => Inputs.Mask is null && (Time == 1 || (Batch == 1 && !Inputs.Reverse));

    /// <summary>Lays out the memory of a forward pass and computes the input products.</summary>
    protected void Prepare(SequenceInputs inputs, ReadOnlySpan<float> inputBias)
    {
        Inputs = inputs;
        (Batch, Time, Units) = (inputs.X.Shape[0], inputs.X.Shape[1], inputs.RecurrentKernel.Shape[0]);
        Debug.Assert(Time > 0 && inputs.X.Shape[2] == inputs.Kernel.Shape[0], "checked by the layer");
        Steps = inputs.X;
        if (!IsTimeMajor)
        {
            Steps = Workspace.New([Time, Batch, inputs.X.Shape[2]]);
            TimeMajor.From(inputs.X.Values, Steps.Values, Batch, Time, inputs.Reverse);
        }

        stepMask = null;
        if (inputs.Mask is { } mask)
        {
            stepMask = Workspace.New([Time, Batch]);
            TimeMajor.From(mask.Values, stepMask.Values, Batch, Time, inputs.Reverse);
            ClearMaskedSteps(stepMask.Values, Steps.Values);
        }

        Gates = Workspace.New([Time, Batch, inputs.Kernel.Shape[1]]);
        Linear.Forward(Steps.Values, inputs.Kernel, inputBias, Gates.Values);
        States = NewStates(inputs.InitialHidden);
        dropped = inputs.RecurrentDropout is null ? null : Workspace.New([Time, Batch, Units]);
    }

    /// <summary>Padding may hold anything, even NaN, which times a gradient of zero would still be NaN.</summary>
    private static void ClearMaskedSteps(ReadOnlySpan<float> mask, Span<float> steps)
    {
        var width = steps.Length / mask.Length;
        for (var place = 0; place < mask.Length; place++)
        {
            if (mask[place] == 0) steps.Slice(place * width, width).Clear();
        }
    }

    /// <summary>States of all steps, the first of which is the initial one.</summary>
    protected Tensor NewStates(Tensor? initial)
    {
        var states = Workspace.New([Time + 1, Batch, Units]);
        if (initial is null) states.Values[..(Batch * Units)].Clear();
        else initial.Values.CopyTo(states.Values);
        return states;
    }

    /// <summary>Makes the outputs from the states.</summary>
    protected void Finish()
    {
        Hidden = LastOf(States);
        Sequence = null;
        if (!Inputs.ReturnSequences) return;
        Sequence = Workspace.New([Batch, Time, Units]);
        TimeMajor.To(States.Values[(Batch * Units)..], Sequence.Values, Batch, Time, OutputReversed);
    }

    /// <summary>The state after the last step, as an output of its own.</summary>
    protected Tensor LastOf(Tensor states)
    {
        var last = Workspace.New([Batch, Units]);
        states.Values[(Time * Batch * Units)..].CopyTo(last.Values);
        return last;
    }

    /// <summary>Marks the outputs as carrying a gradient.</summary>
    protected void MarkOutputs()
    {
        Hidden.RequiresGradient = true;
        if (Sequence is not null) Sequence.RequiresGradient = true;
    }

    /// <summary>Whether any input asks for a gradient while a tape records.</summary>
    protected static bool Records(SequenceInputs inputs, Tensor? initialCell) =>
        Tape.Records(inputs.X, inputs.Kernel) || Tape.Records(inputs.RecurrentKernel) ||
        (inputs.Bias is { } bias && Tape.Records(bias)) ||
        (inputs.InitialHidden is { } hidden && Tape.Records(hidden)) || (initialCell is not null && Tape.Records(initialCell));

    /// <summary>A product's second factor, packed in the step's memory.</summary>
    protected static PackedMatrix Pack(MatrixView matrix) =>
        PackedMatrix.Pack(matrix, Workspace.NewSpan(PackedMatrix.Length(matrix.Rows, matrix.Columns)));

    /// <summary>The gradient of a final state, to be walked back to the initial one.</summary>
    protected static Span<float> GradientOfLast(Tensor last)
    {
        var gradient = Workspace.NewZeros(last.Shape).Values;
        if (last.HasGradient) last.Gradient!.Values.CopyTo(gradient);
        return gradient;
    }

    /// <summary>The gradient of every step's output in processing order; empty where there is none.</summary>
    protected Span<float> GradientOfSteps()
    {
        if (Sequence is not { HasGradient: true }) return default;
        var steps = Workspace.NewSpan(Sequence.Length);
        TimeMajor.From(Sequence.Gradient!.Values, steps, Batch, Time, OutputReversed);
        return steps;
    }

    /// <summary>The hidden states as the recurrent products saw them, [T * B, U].</summary>
    protected Span<float> RecurrentOperands => (dropped ?? States).Values[..(Time * Batch * Units)];

    /// <summary>Gradients of input and kernel from those of the input products, which <see cref="Gates"/> now holds.</summary>
    protected void BackwardInputs()
    {
        if (Inputs.Kernel.RequiresGradient) Linear.BackwardKernel(Steps.Values, Gates.Values, Inputs.Kernel);
        if (!Inputs.X.RequiresGradient) return;
        if (IsTimeMajor)
        {
            var target = Inputs.X.GradientToSet(out var addTarget);
            Linear.BackwardInput(Gates.Values, Inputs.Kernel, target, addTarget);
            return;
        }

        var steps = Workspace.NewSpan(Inputs.X.Length);
        Linear.BackwardInput(Gates.Values, Inputs.Kernel, steps, add: false);
        var dx = Inputs.X.GradientToSet(out var add);
        if (add) TimeMajor.AddTo(steps, dx, Batch, Time, Inputs.Reverse);
        else TimeMajor.To(steps, dx, Batch, Time, Inputs.Reverse);
    }

    /// <summary>Adds the gradient of an initial state where it is asked for.</summary>
    protected static void BackwardInitial(Tensor? initial, ReadOnlySpan<float> gradient)
    {
        if (initial is not { RequiresGradient: true }) return;
        var target = initial.GradientToAdd();
        TensorPrimitives.Add(target, gradient, target);
    }
}
