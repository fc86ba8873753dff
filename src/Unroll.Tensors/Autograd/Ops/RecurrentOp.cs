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

    /// <summary>
    /// Zoneout: the share of the new hidden state that is taken, [time, batch, padded units] in the order of processing, or
    /// [padded units] alike for all; null: all of it.
    /// </summary>
    public Tensor? HiddenTaken { get; init; }

    /// <summary>What an LSTM has beyond the usual one; null: nothing.</summary>
    public LstmVariant? Variant { get; init; }

    /// <summary>Layer normalisation of an LSTM, with a <see cref="Variant"/>, or of a GRU with reset after; null: none.</summary>
    public LayerNorm? Norm { get; init; }

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

/// <summary>A recurrent layer over a whole sequence, as one operation.</summary>
internal abstract class RecurrentOp : Op
{
    private Tensor? initialCell;

    /// <summary>The hidden states of all steps, [batch, time, units]; null where they are not wanted.</summary>
    public Tensor? Sequence { get; private set; }

    /// <summary>The hidden state after the last step, [batch, units].</summary>
    public Tensor Hidden { get; private set; } = null!;

    /// <summary>The cell state after the last step, [batch, cell units], of an LSTM; else null.</summary>
    public Tensor? Cell { get; private set; }

    public override bool Reached => Hidden.HasGradient || Sequence is { HasGradient: true } || Cell is { HasGradient: true };

    protected SequenceInputs Inputs { get; private set; }

    protected RecurrentWeights Weights => Inputs.Weights;

    protected int Batch { get; private set; }

    /// <summary>Steps of the sequence.</summary>
    protected int Time { get; private set; }

    /// <summary>
    /// Steps, in the order of processing, that are not walked because no row has begun: they keep the initial state. The last
    /// step of such padding is walked, so that gradients of the initial state add up in the same order with and without.
    /// </summary>
    public int Leading { get; private set; }

    /// <summary>Steps that are walked, at least 1. Those behind are padding in all rows, too: they keep the final state.</summary>
    public int Walked { get; private set; }

    protected int Units => Weights.Units;

    /// <summary>Width of the cell state.</summary>
    protected int CellUnits => Weights.CellUnits;

    /// <summary>Whether there is a cell state beside the hidden one.</summary>
    protected bool HasCell => Weights.Cell == RecurrentCell.Lstm;

    /// <summary>Whether a backward pass may follow.</summary>
    protected bool IsRecorded { get; private set; }

    protected ReadOnlySpan<float> InitialHidden => DataOf(Inputs.InitialHidden);

    protected ReadOnlySpan<float> InitialCell => DataOf(initialCell);

    /// <summary>Runs the operation of a cell, in the form that suits its size; both forms give the same bits.</summary>
    /// <param name="inputs">What it takes.</param>
    /// <param name="initialCell">[batch, cell units], or null for zeros; of an LSTM.</param>
    public static RecurrentOp Apply(SequenceInputs inputs, Tensor? initialCell = null)
    {
        var records = Records(inputs, initialCell);
        var op = NarrowOp.Suits(inputs) ? New<NarrowOp>(records) : inputs.Weights.Cell switch
        {
            RecurrentCell.Lstm when inputs.Variant is not null => New<LstmVariantOp>(records),
            RecurrentCell.Lstm => New<LstmOp>(records),
            RecurrentCell.Gru => New<GruOp>(records),
            RecurrentCell.GruBefore => New<GruBeforeOp>(records),
            _ => (RecurrentOp)New<SimpleRnnOp>(records),
        };
        op.Run(inputs, initialCell, records);
        return op;
    }

    /// <summary>Lays out the memory and runs over the whole sequence.</summary>
    protected abstract void Forward();

    /// <summary>Takes the states after the last step.</summary>
    /// <param name="hidden">[batch, units]</param>
    /// <param name="cell">[batch, units], or empty.</param>
    protected abstract void Finish(Span<float> hidden, Span<float> cell);

    /// <summary>The values of a tensor; empty where there is none.</summary>
    protected static Span<float> DataOf(Tensor? tensor) => tensor is null ? default : tensor.Data;

    /// <summary>A gradient to be set, or to be added to.</summary>
    protected static MatrixView GradientView(Tensor weight, out bool add) =>
        new(weight.GradientToSet(out add), weight.Shape[0], weight.Shape[1]);

    /// <summary>The gradients of the initial states where they are asked for, to be added to; else empty.</summary>
    protected Span<float> InitialGradient(bool ofCell) =>
        (ofCell ? initialCell : Inputs.InitialHidden) is { RequiresGradient: true } initial ? initial.GradientToAdd() : default;

    /// <summary>Adds to a gradient what reaches its state through the outputs of some steps of padding, the last one first.</summary>
    /// <param name="gradient">Of a hidden state, [batch, ..].</param>
    /// <param name="rowLength">Distance of its rows.</param>
    /// <param name="first">The first step.</param>
    /// <param name="last">One after the last step.</param>
    protected void AddOutputGradients(Span<float> gradient, int rowLength, int first, int last)
    {
        if (Sequence is not { HasGradient: true }) return;
        for (var step = last - 1; step >= first; step--)
        {
            for (var row = 0; row < Batch; row++)
            {
                var sum = gradient.Slice(row * rowLength, Units);
                TensorPrimitives.Add(OutputAt(Sequence.Gradient!.Data, step, row), sum, sum);
            }
        }
    }

    /// <summary>The gradient of the final hidden state with what reaches it through the padding behind, laid out anew.</summary>
    /// <param name="target">[batch, row length], its padding zeros.</param>
    /// <param name="rowLength">Distance of its rows.</param>
    protected void TakeHiddenGradient(Span<float> target, int rowLength)
    {
        target.Clear();
        for (var row = 0; row < Batch && Hidden.HasGradient; row++)
            Hidden.Gradient!.Data.Slice(row * Units, Units).CopyTo(target[(row * rowLength)..]);
        AddOutputGradients(target, rowLength, Leading + Walked, Time);
    }

    /// <summary>The gradient of the input, to be set or added to in the steps that are walked.</summary>
    protected Span<float> InputGradient(out bool add)
    {
        var gradient = Inputs.X.GradientToSet(out add);
        var width = Weights.Inputs;
        for (var step = 0; step < Time && !add; step++)
        {
            if (step >= Leading && step < Leading + Walked) continue;
            for (var row = 0; row < Batch; row++) gradient.Slice(((row * Time) + Position(step, Inputs.Reverse)) * width, width).Clear();
        }

        return gradient;
    }

    private int Position(int step, bool reverse) => reverse ? Time - 1 - step : step;

    private Span<float> OutputAt(Span<float> sequence, int step, int row) =>
        sequence.Slice(((row * Time) + Position(step, Inputs.Reverse && !Inputs.OutputAsProcessed)) * Units, Units);

    /// <summary>Finds the steps that have to be walked.</summary>
    private void FindPadding()
    {
        (Leading, Walked) = (0, Time);
        if (Inputs.Mask is null) return;
        int first = 0, last = Time - 1;
        while (last > 0 && !IsReal(last)) last--;
        while (first < last && !IsReal(first)) first++;
        Leading = Math.Max(0, first - 1);
        Walked = last + 1 - Leading;
    }

    /// <summary>Whether a step is real in some row.</summary>
    private bool IsReal(int step)
    {
        var mask = Inputs.Mask!.Data;
        for (var place = Position(step, Inputs.Reverse); place < mask.Length; place += Time)
        {
            if (mask[place] != 0) return true;
        }

        return false;
    }

    /// <summary>Writes the outputs of steps of padding: the state that is kept, [batch, units], or empty for zeros.</summary>
    private void KeepStates(int first, int last, ReadOnlySpan<float> state)
    {
        for (var step = first; step < last && Sequence is not null; step++)
        {
            for (var row = 0; row < Batch; row++)
            {
                var output = OutputAt(Sequence.Data, step, row);
                if (state.IsEmpty) output.Clear();
                else state.Slice(row * Units, Units).CopyTo(output);
            }
        }
    }

    /// <summary>An operation of the tape, or one that is used again and again where nothing is kept for a backward pass.</summary>
    private static T New<T>(bool records)
        where T : RecurrentOp, new() => records ? Tape.Add<T>() : Unrecorded<T>.Op ??= new();

    private static bool Records(SequenceInputs inputs, Tensor? initialCell) =>
        Tape.Records(inputs.X, inputs.Weights.Kernel) || Tape.Records(inputs.Weights.RecurrentKernel) ||
        (inputs.Weights.Bias is { } bias && Tape.Records(bias)) || (inputs.Variant?.Peepholes is { } peepholes && Tape.Records(peepholes)) ||
        (inputs.Weights.Projection is { } projection && Tape.Records(projection)) || (inputs.Norm is { } norm && norm.IsRecorded) ||
        (inputs.InitialHidden is { } hidden && Tape.Records(hidden)) || (initialCell is not null && Tape.Records(initialCell));

    private void Run(SequenceInputs inputs, Tensor? initial, bool isRecorded)
    {
        Inputs = inputs;
        IsRecorded = isRecorded;
        initialCell = initial;
        (Batch, Time) = (inputs.X.Shape[0], inputs.X.Shape[1]);
        Debug.Assert(Time > 0 && inputs.X.Shape[2] == inputs.Weights.Inputs, "checked by the layer");
        FindPadding();
        Sequence = inputs.ReturnSequences ? Workspace.New([Batch, Time, Units]) : null;
        Forward();
        Hidden = Workspace.New([Batch, Units]);
        Cell = HasCell ? Workspace.New([Batch, CellUnits]) : null;
        Finish(Hidden.Data, Cell is null ? default : Cell.Data);
        KeepStates(0, Leading, InitialHidden);
        KeepStates(Leading + Walked, Time, Hidden.Data);
        if (!isRecorded) return;
        Hidden.RequiresGradient = true;
        if (Sequence is not null) Sequence.RequiresGradient = true;
        if (Cell is not null) Cell.RequiresGradient = true;
    }

    private static class Unrecorded<T>
    {
        [ThreadStatic]
        public static T? Op;
    }
}
