using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>A matrix somewhere in memory: element (row, column) stands at row * RowStride + column * ColumnStride.</summary>
internal readonly ref struct MatrixView
{
    private readonly ref float origin;

    private MatrixView(ref float origin, int rows, int columns, int rowStride, int columnStride)
    {
        this.origin = ref origin;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>A row-major matrix that fills a span.</summary>
    public MatrixView(Span<float> values, int rows, int columns)
        : this(values, rows, columns, columns)
    {
    }

    /// <summary>A row-major matrix whose rows start <paramref name="rowStride"/> values apart.</summary>
    public MatrixView(Span<float> values, int rows, int columns, int rowStride)
        : this(ref Origin(values, rows, columns, rowStride), rows, columns, rowStride, 1)
    {
    }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public int ColumnStride { get; }

    /// <summary>A matrix whose elements are all the same number.</summary>
    public static MatrixView Constant(ref float value, int rows, int columns) => new(ref value, rows, columns, 0, 0);

    /// <summary>The same memory with rows and columns exchanged.</summary>
    public MatrixView Transposed => new(ref origin, Columns, Rows, ColumnStride, RowStride);

    /// <summary>One element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(nint row, nint column) =>
        ref Unsafe.Add(ref origin, (row * RowStride) + (column * ColumnStride));

    /// <summary>Some of the columns.</summary>
    public MatrixView SliceColumns(int start, int count) =>
        start >= 0 && count >= 0 && start + count <= Columns
            ? new(ref At(0, start), Rows, count, RowStride, ColumnStride)
            : throw new ArgumentOutOfRangeException(nameof(start));

    /// <summary>Some of the rows.</summary>
    public MatrixView SliceRows(int start, int count) =>
        start >= 0 && count >= 0 && start + count <= Rows
            ? new(ref At(start, 0), count, Columns, RowStride, ColumnStride)
            : throw new ArgumentOutOfRangeException(nameof(start));

    private static ref float Origin(Span<float> values, int rows, int columns, int rowStride)
    {
        // The one bounds check of everything that reads through this view.
        if (rows < 0 || columns < 0 || (rows > 0 && ((long)(rows - 1) * rowStride) + columns > values.Length))
            throw new ArgumentOutOfRangeException(nameof(values), $"{values.Length} values cannot hold {rows} x {columns}.");
        return ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values);
    }
}
