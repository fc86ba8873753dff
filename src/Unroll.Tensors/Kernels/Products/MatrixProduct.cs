using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>Blocked, vectorised and parallel matrix product.</summary>
internal static class MatrixProduct
{
    /// <summary>Inner dimension of one pass: a panel of this depth stays in the second-level cache.</summary>
    private const int Depth = 1024;

    /// <summary>Rows of one part of the work.</summary>
    private const int RowBlock = 96;

    /// <summary>Multiply-adds below which a second thread costs more than it saves.</summary>
    private const long WorthSharing = 1 << 17;

    /// <summary>Memory that <see cref="Multiply(MatrixView, MatrixView, MatrixView, bool, Span{float})"/> needs.</summary>
    public static int ScratchLength(int inner, int columns) => PackedMatrix.Length(inner, columns);

    /// <summary>c = a b, or c += a b.</summary>
    /// <param name="a">[rows, inner]</param>
    /// <param name="b">[inner, columns]</param>
    /// <param name="c">[rows, columns], row-major</param>
    /// <param name="add">Whether to add to what c holds.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values.</param>
    public static void Multiply(MatrixView a, MatrixView b, MatrixView c, bool add, Span<float> scratch) =>
        Multiply(a, PackedMatrix.Pack(b, scratch), c, add);

    /// <summary>c = a b, or c += a b, with b packed before.</summary>
    public static void Multiply(MatrixView a, PackedMatrix b, MatrixView c, bool add)
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns || c.ColumnStride != 1)
            throw new ArgumentException($"[{a.Rows}, {a.Columns}] x [{b.Rows}, {b.Columns}] -> [{c.Rows}, {c.Columns}]");
        var work = new Product { A = a, B = b, C = c, Add = add };
        work.RowParts = (a.Rows + RowBlock - 1) / RowBlock;
        work.PanelParts = Math.Max(1, Math.Min(b.PanelCount, 16 / Math.Max(1, work.RowParts)));
        var parts = work.RowParts * work.PanelParts;
        if ((long)a.Rows * a.Columns * b.Columns < WorthSharing)
        {
            work.RowParts = work.PanelParts = 1;
            parts = 1;
        }

        ThreadTeam.Run(ref work, parts);
    }

    /// <summary>c = a b, or c += a b, on this thread alone; for kernels that share out their work themselves.</summary>
    public static void MultiplyBlock<V>(MatrixView a, PackedMatrix b, MatrixView c, bool add)
        where V : struct, ILanes<V> => MultiplyPanels<V>(a, b, c, add, 0, b.PanelCount);

    private static void MultiplyPanels<V>(MatrixView a, PackedMatrix b, MatrixView c, bool add, int firstPanel, int lastPanel)
        where V : struct, ILanes<V>
    {
        if (a.Columns == 0 && !add) Clear(c);
        for (var start = 0; start < a.Columns; start += Depth)
        {
            var depth = Math.Min(Depth, a.Columns - start);
            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                ref var values = ref Unsafe.Add(ref b.Panel(panel), (nint)start * Tile.Vectors * V.Count);
                var column = panel * Tile.Vectors * V.Count;
                if (c.Columns - column >= Tile.Vectors * V.Count)
                    MultiplyPanel<V>(a, start, ref values, depth, ref c.At(0, column), c.RowStride, add || start > 0);
                else
                    MultiplyNarrow<V>(a, start, ref values, depth, c, column, add || start > 0);
            }
        }
    }

    private static void MultiplyPanel<V>(MatrixView a, int start, ref float panel, int depth, ref float c, nint cRow, bool add)
        where V : struct, ILanes<V>
    {
        nint aRow = a.RowStride, aInner = a.ColumnStride;
        var row = 0;
        for (; row + 6 <= a.Rows; row += 6)
            Tile.Rows6<V>(ref a.At(row, start), aRow, aInner, ref panel, depth, ref Unsafe.Add(ref c, row * cRow), cRow, add);
        for (; row + 2 <= a.Rows; row += 2)
            Tile.Rows2<V>(ref a.At(row, start), aRow, aInner, ref panel, depth, ref Unsafe.Add(ref c, row * cRow), cRow, add);
        if (row < a.Rows)
            Tile.Rows1<V>(ref a.At(row, start), aRow, aInner, ref panel, depth, ref Unsafe.Add(ref c, row * cRow), cRow, add);
    }

    /// <summary>The last columns, fewer than a panel: through a small buffer of full width.</summary>
    private static void MultiplyNarrow<V>(MatrixView a, int start, ref float panel, int depth, MatrixView c, int column, bool add)
        where V : struct, ILanes<V>
    {
        const int Rows = 6;
        var width = Tile.Vectors * V.Count;
        var count = c.Columns - column;
        Span<float> buffer = stackalloc float[Rows * 32];
        for (var row = 0; row < a.Rows; row += Rows)
        {
            var rows = Math.Min(Rows, a.Rows - row);
            if (add)
            {
                for (var r = 0; r < rows; r++) Span(ref c.At(row + r, column), count).CopyTo(buffer[(r * width)..]);
            }

            MultiplyPanel<V>(a.SliceRows(row, rows), start, ref panel, depth, ref buffer[0], width, add);
            for (var r = 0; r < rows; r++) buffer.Slice(r * width, count).CopyTo(Span(ref c.At(row + r, column), count));
        }
    }

    private static Span<float> Span(ref float first, int count) => MemoryMarshal.CreateSpan(ref first, count);

    private static void Clear(MatrixView c)
    {
        for (var row = 0; row < c.Rows; row++) Span(ref c.At(row, 0), c.Columns).Clear();
    }

    private ref struct Product : IParallelKernel
    {
        public MatrixView A;
        public PackedMatrix B;
        public MatrixView C;
        public bool Add;
        public int RowParts;
        public int PanelParts;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (rowPart, panelPart) = (part / PanelParts, part % PanelParts);
            // Multiples of six rows, so that only the last part has odd ones.
            var sixes = (A.Rows + 5) / 6;
            var first = Math.Min(A.Rows, (int)((long)rowPart * sixes / RowParts) * 6);
            var last = Math.Min(A.Rows, (int)((long)(rowPart + 1) * sixes / RowParts) * 6);
            MultiplyPanels<V>(
                A.SliceRows(first, last - first), B, C.SliceRows(first, last - first), Add,
                panelPart * B.PanelCount / PanelParts, (panelPart + 1) * B.PanelCount / PanelParts);
        }
    }
}
