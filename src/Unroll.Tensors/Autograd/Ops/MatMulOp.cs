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
        var size = Size(a, b);
        var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(size.Inner, size.Columns));
        for (var i = 0; i < size.Count; i++)
            MatrixProduct.Multiply(
                View(a.Values, i, size.Rows, size.Inner),
                View(b.Data, i, size.Inner, size.Columns),
                View(y.Values, i, size.Rows, size.Columns), add: false, scratch);
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
        var gradient = Output.Gradient!.Values;
        if (a.RequiresGradient)
        {
            // da = dy b'
            var da = a.GradientToSet(out var add);
            var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(columns, inner));
            for (var i = 0; i < count; i++)
                MatrixProduct.Multiply(
                    View(gradient, i, rows, columns), View(b.Data, i, inner, columns).Transposed, View(da, i, rows, inner), add, scratch);
        }

        if (b.RequiresGradient)
        {
            // db = a' dy
            var db = b.GradientToSet(out var add);
            var scratch = Workspace.NewSpan(MatrixProduct.ScratchLength(rows, columns));
            for (var i = 0; i < count; i++)
                MatrixProduct.Multiply(
                    View(a.Values, i, rows, inner).Transposed, View(gradient, i, rows, columns), View(db, i, inner, columns), add, scratch);
        }
    }

    private static MatrixView View(Span<float> values, int index, int rows, int columns) =>
        new(values.Slice(index * rows * columns, rows * columns), rows, columns);

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
