using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// A recurrent layer with few units over a whole sequence, rows of the batch in the lanes of vectors; see <see
/// cref="NarrowArrays"/>.
/// </summary>
internal sealed class NarrowOp : RecurrentOp
{
    /// <summary>Up to so many units, most of a vector of units would be padding.</summary>
    private const int MostUnits = 8;

    /// <summary>Fewer rows leave too many lanes empty.</summary>
    private const int FewestRows = 16;

    private Tensor inputLanes = null!;
    private Tensor bias = null!;
    private Tensor hidden = null!;
    private Tensor? gates;
    private Tensor? dropped;
    private Tensor? cells;
    private Tensor? reset;
    private Tensor? maskLanes;
    private Tensor? dropoutLanes;

    private int Lanes => NarrowArrays.LanesOf(Batch);

    private int Slots => Weights.Cell switch
    {
        RecurrentCell.Lstm or RecurrentCell.Gru => 4,
        RecurrentCell.GruBefore => 3,
        _ => 1,
    };

    private NarrowArrays Arrays => new()
    {
        Time = Walked,
        FirstStep = Leading,
        TotalTime = Time,
        Batch = Batch,
        Units = Units,
        Inputs = Weights.Inputs,
        Slots = Slots,
        Reverse = Inputs.Reverse,
        ReverseOutput = Inputs.Reverse && !Inputs.OutputAsProcessed,
        KeepsSteps = IsRecorded,
        Kernel = Weights.Kernel.Data,
        Recurrent = Weights.RecurrentKernel.Data,
        Bias = bias.Data,
        X = Inputs.X.Data,
        Mask = DataOf(Inputs.Mask),
        Output = DataOf(Sequence),
        InputLanes = inputLanes.Data,
        MaskLanes = DataOf(maskLanes),
        DropoutLanes = DataOf(dropoutLanes),
        Hidden = hidden.Data,
        Dropped = DataOf(dropped),
        Cell = DataOf(cells),
        Reset = DataOf(reset),
        Gates = DataOf(gates),
    };

    /// <summary>Whether this form is the faster one.</summary>
    public static bool Suits(SequenceInputs inputs) =>
        inputs.Weights.Units <= MostUnits && inputs.X.Shape[0] >= FewestRows && inputs.RecomputeSteps == 0 &&
        inputs is { HiddenTaken: null, Variant: null, Norm: null };

    public override void Backward()
    {
        var stateLength = Units * Lanes;
        var gradients = new NarrowGradients
        {
            Output = Sequence is { HasGradient: true } ? Sequence.Gradient!.Data : default,
            OutputLanes = Sequence is { HasGradient: true } ? Workspace.NewSpan(Time * stateLength) : default,
            Hidden = Workspace.NewSpan(stateLength),
            Carry = Workspace.NewSpan(stateLength),
            Cell = HasCell ? Workspace.NewSpan(stateLength) : default,
        };
        var dHidden = Workspace.NewSpan(Batch * Units);
        TakeHiddenGradient(dHidden, Units);
        Arrays.TurnState(dHidden, gradients.Carry);
        if (HasCell) Arrays.TurnState(Cell!.HasGradient ? Cell.Gradient!.Data : default, gradients.Cell);
        if (Inputs.X.RequiresGradient)
        {
            gradients.Input = InputGradient(out gradients.AddsInput);
            gradients.InputLanes = Workspace.NewSpan(Weights.Inputs * Lanes);
        }

        NarrowKernel.Backward(Weights.Cell, Arrays, gradients, Inputs.Activation, Inputs.RecurrentActivation);
        BackwardWeights();
        var dInitial = InitialGradient(ofCell: false);
        if (!dInitial.IsEmpty)
        {
            Arrays.TurnStateBack(gradients.Hidden, dHidden, add: false);
            AddOutputGradients(dHidden, Units, 0, Leading);
            TensorPrimitives.Add(dInitial, dHidden, dInitial);
        }

        var dCell = InitialGradient(ofCell: true);
        if (!dCell.IsEmpty) Arrays.TurnStateBack(gradients.Cell, dCell, add: true);
    }

    protected override void Forward()
    {
        var steps = IsRecorded ? Time : 1;
        var stateLength = Units * Lanes;
        var isBefore = Weights.Cell == RecurrentCell.GruBefore;
        inputLanes = Workspace.New([Time * Weights.Inputs * Lanes]);
        bias = Workspace.NewZeros([Slots * Units * PanelColumns.Block]);
        hidden = Workspace.New([(Time + 1) * stateLength]);
        cells = HasCell ? Workspace.New([(Time + 1) * stateLength]) : null;
        dropped = Inputs.RecurrentDropout is null ? null : Workspace.New([(Time + 1) * stateLength]);
        dropoutLanes = Inputs.RecurrentDropout is null ? null : Workspace.New([stateLength]);
        maskLanes = Inputs.Mask is null ? null : Workspace.New([Time * Lanes]);
        reset = isBefore ? Workspace.New([steps * stateLength]) : null;
        gates = Workspace.New([steps * Slots * stateLength]);
        FillBias();
        var arrays = Arrays;
        arrays.TurnState(InitialHidden, arrays.Hidden);
        if (HasCell) arrays.TurnState(InitialCell, arrays.Cell);
        if (dropoutLanes is not null) arrays.TurnState(DataOf(Inputs.RecurrentDropout), arrays.DropoutLanes);
        if (dropped is not null) TensorPrimitives.Multiply(arrays.Hidden[..stateLength], arrays.DropoutLanes, arrays.Dropped);
        if (maskLanes is not null) arrays.Turn(arrays.Mask, arrays.MaskLanes, 1, arrays.Reverse, skipsMasked: false, new(0, Lanes));
        NarrowKernel.Forward(Weights.Cell, arrays, Inputs.Activation, Inputs.RecurrentActivation);
    }

    protected override void Finish(Span<float> hidden, Span<float> cell)
    {
        var arrays = Arrays;
        var last = Walked * Units * Lanes;
        arrays.TurnStateBack(arrays.Hidden[last..], hidden, add: false);
        if (HasCell) arrays.TurnStateBack(arrays.Cell[last..], cell, add: false);
    }

    /// <summary>What the sums of each slot start from.</summary>
    private void FillBias()
    {
        if (Weights.Bias is not { } values) return;
        if (Weights.Cell == RecurrentCell.Gru)
        {
            // Slots hold p z r n; both products meet in one sum for z and r.
            ReadOnlySpan<float> input = values.Data[..(3 * Units)], recurrent = values.Data[(3 * Units)..];
            for (var u = 0; u < Units; u++)
            {
                Bias(0, u).Fill(recurrent[(2 * Units) + u]);
                Bias(1, u).Fill(input[u] + recurrent[u]);
                Bias(2, u).Fill(input[Units + u] + recurrent[Units + u]);
                Bias(3, u).Fill(input[(2 * Units) + u]);
            }
        }
        else
        {
            for (var i = 0; i < Slots * Units; i++) Bias(0, i).Fill(values.Data[i]);
        }
    }

    private Span<float> Bias(int slot, int unit) =>
        bias.Data.Slice(((slot * Units) + unit) * PanelColumns.Block, PanelColumns.Block);

    private void BackwardWeights()
    {
        var arrays = Arrays;
        var isAfter = Weights.Cell == RecurrentCell.Gru;
        var firstInput = isAfter ? 1 : 0; // the slot of the first gate that x makes
        var columns = arrays.Columns;
        ReadOnlySpan<float> operand = arrays.Dropped.IsEmpty ? arrays.Hidden : arrays.Dropped;
        if (Weights.Kernel.RequiresGradient)
        {
            var target = Weights.Kernel.GradientToSet(out var add);
            Sum(arrays.InputLanes, Weights.Inputs, firstInput, columns, target, columns, add);
        }

        if (Weights.RecurrentKernel.RequiresGradient)
        {
            var target = Weights.RecurrentKernel.GradientToSet(out var add);
            var joint = Weights.Cell is RecurrentCell.Gru or RecurrentCell.GruBefore ? 2 * Units : columns;
            Sum(operand, Units, firstInput, joint, target, columns, add);
            if (joint < columns) Sum(isAfter ? operand : arrays.Reset, Units, isAfter ? 0 : 2, Units, target[joint..], columns, add);
        }

        if (Weights.Bias is not { RequiresGradient: true } bias) return;
        var dBias = bias.GradientToAdd();
        Sum(default, 1, firstInput, columns, dBias, columns, add: true);
        if (!isAfter) return;
        Sum(default, 1, 1, 2 * Units, dBias[columns..], columns, add: true);
        Sum(default, 1, 0, Units, dBias[(columns + (2 * Units))..], columns, add: true);
    }

    private void Sum(ReadOnlySpan<float> factor, int rows, int slot, int columns, Span<float> target, int targetRow, bool add) =>
        LaneSums.Run(new()
        {
            Factor = factor,
            Rows = rows,
            Gradient = gates!.Data[(slot * Units * Lanes)..],
            Columns = columns,
            GradientStep = Slots * Units * Lanes,
            Steps = Walked,
            Lanes = Lanes,
            Target = target,
            TargetRow = targetRow,
            Add = add,
        });
}
