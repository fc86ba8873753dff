namespace Unroll.Autograd;

/// <summary>Walks the rows (innermost axis) of a broadcast operation, with the place of each operand's row.</summary>
internal ref struct Broadcast
{
    private readonly Shape shape;
    private readonly Shape stridesA;
    private readonly Shape stridesB;
    private readonly int rows;
    private int row;

    public Broadcast(Shape shape, Shape a, Shape b)
    {
        this.shape = shape;
        stridesA = Strides(a, shape);
        stridesB = Strides(b, shape);
        var width = shape.Rank == 0 ? 1 : shape[^1];
        rows = width == 0 ? 0 : shape.Size / width;
        row = -1;
    }

    public readonly BroadcastRow Current
    {
        get
        {
            int placeA = 0, placeB = 0, rest = row;
            for (var axis = shape.Rank - 2; axis >= 0; axis--)
            {
                var index = rest % shape[axis];
                rest /= shape[axis];
                placeA += index * stridesA[axis];
                placeB += index * stridesB[axis];
            }

            var width = shape.Rank == 0 ? 1 : shape[^1];
            var (repeatsA, repeatsB) = (shape.Rank > 0 && stridesA[^1] == 0, shape.Rank > 0 && stridesB[^1] == 0);
            return new BroadcastRow(row * width, width, placeA, repeatsA ? 1 : width, placeB, repeatsB ? 1 : width);
        }
    }

    public readonly Broadcast GetEnumerator() => this;

    public bool MoveNext() => ++row < rows;

    /// <summary>The shape that two operands give together.</summary>
    public static Shape Shapes(Shape a, Shape b, Arithmetic arithmetic)
    {
        if (a == b) return a;
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        var rank = Math.Max(a.Rank, b.Rank);
        for (var axis = 0; axis < rank; axis++)
        {
            var la = axis < rank - a.Rank ? 1 : a[axis - (rank - a.Rank)];
            var lb = axis < rank - b.Rank ? 1 : b[axis - (rank - b.Rank)];
            if (la != lb && la != 1 && lb != 1)
            {
                throw new ShapeException(
                    $"{arithmetic} cannot combine {a} and {b}: aligned at the last axis, lengths must be equal or 1, " +
                    $"but {la} meets {lb}. Reshape or Transpose one of them.");
            }

            lengths[axis] = la == 1 ? lb : la;
        }

        return new Shape(lengths[..rank]);
    }

    /// <summary>How far apart neighbours along each axis stand; 0 where the operand repeats.</summary>
    private static Shape Strides(Shape operand, Shape shape)
    {
        Span<int> strides = stackalloc int[Shape.MaxRank];
        var stride = 1;
        for (var axis = operand.Rank - 1; axis >= 0; axis--)
        {
            var place = shape.Rank - operand.Rank + axis;
            strides[place] = operand[axis] == 1 && shape[place] != 1 ? 0 : stride;
            stride *= operand[axis];
        }

        return new Shape(strides[..shape.Rank]);
    }
}

/// <summary>Where one row of a broadcast operation stands in its result and in its two operands.</summary>
internal readonly record struct BroadcastRow(int Start, int Width, int StartA, int WidthA, int StartB, int WidthB)
{
    public Span<float> Y(Span<float> values) => values.Slice(Start, Width);

    public ReadOnlySpan<float> Y(ReadOnlySpan<float> values) => values.Slice(Start, Width);

    public Span<float> A(Span<float> values) => values.Slice(StartA, WidthA);

    public Span<float> B(Span<float> values) => values.Slice(StartB, WidthB);
}
