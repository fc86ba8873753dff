using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>What is done with a tile as soon as it is computed, while it is in the nearest cache.</summary>
internal interface ITileEnd
{
    /// <param name="tile">The tile.</param>
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
    public void Finish<V>(scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>
    {
    }
}

/// <summary>The tiles of a product, one after the other on one thread.</summary>
internal static class TileProduct
{
    /// <summary>Room for any tile, in floats.</summary>
    public const int TileLength = Tile.MostRows * Tile.MostVectors * 16;

    /// <summary>Computes the tiles of some rows and panels, panel by panel.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    /// <param name="innerStart">Row of the second factor at which to start; the first factor starts there already.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="part">Which tiles.</param>
    /// <param name="end">What is done with each.</param>
    public static void Multiply<V, TEnd>(
        scoped FirstFactor a, scoped PackedMatrix b, int innerStart, scoped Place start, scoped Place target, TilePart part, ref TEnd end)
        where V : struct, ILanes<V>
        where TEnd : struct, ITileEnd, allows ref struct
    {
        for (var i = part.FirstPanel; i < part.LastPanel; i++)
        {
            var panel = part.Backwards ? part.LastPanel - 1 - (i - part.FirstPanel) : i;
            switch (b.Columns.VectorsOf(panel))
            {
                case 4: Panel<V, Size4, TEnd>(a, b, innerStart, start, target, part, panel, ref end); break;
                case 3: Panel<V, Size3, TEnd>(a, b, innerStart, start, target, part, panel, ref end); break;
                case 2: Panel<V, Size2, TEnd>(a, b, innerStart, start, target, part, panel, ref end); break;
                default: Panel<V, Size1, TEnd>(a, b, innerStart, start, target, part, panel, ref end); break;
            }
        }
    }

    /// <summary>Rows of the next tile, such that all tiles of a panel are about as high: none is nearly empty.</summary>
    public static int NextRows(int left, int most)
    {
        var tiles = (left + most - 1) / most;
        return (left + tiles - 1) / tiles;
    }

    /// <summary>One tile, added to what it holds.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor, of <typeparamref name="N"/> vectors.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="tileRow">Distance of its rows.</param>
    /// <param name="panel">Its panel.</param>
    /// <param name="row">Its first row.</param>
    /// <param name="rows">Its number of rows.</param>
    public static void Add<V, N>(
        scoped FirstFactor a, scoped PackedMatrix b, scoped ref float tile, nint tileRow, int panel, int row, int rows)
        where V : struct, ILanes<V>
        where N : struct, ISize
    {
        var place = Place.OneTile(ref tile, b.Columns, tileRow);
        Rows<V, N, Size16>(ref a.At(row), a.Rows, ref b.Panel(panel), b.Width, ref tile, place, ref tile, place, rows);
    }

    private static void Panel<V, N, TEnd>(
        scoped FirstFactor a, scoped PackedMatrix b, int innerStart, scoped Place start, scoped Place target, TilePart part, int panel, ref TEnd end)
        where V : struct, ILanes<V>
        where N : struct, ISize
        where TEnd : struct, ITileEnd, allows ref struct
    {
        nint step = b.Width;
        ref var values = ref Unsafe.Add(ref b.Panel(panel), innerStart * step);
        var most = Simd.HasManyRegisters || N.Value <= 2 ? Tile.MostRows : N.Value == 3 ? 4 : 3;
        int rows;
        for (var row = part.FirstRow; row < part.LastRow; row += rows)
        {
            rows = NextRows(part.LastRow - row, most);
            ref var from = ref start.At(panel, row);
            ref var to = ref target.At(panel, row);
            if (b.Columns.VectorWidth == PanelColumns.Block)
                Rows<V, N, Size16>(ref a.At(row), a.Rows, ref values, step, ref from, start, ref to, target, rows);
            else
                Rows<V, N, SizeOf<V>>(ref a.At(row), a.Rows, ref values, step, ref from, start, ref to, target, rows);
            end.Finish<V>(ref to, target.Row, panel, row, rows);
        }
    }

    private static void Rows<V, N, S>(
        ref float a, TileRows layout, ref float b, nint bInner, ref float start, scoped Place from, ref float c, scoped Place to, int rows)
        where V : struct, ILanes<V>
        where N : struct, ISize
        where S : struct, ISize
    {
        nint startRow = from.Row, startVector = from.Vector, cRow = to.Row, cVector = to.Vector;
        switch (rows)
        {
            case 6:
                Tile.Multiply<V, Size6, N, S>(ref a, layout, ref b, bInner, ref start, startRow, startVector, ref c, cRow, cVector);
                break;
            case 5:
                Tile.Multiply<V, Size5, N, S>(ref a, layout, ref b, bInner, ref start, startRow, startVector, ref c, cRow, cVector);
                break;
            case 4:
                Tile.Multiply<V, Size4, N, S>(ref a, layout, ref b, bInner, ref start, startRow, startVector, ref c, cRow, cVector);
                break;
            case 3:
                Tile.Multiply<V, Size3, N, S>(ref a, layout, ref b, bInner, ref start, startRow, startVector, ref c, cRow, cVector);
                break;
            case 2:
                Tile.Multiply<V, Size2, N, S>(ref a, layout, ref b, bInner, ref start, startRow, startVector, ref c, cRow, cVector);
                break;
            default:
                Tile.Multiply<V, Size1, N, S>(ref a, layout, ref b, bInner, ref start, startRow, startVector, ref c, cRow, cVector);
                break;
        }
    }
}

/// <summary>Some of a product's tiles: what one thread does at a time.</summary>
internal readonly record struct TilePart(int FirstRow, int LastRow, int FirstPanel, int LastPanel)
{
    /// <summary>Whether to walk the panels from the last to the first, to meet those that the cache still holds.</summary>
    public bool Backwards { get; init; }
}
