using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>y = x W' + b on the last axis: the affine map whose rows are a table's, such as the vectors of words.</summary>
internal sealed class TransposedLinearOp : SingleOp
{
    private Tensor x = null!;
    private Tensor table = null!;
    private Tensor? bias;

    /// <param name="x">[..., inputs]</param>
    /// <param name="table">[units, inputs]</param>
    /// <param name="bias">[units], or null.</param>
    /// <returns>[..., units]</returns>
    public static Tensor Apply(Tensor x, Tensor table, Tensor? bias)
    {
        var (units, inputs) = (table.Shape[0], table.Shape[1]);
        var y = Workspace.New(x.Shape.With(x.Rank - 1, units));
        var rows = x.Length / inputs;
        for (var row = 0; row < rows && bias is not null; row++) bias.Data.CopyTo(y.Values[(row * units)..]);
        var first = new MatrixView(x.Values, rows, inputs);
        var result = new MatrixView(y.Values, rows, units);
        if (table.KeepsPacked(rows) && !Tape.Records(table))
        {
            MatrixProduct.Multiply(first, table.Packed(turned: true), result, add: bias is not null);
        }
        else
        {
            var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(inputs, units));
            MatrixProduct.Multiply(first, new MatrixView(table.Data, units, inputs).Transposed, result, add: bias is not null, scratch);
        }

        if (Tape.Records(x, table) || (bias is not null && Tape.Records(bias)))
        {
            var op = Tape.Add<TransposedLinearOp>(y);
            (op.x, op.table, op.bias) = (x, table, bias);
        }

        return y;
    }

    public override void Backward()
    {
        var (units, inputs) = (table.Shape[0], table.Shape[1]);
        var rows = x.Length / inputs;
        var gradient = Output.Gradient!.Values;
        if (table.RequiresGradient)
        {
            // dW = dy' x
            var dTable = table.GradientToSet(out var add);
            var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(rows, inputs));
            MatrixProduct.Multiply(
                new MatrixView(gradient, rows, units).Transposed, new MatrixView(x.Values, rows, inputs), new MatrixView(dTable, units, inputs), add, scratch);
        }

        if (bias is { RequiresGradient: true }) Linear.AddRows(gradient, bias.GradientToAdd());
        if (x.RequiresGradient)
        {
            // dx = dy W
            var dx = x.GradientToSet(out var add);
            var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(units, inputs));
            MatrixProduct.Multiply(
                new MatrixView(gradient, rows, units), new MatrixView(table.Data, units, inputs), new MatrixView(dx, rows, inputs), add, scratch);
        }
    }
}
