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
        for (var i = 0; i < results.Length; i++) results[i] = values[Source(i, x.Shape, y.Shape, axes)];
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
        for (var i = 0; i < dy.Length; i++) dx[Source(i, x.Shape, Output.Shape, order)] += dy[i];
    }

    /// <summary>Where the value that becomes the i-th of the result stands.</summary>
    private static int Source(int i, Shape source, Shape result, Shape order)
    {
        var place = 0;
        for (var axis = result.Rank - 1; axis >= 0; axis--)
        {
            var stride = 1;
            for (var inner = order[axis] + 1; inner < source.Rank; inner++) stride *= source[inner];
            place += i % result[axis] * stride;
            i /= result[axis];
        }

        return place;
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
