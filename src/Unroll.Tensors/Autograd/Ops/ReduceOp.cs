namespace Unroll.Autograd;

/// <summary>How an axis is reduced.</summary>
internal enum Reduction
{
    Sum,
    Mean,
    Max,
}

/// <summary>One axis reduced to a single value, or all of them. Sums run in order and in double precision.</summary>
internal sealed class ReduceOp : SingleOp
{
    private Tensor x = null!;
    private Reduction reduction;
    private int axis;

    /// <param name="axis">The axis that goes away, or null for all.</param>
    public static Tensor Apply(Reduction reduction, Tensor x, int? axis)
    {
        if (axis is { } a && (uint)a >= (uint)x.Rank)
            throw new ShapeException($"{reduction} over axis {a} does not fit a tensor of shape {x.Shape}.");
        if (x.Length == 0) throw new ShapeException($"{reduction} of a tensor without values, shape {x.Shape}.");
        var y = Workspace.New(axis is { } kept ? x.Shape.Remove(kept) : []);
        var (outer, length, inner) = Split(x.Shape, axis ?? -1);
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < inner; i++)
                y.Values[(o * inner) + i] = Reduce(reduction, x.Values[((o * length * inner) + i)..], length, inner);
        }

        if (Tape.Records(x))
        {
            var op = Tape.Add<ReduceOp>(y);
            (op.x, op.reduction, op.axis) = (x, reduction, axis ?? -1);
        }

        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        var (outer, length, inner) = Split(x.Shape, axis);
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < inner; i++)
            {
                var dy = OutputGradient[(o * inner) + i];
                var start = (o * length * inner) + i;
                if (reduction == Reduction.Max)
                {
                    dx[start + (IndexOfMax(x.Values[start..], length, inner) * inner)] += dy;
                    continue;
                }

                var share = reduction == Reduction.Mean ? dy / length : dy;
                for (var k = 0; k < length; k++) dx[start + (k * inner)] += share;
            }
        }
    }

    private static float Reduce(Reduction reduction, ReadOnlySpan<float> values, int length, int stride)
    {
        if (reduction == Reduction.Max) return values[IndexOfMax(values, length, stride) * stride];
        var sum = 0.0;
        for (var k = 0; k < length; k++) sum += values[k * stride];
        return (float)(reduction == Reduction.Mean ? sum / length : sum);
    }

    /// <summary>The first of the largest values, or the first NaN.</summary>
    private static int IndexOfMax(ReadOnlySpan<float> values, int length, int stride)
    {
        var best = 0;
        for (var k = 0; k < length; k++)
        {
            if (float.IsNaN(values[k * stride])) return k;
            if (values[k * stride] > values[best * stride]) best = k;
        }

        return best;
    }

    private static (int Outer, int Length, int Inner) Split(Shape shape, int axis)
    {
        if (axis < 0) return (1, shape.Size, 1);
        var inner = ConcatOp.Inner(shape, axis + 1);
        return (shape.Size / (inner * shape[axis]), shape[axis], inner);
    }
}
