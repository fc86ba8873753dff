using System.Runtime.CompilerServices;

namespace Unroll.Autograd;

/// <summary>The axes in another order.</summary>
internal sealed class TransposeOp : SingleOp
{
    private Tensor x = null!;
    private Shape order;

    public static Tensor Apply(Tensor x, ReadOnlySpan<int> order)
    {
        CheckOrder(x.Shape, order);
        Span<int> lengths = stackalloc int[order.Length];
        for (var axis = 0; axis < order.Length; axis++) lengths[axis] = x.Shape[order[axis]];
        var y = Workspace.New(new Shape(lengths));
        var axes = new Shape(order);
        var values = x.Values;
        var results = y.Values;
        for (var walk = new Walk(x.Shape, y.Shape, axes); walk.Next();)
        {
            var row = results.Slice(walk.Row * walk.Count, walk.Count);
            if (walk.Stride == 1) values.Slice(walk.Place, walk.Count).CopyTo(row);
            else for (int i = 0, from = walk.Place; i < row.Length; i++, from += walk.Stride) row[i] = values[from];
        }

        if (Tape.Records(x))
        {
            var op = Tape.Add<TransposeOp>(y);
            (op.x, op.order) = (x, axes);
        }

        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        var dy = OutputGradient;
        for (var walk = new Walk(x.Shape, Output.Shape, order); walk.Next();)
        {
            var row = dy.Slice(walk.Row * walk.Count, walk.Count);
            for (int i = 0, to = walk.Place; i < row.Length; i++, to += walk.Stride) dx[to] += row[i];
        }
    }

    /// <summary>Goes through the rows of the result and tells where their values stand in the source.</summary>
    private ref struct Walk
    {
        private readonly Shape result;
        private Strides strides; // of the source, for each axis of the result
        private Strides counters;

        public Walk(Shape source, Shape result, Shape order)
        {
            this.result = result;
            for (var axis = 0; axis < order.Rank; axis++)
            {
                strides[axis] = 1;
                for (var inner = order[axis] + 1; inner < source.Rank; inner++) strides[axis] *= source[inner];
            }

            Count = result.Rank == 0 ? 1 : result[^1];
            Stride = result.Rank == 0 ? 1 : strides[result.Rank - 1];
            Row = -1;
        }

        /// <summary>Values of a row.</summary>
        public int Count { get; }

        /// <summary>How far apart they stand in the source.</summary>
        public int Stride { get; }

        /// <summary>Which row.</summary>
        public int Row { get; private set; }

        /// <summary>Where its first value stands in the source.</summary>
        public int Place { get; private set; }

        /// <summary>Goes to the next row; false behind the last.</summary>
        public bool Next()
        {
            if (Row++ < 0) return result.Size > 0;
            for (var axis = result.Rank - 2; axis >= 0; axis--)
            {
                Place += strides[axis];
                if (++counters[axis] < result[axis]) return true;
                Place -= counters[axis] * strides[axis];
                counters[axis] = 0;
            }

            return false;
        }
    }

    [InlineArray(Shape.MaxRank)]
    private struct Strides
    {
        private int first;
    }

    private static void CheckOrder(Shape shape, ReadOnlySpan<int> order)
    {
        var seen = 0;
        foreach (var axis in order)
        {
            if ((uint)axis < (uint)shape.Rank) seen |= 1 << axis;
        }

        if (order.Length != shape.Rank || seen != (1 << shape.Rank) - 1)
        {
            throw new ShapeException(
                $"Transpose of a tensor of shape {shape} needs each axis 0 to {shape.Rank - 1} once, " +
                $"but the order was [{string.Join(", ", order.ToArray())}].");
        }
    }
}
