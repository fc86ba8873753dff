using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>Blocked, vectorised and parallel matrix product.</summary>
internal static class MatrixProduct
{
    /// <summary>
    /// Most of the inner dimension that one pass takes: a panel of this depth, 128 KiB, stays in the second-level cache,
    /// and the result, which may not, is read and written seldom.
    /// </summary>
    private const int Depth = 512;

    /// <summary>Rows of one part of the work.</summary>
    private const int RowBlock = 192;

    /// <summary>Multiply-adds below which a second thread costs more than it saves.</summary>
    private const long WorthSharing = 1 << 17;

    /// <summary>Memory that <see cref="Multiply(MatrixView, MatrixView, MatrixView, bool, Span{float})"/> needs.</summary>
    public static int ScratchLength(int inner, int columns) => PackedMatrix.Length(inner, PanelColumns.Plain(columns));

    /// <summary>c = a b, or c += a b.</summary>
    /// <param name="a">[rows, inner]</param>
    /// <param name="b">[inner, columns]</param>
    /// <param name="c">[rows, columns], row-major</param>
    /// <param name="add">Whether to add to what c holds.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> values.</param>
    public static void Multiply(MatrixView a, MatrixView b, MatrixView c, bool add, Span<float> scratch) =>
        Multiply(a, PackedMatrix.Pack(b, scratch), c, add);

    /// <summary>c = a b, or c += a b, with b packed before. The columns of c are cut as those of b.</summary>
    public static void Multiply(MatrixView a, PackedMatrix b, MatrixView c, bool add)
    {
        Check(a.Columns == b.Rows, a, b, c);
        Multiply(a, b, 0, b.Rows, c, add);
    }

    /// <summary>The same with some of the inner dimension: as many columns of a as rows of b.</summary>
    public static void Multiply(MatrixView a, PackedMatrix b, int firstInner, int inner, MatrixView c, bool add)
    {
        Check(firstInner + inner <= b.Rows && firstInner + inner <= a.Columns, a, b, c);
        a = a.SliceColumns(firstInner, inner);
        var columns = b.Columns.Count;
        var panels = b.Columns.PanelCount;
        var work = new Product { A = a, B = b, FirstInner = firstInner, C = c, Add = add, RowParts = 1, PanelParts = 1 };
        if ((long)a.Rows * a.Columns * columns >= WorthSharing)
        {
            work.RowParts = (a.Rows + RowBlock - 1) / RowBlock;
            work.PanelParts = Math.Max(1, Math.Min(panels, 16 / work.RowParts));
            if (work.RowParts * work.PanelParts < 4) work.RowParts = Math.Min(4, (a.Rows + Tile.MostRows - 1) / Tile.MostRows);
        }

        ThreadTeam.Run(ref work, work.RowParts * work.PanelParts);
    }

    private static void Check(bool innerFits, MatrixView a, PackedMatrix b, MatrixView c)
    {
        if (!innerFits || a.Rows != c.Rows || b.Columns.Count != c.Columns || c.ColumnStride != 1)
            throw new ArgumentException($"[{a.Rows}, {a.Columns}] x [{b.Rows}, {b.Columns.Count}] -> [{c.Rows}, {c.Columns}]");
    }

    private ref struct Product : IParallelKernel
    {
        public MatrixView A;
        public PackedMatrix B;
        public int FirstInner;
        public MatrixView C;
        public bool Add;
        public int RowParts;
        public int PanelParts;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (rowPart, panelPart) = (part / PanelParts, part % PanelParts);
            var first = (int)((long)rowPart * A.Rows / RowParts);
            var last = (int)((long)(rowPart + 1) * A.Rows / RowParts);
            var panels = B.Columns.PanelCount;
            var tiles = new TilePart(0, last - first, panelPart * panels / PanelParts, (panelPart + 1) * panels / PanelParts);
            if (last > first) Multiply<V>(A.SliceRows(first, last - first), C.SliceRows(first, last - first), tiles);
        }

        private readonly void Multiply<V>(MatrixView a, MatrixView c, TilePart tiles)
            where V : struct, ILanes<V>
        {
            if (a.Columns == 0 && !Add) Clear(c, tiles);
            // Rows that lie across memory, each step in another page, are copied where that is not more work than it saves.
            var copies = a.RowStride == 1 && a.ColumnStride > RowBlock && a.Rows <= RowBlock && a.Rows > 12 && tiles.LastPanel - tiles.FirstPanel > 1;
            if (copies) MultiplyCopied<V>(a, c, tiles);
            else MultiplyPasses<V>(a, c, tiles, []);
        }

        [SkipLocalsInit]
        private readonly void MultiplyCopied<V>(MatrixView a, MatrixView c, TilePart tiles)
            where V : struct, ILanes<V>
        {
            Span<float> copy = stackalloc float[RowBlock * Depth];
            MultiplyPasses<V>(a, c, tiles, copy);
        }

        private readonly void MultiplyPasses<V>(MatrixView a, MatrixView c, TilePart tiles, Span<float> copy)
            where V : struct, ILanes<V>
        {
            var passes = Math.Max(1, (a.Columns + Depth - 1) / Depth);
            for (int pass = 0, start = 0, depth; pass < passes; pass++, start += depth)
            {
                depth = (int)((long)(pass + 1) * a.Columns / passes) - start;
                var factor = copy.IsEmpty ? new FirstFactor(a, start, depth) : Copied(a, start, depth, copy);
                MultiplyDepth<V>(factor, start, c, tiles);
            }
        }

        private readonly void MultiplyDepth<V>(FirstFactor a, int start, MatrixView c, TilePart tiles)
            where V : struct, ILanes<V>
        {
            var add = Add || start > 0;
            var zeros = V.All(0f);
            var target = Place.Matrix(ref c.At(0, 0), c.RowStride, B.Columns);
            var from = add ? target : Place.OneVector(ref Unsafe.As<V, float>(ref zeros));
            var nothing = default(NoEnd);
            for (var panel = tiles.FirstPanel; panel < tiles.LastPanel; panel++)
            {
                var one = tiles with { FirstPanel = panel, LastPanel = panel + 1 };
                if (B.Columns.IsWhole(panel)) TileProduct.Multiply<V, NoEnd>(a, B, FirstInner + start, from, target, one, ref nothing);
                else MultiplyEdge<V>(a, start, c, one, add);
            }
        }

        /// <summary>A panel whose vectors are not all full, or not in the order of the columns: through a buffer.</summary>
        private readonly void MultiplyEdge<V>(FirstFactor a, int start, MatrixView c, TilePart tiles, bool add)
            where V : struct, ILanes<V>
        {
            Span<float> buffer = stackalloc float[TileProduct.GroupLength];
            var panel = tiles.FirstPanel;
            for (var row = tiles.FirstRow; row < tiles.LastRow; row += Tile.MostRows)
            {
                var rows = Math.Min(Tile.MostRows, tiles.LastRow - row);
                buffer[..(rows * B.Columns.Width)].Clear();
                if (add) Exchange(c, panel, row, rows, buffer, toBuffer: true);
                var place = Place.Buffer(buffer, B.Columns);
                var nothing = default(NoEnd);
                TileProduct.Multiply<V, NoEnd>(
                    new FirstFactor(ref a.At(row), a.Rows), B, FirstInner + start, place, place, new(0, rows, panel, panel + 1), ref nothing);
                Exchange(c, panel, row, rows, buffer, toBuffer: false);
            }
        }

        private readonly void Exchange(MatrixView c, int panel, int row, int rows, Span<float> buffer, bool toBuffer)
        {
            for (var vector = 0; vector < B.Columns.VectorsOf(panel); vector++)
            {
                var (column, count) = (B.Columns.ColumnOf(panel, vector), B.Columns.CountOf(panel, vector));
                for (var r = 0; r < rows; r++)
                {
                    var outside = MemoryMarshal.CreateSpan(ref c.At(row + r, column), count);
                    var inside = buffer.Slice((r * B.Columns.Width) + (vector * B.Columns.VectorWidth), count);
                    if (toBuffer) outside.CopyTo(inside);
                    else inside.CopyTo(outside);
                }
            }
        }

        /// <summary>Rows that lie across memory, copied so that they lie close together.</summary>
        private static FirstFactor Copied(MatrixView a, int start, int depth, Span<float> memory)
        {
            for (var k = 0; k < depth; k++)
                MemoryMarshal.CreateSpan(ref a.At(0, start + k), a.Rows).CopyTo(memory[(k * RowBlock)..]);
            return new FirstFactor(ref memory[0], TileRows.Whole(1, RowBlock, depth));
        }

        private readonly void Clear(MatrixView c, TilePart tiles)
        {
            for (var panel = tiles.FirstPanel; panel < tiles.LastPanel; panel++)
            {
                for (var vector = 0; vector < B.Columns.VectorsOf(panel); vector++)
                {
                    for (var row = 0; row < c.Rows; row++)
                        MemoryMarshal.CreateSpan(ref c.At(row, B.Columns.ColumnOf(panel, vector)), B.Columns.CountOf(panel, vector)).Clear();
                }
            }
        }
    }
}
