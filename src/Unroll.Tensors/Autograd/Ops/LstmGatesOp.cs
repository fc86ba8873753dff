using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>The states of an LSTM after a step, of what goes into its gates; see <see cref="LstmGatesKernel"/>.</summary>
internal sealed class LstmGatesOp : Op
{
    private Tensor sums = null!, cell = null!, gates = null!, curved = null!, hidden = null!, newCell = null!;
    private Activation activation, gateActivation;

    public override bool Reached => hidden.HasGradient || newCell.HasGradient;

    /// <summary>One step.</summary>
    /// <param name="sums">[…, 4 units], the gates before their activation, in the order i f g o.</param>
    /// <param name="cell">[…, units], the cell state before the step.</param>
    /// <param name="activation">Of the candidate and the output.</param>
    /// <param name="gateActivation">Of the gates.</param>
    /// <returns>[…, units] each.</returns>
    public static (Tensor Hidden, Tensor Cell) Apply(Tensor sums, Tensor cell, Activation activation, Activation gateActivation)
    {
        Tensor gates = Workspace.New(sums.Shape), curved = Workspace.New(cell.Shape);
        Tensor hidden = Workspace.New(cell.Shape), newCell = Workspace.New(cell.Shape);
        var kernel = Kernel(gates, curved, cell, activation, gateActivation);
        kernel.Sums = sums.Data;
        kernel.Hidden = hidden.Values;
        kernel.NewCell = newCell.Values;
        ThreadTeam.Run(ref kernel, kernel.Parts);
        if (Tape.Records(sums, cell))
        {
            var op = Tape.Add<LstmGatesOp>();
            (op.sums, op.cell, op.gates, op.curved, op.hidden, op.newCell) = (sums, cell, gates, curved, hidden, newCell);
            (op.activation, op.gateActivation) = (activation, gateActivation);
            hidden.RequiresGradient = newCell.RequiresGradient = true;
        }

        return (hidden, newCell);
    }

    public override void Backward()
    {
        var kernel = Kernel(gates, curved, cell, activation, gateActivation);
        kernel.IsBackward = true;
        if (hidden.HasGradient) kernel.DHidden = hidden.GradientValues;
        if (newCell.HasGradient) kernel.DNewCell = newCell.GradientValues;
        if (sums.RequiresGradient) kernel.DSums = sums.GradientToSet(out kernel.AddsSums);
        if (cell.RequiresGradient) kernel.DCell = cell.GradientToSet(out kernel.AddsCell);
        ThreadTeam.Run(ref kernel, kernel.Parts);
    }

    private static LstmGatesKernel Kernel(Tensor gates, Tensor curved, Tensor cell, Activation activation, Activation gateActivation) => new()
    {
        Rows = cell.Length / cell.Shape[^1],
        Units = cell.Shape[^1],
        Curve = new ChosenCurve(activation),
        Gate = new ChosenCurve(gateActivation),
        Gates = gates.Values,
        Curved = curved.Values,
        Cell = cell.Data,
    };
}
