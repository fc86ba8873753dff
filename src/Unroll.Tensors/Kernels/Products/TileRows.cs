using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// How the rows of a product's first factor stand in memory: element k of row r at r * Row + k * Inner. The inner
/// dimension may be cut into segments, as it is where the factor itself stands in panels.
/// </summary>
internal readonly struct TileRows
{
    /// <summary>Distance of rows.</summary>
    public nint Row { get; init; }

    /// <summary>Distance along the inner dimension.</summary>
    public nint Inner { get; init; }

    /// <summary>Length of a segment.</summary>
    public int Count { get; init; }

    /// <summary>Length of the last segment.</summary>
    public int LastCount { get; init; }

    /// <summary>Number of segments.</summary>
    public int Segments { get; init; }

    /// <summary>Distance of segments.</summary>
    public nint Segment { get; init; }

    /// <summary>A piece of the inner dimension: a segment, or a part of the only one.</summary>
    public (nint Offset, int Count) Piece(int piece, int pieces)
    {
        if (Segments > 1) return (piece * Segment, piece + 1 < Segments ? Count : LastCount);
        if (Segments == 0) return (0, 0);
        var first = (int)((long)piece * Count / pieces);
        return (first * Inner, (int)((long)(piece + 1) * Count / pieces) - first);
    }

    /// <summary>A single segment.</summary>
    public static TileRows Whole(nint row, nint inner, int count) =>
        new() { Row = row, Inner = inner, Count = count, LastCount = count, Segments = 1 };
}

/// <summary>The first factor of a product.</summary>
internal readonly ref struct FirstFactor
{
    private readonly ref float origin;

    /// <param name="origin">Its first element.</param>
    /// <param name="rows">Where the others stand.</param>
    public FirstFactor(ref float origin, TileRows rows)
    {
        this.origin = ref origin;
        Rows = rows;
    }

    /// <summary>A matrix in one segment, or some of its inner dimension.</summary>
    public FirstFactor(MatrixView matrix, int start, int count)
        : this(ref matrix.At(0, start), TileRows.Whole(matrix.RowStride, matrix.ColumnStride, count))
    {
    }

    /// <summary>A matrix in one segment.</summary>
    public FirstFactor(MatrixView matrix)
        : this(matrix, 0, matrix.Columns)
    {
    }

    public TileRows Rows { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(nint row) => ref Unsafe.Add(ref origin, row * Rows.Row);
}
