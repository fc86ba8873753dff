using System.Numerics.Tensors;
using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>Rows of a table, chosen by whole numbers: what an embedding looks up.</summary>
internal sealed class GatherOp : SingleOp
{
    /// <summary>Columns that one part of the backward pass adds up: all positions in order, so that no sum depends on threads.</summary>
    private const int PartColumns = 128;

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
        ReadOnlySpan<float> values = ids.Data, source = table.Data;
        var target = y.Values;
        for (var i = 0; i < values.Length; i++)
            source.Slice(RowOf(values[i], rows, i) * width, width).CopyTo(target[(i * width)..]);
        if (Tape.Records(table))
        {
            var op = Tape.Add<GatherOp>(y);
            (op.table, op.ids) = (table, ids);
        }

        return y;
    }

    public override void Backward()
    {
        var dTable = table.GradientRowsToAdd(out var rows);
        ReadOnlySpan<float> values = ids.Values;
        if (rows is not null)
        {
            foreach (var id in values) rows.Add((int)id);
        }

        var work = new BackwardWork { Ids = values, Dy = OutputGradient, DTable = dTable, Width = table.Shape[1] };
        ThreadTeam.Run(ref work, (work.Width + PartColumns - 1) / PartColumns);
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

    private ref struct BackwardWork : IParallelKernel
    {
        public ReadOnlySpan<float> Ids;
        public ReadOnlySpan<float> Dy;
        public Span<float> DTable;
        public int Width;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var first = part * PartColumns;
            var columns = Math.Min(PartColumns, Width - first);
            for (var i = 0; i < Ids.Length; i++)
            {
                var sum = DTable.Slice(((int)Ids[i] * Width) + first, columns);
                TensorPrimitives.Add(sum, Dy.Slice((i * Width) + first, columns), sum);
            }
        }
    }
}
