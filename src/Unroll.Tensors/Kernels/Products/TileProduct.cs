using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>What is done with a group of tiles as soon as it is computed, while it is in the nearest cache.</summary>
internal interface ITileEnd
{
    /// <summary>
    /// Takes a whole group as soon as it is computed, to add another product to it, say, before its rows are finished.
    /// </summary>
    /// <param name="tile">One vector or more of each row.</param>
    /// <param name="tileRow">Distance of its rows.</param>
    /// <param name="panel">Its panel.</param>
    /// <param name="row">Its first row.</param>
    /// <param name="rows">Its number of rows.</param>
    void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>;

    /// <summary>Finishes some rows of a group.</summary>
    /// <param name="tile">One vector or more of up to <see cref="TileProduct.EndRows"/> rows.</param>
    /// <param name="tileRow">Distance of its rows.</param>
    /// <param name="panel">Its panel.</param>
    /// <param name="row">Its first row.</param>
    /// <param name="rows">Its number of rows.</param>
    void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>;
}

/// <summary>Nothing is done.</summary>
internal readonly struct NoEnd : ITileEnd
{
    public void Group<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>
    {
    }

    public void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>
    {
    }
}

/// <summary>The tiles of a product, one after the other on one thread.</summary>
internal static class TileProduct
{
    /// <summary>Rows that share a piece of a panel while it is in the nearest cache.</summary>
    private const int GroupRows = 48;

    /// <summary>Rows that <see cref="ITileEnd"/> gets at a time: enough to overlap, few enough to stay in the nearest cache.</summary>
    public const int EndRows = 16;

    /// <summary>Length of such a piece: 40 KiB of a panel of four vectors.</summary>
    private const int PieceLength = 160;

    /// <summary>Room for the tiles of a group, in floats.</summary>
    public const int GroupLength = GroupRows * Tile.MostVectors * 16;

    /// <summary>Computes the tiles of some rows and panels, panel by panel.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    /// <param name="innerStart">Row of the second factor at which to start; the first factor starts there already.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="part">Which tiles.</param>
    /// <param name="end">What is done with each.</param>
    public static void Multiply<V, TEnd>(
        scoped FirstFactor a, scoped PackedMatrix b, int innerStart, scoped Place start, scoped Place target, TilePart part,
        ref TEnd end)
        where V : struct, ILanes<V>
        where TEnd : struct, ITileEnd, allows ref struct
    {
        for (var i = part.FirstPanel; i < part.LastPanel; i++)
        {
            var panel = part.Backwards ? part.LastPanel - 1 - (i - part.FirstPanel) : i;
            var vectors = b.Columns.VectorsOf(panel);
            var most = MostRows(vectors);
            for (int row = part.FirstRow, last; row < part.LastRow; row = last)
            {
                last = row + new Heights(part.LastRow - row, GroupRows).Next();
                MultiplyGroup<V>(a, b, innerStart, start, target, panel, vectors, row, last, most);
                end.Group<V>(ref target.At(panel, row, row), target.Row, panel, row, last - row);
                var ends = new Heights(last - row, EndRows);
                for (int first = row, rows; first < last; first += rows)
                {
                    rows = ends.Next();
                    end.Finish<V>(ref target.At(panel, first, row), target.Row, panel, first, rows);
                }
            }
        }
    }

    /// <summary>
    /// Some rows of a panel: one piece of the inner dimension after the other, each so short that the panel's piece stays in
    /// the nearest caches for all rows.
    /// </summary>
    private static void MultiplyGroup<V>(
        scoped FirstFactor a, scoped PackedMatrix b, int innerStart, scoped Place start, scoped Place target,
        int panel, int vectors, int firstRow, int lastRow, int most)
        where V : struct, ILanes<V>
    {
        var pieces = lastRow - firstRow <= 2 * most ? 1 : Math.Max(1, (a.Rows.Length + (PieceLength / 2)) / PieceLength);
        var inner = innerStart;
        var inBlocks = b.Columns.VectorWidth == PanelColumns.Block;
        for (var piece = 0; piece < pieces; piece++)
        {
            var frame = new TileFrame
            {
                A = a.Rows.Piece(piece, pieces, out var offset),
                Panel = ref Unsafe.Add(ref b.Panel(panel), (nint)inner * b.Width),
                PanelRow = b.Width,
                StartRow = piece == 0 ? start.Row : target.Row,
                StartVector = piece == 0 ? start.Vector : target.Vector,
                TargetRow = target.Row,
                TargetVector = target.Vector,
            };
            inner += frame.A.Length;
            var heights = new Heights(lastRow - firstRow, most);
            int rows;
            for (var row = firstRow; row < lastRow; row += rows)
            {
                rows = heights.Next();
                ref var tile = ref target.At(panel, row, firstRow);
                ref var from = ref piece == 0 ? ref start.At(panel, row, firstRow) : ref tile;
                ref var factor = ref Unsafe.Add(ref a.At(row), offset);
                if (inBlocks) Multiply<V, Size16>(frame, ref factor, ref from, ref tile, rows, vectors);
                else Multiply<V, SizeOf<V>>(frame, ref factor, ref from, ref tile, rows, vectors);
            }
        }
    }

    /// <summary>Adds a product to a group of tiles of interleaved columns, up to <see cref="GroupRows"/> rows.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    /// <param name="tile">What the product is added to.</param>
    /// <param name="tileRow">Distance of its rows.</param>
    /// <param name="panel">Its panel.</param>
    /// <param name="row">Its first row.</param>
    /// <param name="rows">Its number of rows.</param>
    public static void Add<V>(
        scoped FirstFactor a, scoped PackedMatrix b, scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>
    {
        var target = Place.Group(ref tile, tileRow);
        MultiplyGroup<V>(a, b, 0, target, target, panel, b.Columns.Gates, row, row + rows, MostRows(b.Columns.Gates));
    }

    /// <summary>Rows of a tile whose sums fit the registers.</summary>
    public static int MostRows(int vectors) => Simd.HasManyRegisters ? Tile.MostRows : Math.Min(Tile.MostRows, 12 / vectors);

    /// <summary>One tile of so many rows and vectors.</summary>
    public static void Multiply<V, S>(scoped in TileFrame frame, scoped ref float a, scoped ref float start, ref float c, int rows, int vectors)
        where V : struct, ILanes<V>
        where S : struct, ISize
    {
        switch ((rows * 8) + vectors)
        {
            case 52: Tile.Multiply<V, Size6, Size4, S>(frame, ref a, ref start, ref c); break;
            case 51: Tile.Multiply<V, Size6, Size3, S>(frame, ref a, ref start, ref c); break;
            case 50: Tile.Multiply<V, Size6, Size2, S>(frame, ref a, ref start, ref c); break;
            case 49: Tile.Multiply<V, Size6, Size1, S>(frame, ref a, ref start, ref c); break;
            case 44: Tile.Multiply<V, Size5, Size4, S>(frame, ref a, ref start, ref c); break;
            case 43: Tile.Multiply<V, Size5, Size3, S>(frame, ref a, ref start, ref c); break;
            case 42: Tile.Multiply<V, Size5, Size2, S>(frame, ref a, ref start, ref c); break;
            case 41: Tile.Multiply<V, Size5, Size1, S>(frame, ref a, ref start, ref c); break;
            case 36: Tile.Multiply<V, Size4, Size4, S>(frame, ref a, ref start, ref c); break;
            case 35: Tile.Multiply<V, Size4, Size3, S>(frame, ref a, ref start, ref c); break;
            case 34: Tile.Multiply<V, Size4, Size2, S>(frame, ref a, ref start, ref c); break;
            case 33: Tile.Multiply<V, Size4, Size1, S>(frame, ref a, ref start, ref c); break;
            case 28: Tile.Multiply<V, Size3, Size4, S>(frame, ref a, ref start, ref c); break;
            case 27: Tile.Multiply<V, Size3, Size3, S>(frame, ref a, ref start, ref c); break;
            case 26: Tile.Multiply<V, Size3, Size2, S>(frame, ref a, ref start, ref c); break;
            case 25: Tile.Multiply<V, Size3, Size1, S>(frame, ref a, ref start, ref c); break;
            case 20: Tile.Multiply<V, Size2, Size4, S>(frame, ref a, ref start, ref c); break;
            case 19: Tile.Multiply<V, Size2, Size3, S>(frame, ref a, ref start, ref c); break;
            case 18: Tile.Multiply<V, Size2, Size2, S>(frame, ref a, ref start, ref c); break;
            case 17: Tile.Multiply<V, Size2, Size1, S>(frame, ref a, ref start, ref c); break;
            case 12: Tile.Multiply<V, Size1, Size4, S>(frame, ref a, ref start, ref c); break;
            case 11: Tile.Multiply<V, Size1, Size3, S>(frame, ref a, ref start, ref c); break;
            case 10: Tile.Multiply<V, Size1, Size2, S>(frame, ref a, ref start, ref c); break;
            case 9: Tile.Multiply<V, Size1, Size1, S>(frame, ref a, ref start, ref c); break;
        }
    }

    /// <summary>Cuts rows into as few tiles as can be, all about as high: none is nearly empty.</summary>
    private struct Heights
    {
        private readonly int height;
        private int higher;

        public Heights(int rows, int most) => (height, higher) = Math.DivRem(rows, (rows + most - 1) / most);

        /// <summary>Rows of the next tile.</summary>
        public int Next() => height + (higher-- > 0 ? 1 : 0);
    }
}

/// <summary>Some of a product's tiles: what one thread does at a time.</summary>
internal readonly record struct TilePart(int FirstRow, int LastRow, int FirstPanel, int LastPanel)
{
    /// <summary>Whether to walk the panels from the last to the first, to meet those that the cache still holds.</summary>
    public bool Backwards { get; init; }
}
