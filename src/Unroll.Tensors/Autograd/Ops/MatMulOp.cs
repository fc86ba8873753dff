using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>y = a b: [..., inner] x [inner, columns], or one product for each of several equal leading axes.</summary>
internal sealed class MatMulOp : SingleOp
{
    private Tensor a = null!;
    private Tensor b = null!;

    public static Tensor Apply(Tensor a, Tensor b)
    {
        CheckShapes(a.Shape, b.Shape);
        var y = Workspace.New(a.Shape.With(a.Rank - 1, b.Shape[^1]));
        var (count, rows, inner, columns) = Size(a, b);
        Multiply(new(a.Values, rows, inner), new(b.Data, inner, columns), new(y.Values, rows, columns), count, add: false);
        if (Tape.Records(a, b))
        {
            var op = Tape.Add<MatMulOp>(y);
            (op.a, op.b) = (a, b);
        }

        return y;
    }

    public override void Backward()
    {
        var (count, rows, inner, columns) = Size(a, b);
        var dy = new BatchedProduct.Factors(Output.Gradient!.Values, rows, columns);
        if (a.RequiresGradient)
        {
            // da = dy b'
            var da = a.GradientToSet(out var add);
            Multiply(dy, new BatchedProduct.Factors(b.Data, inner, columns).Transposed, new(da, rows, inner), count, add);
        }

        if (b.RequiresGradient)
        {
            // db = a' dy
            var db = b.GradientToSet(out var add);
            Multiply(new BatchedProduct.Factors(a.Values, rows, inner).Transposed, dy, new(db, inner, columns), count, add);
        }
    }

    /// <summary>One product is shared out as such, several are dealt out.</summary>
    private static void Multiply(BatchedProduct.Factors a, BatchedProduct.Factors b, BatchedProduct.Factors c, int count, bool add)
    {
        if (count == 1) MatrixProduct.Multiply(a[0], b[0], c[0], add, Workspace.NewSpan(MatrixProduct.ScratchLength(a.Columns, b.Columns)));
        else BatchedProduct.Multiply(a, b, c, count, add, Workspace.NewSpan(BatchedProduct.ScratchLength(a, b, count)));
    }

    /// <summary>A plain product takes all rows at once; a batched one takes the last two axes for each of the others.</summary>
    private static (int Count, int Rows, int Inner, int Columns) Size(Tensor a, Tensor b)
    {
        var (inner, columns) = (b.Shape[^2], b.Shape[^1]);
        if (b.Rank == 2) return (1, Leading(a.Shape, a.Rank - 1), inner, columns);
        return (Leading(a.Shape, a.Rank - 2), a.Shape[^2], inner, columns);
    }

    /// <summary>The product of the first axes; not a quotient, because the inner axis may be empty.</summary>
    private static int Leading(Shape shape, int axes)
    {
        var product = 1;
        for (var axis = 0; axis < axes; axis++) product *= shape[axis];
        return product;
    }

    private static void CheckShapes(Shape a, Shape b)
    {
        var fits = a.Rank >= 1 && b.Rank >= 2 && a[^1] == b[^2];
        if (fits && b.Rank > 2)
        {
            fits = a.Rank == b.Rank;
            for (var axis = 0; fits && axis < b.Rank - 2; axis++) fits = a[axis] == b[axis];
        }

        if (!fits)
        {
            throw new ShapeException(
                $"MatMul cannot multiply {a} by {b}: the last axis of the first must equal the last but one of the " +
                "second, and further axes of the second must equal those of the first. Reshape or Transpose one of them.");
        }
    }
}
