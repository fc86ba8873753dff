using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>Rows of a table, chosen by whole numbers: what an embedding looks up.</summary>
internal sealed class GatherOp : SingleOp
{
    private Tensor table = null!;
    private Tensor ids = null!;

    /// <param name="table">[rows, width]</param>
    /// <param name="ids">[...], whole numbers from 0 to rows - 1.</param>
    /// <returns>[..., width]</returns>
    public static Tensor Apply(Tensor table, Tensor ids)
    {
        if (table.Rank != 2) throw new ShapeException($"Gather needs a table of two axes, but it has shape {table.Shape}.");
        var (rows, width) = (table.Shape[0], table.Shape[1]);
        var y = Workspace.New(ids.Shape.Insert(ids.Rank, width));
        var values = ids.Values;
        for (var i = 0; i < values.Length; i++)
            table.Values.Slice(RowOf(values[i], rows, i) * width, width).CopyTo(y.Values[(i * width)..]);
        if (Tape.Records(table))
        {
            var op = Tape.Add<GatherOp>(y);
            (op.table, op.ids) = (table, ids);
        }

        return y;
    }

    public override void Backward()
    {
        var dTable = table.GradientToAdd();
        var width = table.Shape[1];
        var values = ids.Values;
        for (var i = 0; i < values.Length; i++)
        {
            var row = dTable.Slice((int)values[i] * width, width);
            TensorPrimitives.Add(row, OutputGradient.Slice(i * width, width), row);
        }
    }

    private static int RowOf(float id, int rows, int place)
    {
        var row = (int)id;
        if (row != id || (uint)row >= (uint)rows)
        {
            throw new ShapeException(
                $"Id {id} at position {place} is not a whole number from 0 to {rows - 1}: the table has {rows} rows. " +
                "Give the embedding as many rows as there are ids, or replace the ids that are too large.");
        }

        return row;
    }
}
