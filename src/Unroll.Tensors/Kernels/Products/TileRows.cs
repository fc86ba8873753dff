using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// How the rows of a product's first factor stand in memory: element k of row r at r * Row + k * Inner. The inner
/// dimension may be cut into segments, as it is where the factor itself stands in panels.
/// </summary>
internal readonly record struct TileRows
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

    /// <summary>Length of the whole inner dimension.</summary>
    public int Length => Segments == 0 ? 0 : (Count * (Segments - 1)) + LastCount;

    /// <summary>A piece of the inner dimension: some of the segments, or a part of the only one.</summary>
    /// <param name="piece">Which piece, from 0.</param>
    /// <param name="pieces">Number of pieces.</param>
    /// <param name="offset">Where it starts.</param>
    public TileRows Piece(int piece, int pieces, out nint offset)
    {
        if (Segments > 1)
        {
            int first = piece * Segments / pieces, last = (piece + 1) * Segments / pieces;
            offset = first * Segment;
            return this with { Segments = last - first, LastCount = last < Segments ? Count : LastCount };
        }

        var start = (int)((long)piece * LastCount / pieces);
        offset = start * Inner;
        return this with { LastCount = (int)((long)(piece + 1) * LastCount / pieces) - start };
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

    /// <summary>Some of a matrix's inner dimension, in one segment.</summary>
    public FirstFactor(MatrixView matrix, int start, int count)
        : this(ref matrix.At(0, start), TileRows.Whole(matrix.RowStride, matrix.ColumnStride, count))
    {
    }

    public TileRows Rows { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(nint row) => ref Unsafe.Add(ref origin, row * Rows.Row);
}
