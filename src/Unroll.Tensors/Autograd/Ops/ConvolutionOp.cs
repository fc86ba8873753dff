using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>
/// y = start + x ∗ kernel over up to three axes of space: the product of what stands in each window with the kernel, some
/// windows after the other, so that memory does not grow with the input.
/// </summary>
/// <remarks>
/// Like all layers of this field it does not turn the kernel round: it is a cross-correlation.
/// </remarks>
internal sealed class ConvolutionOp : SingleOp
{
    /// <summary>Values of the windows that are multiplied at a time, about: 1 MiB, a share of the second-level cache.</summary>
    private const int PieceLength = 1 << 18;

    /// <summary>The least windows at a time: one block of rows for a thread's product.</summary>
    private const int LeastRows = 96;

    private Tensor x = null!;
    private Tensor kernel = null!;
    private Tensor? start;
    private SlidingWindows windows;

    /// <param name="x">[batch, space …, channels]</param>
    /// <param name="kernel">[window …, channels, filters]</param>
    /// <param name="start">What the sums start from: a bias [filters], a tensor of the output's shape, or null for zeros.</param>
    /// <param name="windows">Where the kernel is laid on x.</param>
    /// <returns>[batch, windows …, filters]</returns>
    public static Tensor Apply(Tensor x, Tensor kernel, Tensor? start, SlidingWindows windows)
    {
        var (width, filters) = (windows.PatchLength, kernel.Shape[^1]);
        var y = Workspace.New(OutputShape(x.Shape, windows, filters));
        if (start is not null) Repeat(start.Data, y.Values);
        using (Workspace.Lend())
        {
            var pieces = new Pieces(windows, y.Length / filters);
            var packed = PackedMatrix.Pack(
                new MatrixView(kernel.Data, width, filters), Workspace.NewSpan(MatrixProduct.ScratchLength(width, filters)));
            for (var (first, rows) = pieces.First; rows > 0; (first, rows) = pieces.After(first))
            {
                MatrixProduct.Multiply(
                    new MatrixView(pieces.Of(x, first, rows), rows, width), packed, Rows(y.Values, first, rows, filters), add: start is not null);
            }
        }

        if (Tape.Records(x, kernel) || (start is not null && Tape.Records(start)))
        {
            var op = Tape.Add<ConvolutionOp>(y);
            (op.x, op.kernel, op.start, op.windows) = (x, kernel, start, windows);
        }

        return y;
    }

    /// <summary>The shape of what looks through windows.</summary>
    /// <param name="input">[batch, space …, channels]</param>
    /// <param name="windows">The windows.</param>
    /// <param name="channels">Channels of the output.</param>
    /// <returns>[batch, windows …, channels]</returns>
    public static Shape OutputShape(Shape input, SlidingWindows windows, int channels)
    {
        var shape = input.With(input.Rank - 1, channels).With(input.Rank - 2, windows.Width.Count);
        if (input.Rank > 3) shape = shape.With(input.Rank - 3, windows.Height.Count);
        return input.Rank > 4 ? shape.With(input.Rank - 4, windows.Depth.Count) : shape;
    }

    public override void Backward()
    {
        var (width, filters) = (windows.PatchLength, kernel.Shape[^1]);
        var dy = Output.GradientValues;
        var addsKernel = false;
        var dKernel = kernel.RequiresGradient ? kernel.GradientToSet(out addsKernel) : default;
        var dx = x.RequiresGradient ? x.GradientToAdd() : default;
        if (!dKernel.IsEmpty || !dx.IsEmpty)
        {
            using var scratch = Workspace.Lend();
            var pieces = new Pieces(windows, dy.Length / filters);
            var room = Workspace.NewSpan(MatrixProduct.ScratchLength(pieces.First.Rows, filters));
            var turned = PackedMatrix.Pack(
                new MatrixView(kernel.Data, width, filters).Transposed, Workspace.NewSpan(MatrixProduct.ScratchLength(filters, width)));
            for (var (first, rows) = pieces.First; rows > 0; (first, rows) = pieces.After(first))
            {
                var dRows = Rows(dy, first, rows, filters);
                if (!dKernel.IsEmpty)
                {
                    // dW += patches' dy
                    var patches = new MatrixView(pieces.Of(x, first, rows), rows, width);
                    MatrixProduct.Multiply(patches.Transposed, dRows, new MatrixView(dKernel, width, filters), addsKernel || first > 0, room);
                }

                if (!dx.IsEmpty) BackwardInput(pieces, dRows, turned, dx, first, rows);
            }
        }

        if (start is { RequiresGradient: true }) BackwardStart(start);
    }

    /// <summary>dpatches = dy W', and what a window holds goes to the places that it was taken from.</summary>
    private void BackwardInput(Pieces pieces, MatrixView dRows, PackedMatrix turned, Span<float> dx, int first, int rows)
    {
        var width = windows.PatchLength;
        if (windows.ArePlain)
        {
            MatrixProduct.Multiply(dRows, turned, Rows(dx, first, rows, width), add: true);
            return;
        }

        var patches = pieces.Room[..(rows * width)];
        MatrixProduct.Multiply(dRows, turned, new MatrixView(patches, rows, width), add: false);
        PatchKernel.Scatter(windows, patches, first, rows, dx);
    }

    /// <summary>A bias gains the sum of all rows; a start of the output's shape takes the output's gradient as it is.</summary>
    private void BackwardStart(Tensor to)
    {
        if (to.Length == Output.Length && to.TakeGradient(Output.Gradient!)) return;
        Linear.AddRows(OutputGradient, to.GradientToAdd());
    }

    private static void Repeat(ReadOnlySpan<float> row, Span<float> rows)
    {
        for (var place = 0; place < rows.Length; place += row.Length) row.CopyTo(rows[place..]);
    }

    private static MatrixView Rows(Span<float> values, int first, int rows, int width) =>
        new(values.Slice(first * width, rows * width), rows, width);

    /// <summary>Windows that are multiplied at a time, and the memory for what stands in them.</summary>
    private readonly ref struct Pieces
    {
        private readonly SlidingWindows windows;
        private readonly int all;

        public Pieces(SlidingWindows windows, int all)
        {
            (this.windows, this.all) = (windows, all);
            First = (0, Math.Min(all, Math.Max(LeastRows, PieceLength / windows.PatchLength)));
            Room = Workspace.NewSpan(First.Rows * windows.PatchLength);
        }

        /// <summary>The first piece, which no other is larger than.</summary>
        public (int Row, int Rows) First { get; }

        public Span<float> Room { get; }

        public (int Row, int Rows) After(int row) => (row + First.Rows, Math.Min(First.Rows, all - row - First.Rows));

        /// <summary>What stands in some windows: x itself where each is one place.</summary>
        public Span<float> Of(Tensor x, int first, int rows)
        {
            var width = windows.PatchLength;
            if (windows.ArePlain) return x.Data.Slice(first * width, rows * width);
            PatchKernel.Gather(windows, x.Data, first, rows, Room);
            return Room[..(rows * width)];
        }
    }
}
