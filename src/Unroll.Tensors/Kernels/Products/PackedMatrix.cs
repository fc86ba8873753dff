using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// A matrix in panels of columns: within a panel the rows follow each other closely, so that a <see cref="Tile"/> reads
/// it straight through. What fills up the last vectors are zeros. It is how the second factor of a product stands in
/// memory, and how recurrent kernels keep their gates.
/// </summary>
internal readonly ref struct PackedMatrix
{
    private const int TurnedRows = 32;

    private readonly ref float origin;

    /// <summary>Panels that stand in memory already, or are to be written there.</summary>
    public PackedMatrix(Span<float> memory, int rows, PanelColumns columns)
        : this(ref MemoryMarshal.GetReference(memory[..Length(rows, columns)]), rows, columns, columns.Width)
    {
    }

    private PackedMatrix(ref float origin, int rows, PanelColumns columns, int width)
    {
        this.origin = ref origin;
        Rows = rows;
        Columns = columns;
        Width = width;
    }

    public int Rows { get; }

    public PanelColumns Columns { get; }

    /// <summary>Distance of the rows of a panel.</summary>
    public int Width { get; }

    /// <summary>How much memory a matrix needs.</summary>
    public static int Length(int rows, PanelColumns columns) => rows * columns.BlockCount * columns.Width;

    /// <summary>Packs a matrix into <paramref name="memory"/>, which holds at least <see cref="Length"/> values.</summary>
    public static PackedMatrix Pack(MatrixView matrix, PanelColumns columns, Span<float> memory)
    {
        var packed = new PackedMatrix(memory, matrix.Rows, columns);
        packed.Fill(matrix, 0);
        return packed;
    }

    /// <summary>Packs a plain matrix.</summary>
    public static PackedMatrix Pack(MatrixView matrix, Span<float> memory) =>
        Pack(matrix, PanelColumns.Plain(matrix.Columns), memory);

    /// <summary>Copies a matrix into some of the rows.</summary>
    /// <param name="matrix">As wide as the columns say.</param>
    /// <param name="firstRow">Where its first row goes.</param>
    public void Fill(MatrixView matrix, int firstRow)
    {
        var work = new Packing { Source = matrix, Target = this, FirstRow = firstRow };
        // Small matrices are not worth waking a thread for.
        work.Parts = (long)matrix.Rows * matrix.Columns < 1 << 15 ? 1 : Math.Min(16, Columns.PanelCount);
        ThreadTeam.Run(ref work, work.Parts);
    }

    /// <summary>Some vectors of every panel, as a matrix of their own.</summary>
    /// <param name="first">The first vector.</param>
    /// <param name="columns">Interleaved columns with as many gates as vectors are taken.</param>
    public PackedMatrix Vectors(int first, PanelColumns columns) =>
        new(ref Unsafe.Add(ref origin, first * PanelColumns.Block), Rows, columns, Width);

    /// <summary>Where a panel starts.</summary>
    public ref float Panel(int number)
    {
        var (block, part) = Math.DivRem(number, Columns.PanelsOfBlock);
        return ref Unsafe.Add(ref origin, ((nint)block * Width * Rows) + (part * Simd.Lanes));
    }

    /// <summary>The matrix as a first factor: its rows, one segment for each panel.</summary>
    /// <param name="firstRow">Its first row.</param>
    public FirstFactor AsRows(int firstRow) => new(
        ref Unsafe.Add(ref origin, (nint)firstRow * Width),
        new()
        {
            Row = Width,
            Inner = 1,
            Count = Columns.Width,
            LastCount = Columns.RowLength - ((Columns.BlockCount - 1) * Columns.Width),
            Segments = Columns.BlockCount,
            Segment = (nint)Width * Rows,
        });

    /// <summary>Its panels from some row on, as the place of tiles.</summary>
    public Place AsPlace(int firstRow) => Place.Panels(ref Unsafe.Add(ref origin, (nint)firstRow * Width), Columns, Width, Rows);

    /// <summary>
    /// Packs a matrix transposed: row r of the packed one is column r of the panels that the matrix's own columns make,
    /// as a <see cref="AsRows"/> of such panels meets them. Columns that are padding become rows of zeros.
    /// </summary>
    /// <param name="matrix">[rows, columns]</param>
    /// <param name="columns">How its columns are cut.</param>
    /// <param name="memory">
    /// Where to: <see cref="Length"/> of <see cref="PanelColumns.RowLength"/> rows and as many columns as the matrix has rows.
    /// </param>
    public static PackedMatrix PackTurned(MatrixView matrix, PanelColumns columns, Span<float> memory)
    {
        var packed = new PackedMatrix(memory, columns.RowLength, PanelColumns.Plain(matrix.Rows));
        var work = new Turning { Source = matrix, SourceColumns = columns, Target = packed };
        work.Parts = (long)matrix.Rows * matrix.Columns < 1 << 15 ? 1 : Math.Min(16, packed.Columns.PanelCount);
        ThreadTeam.Run(ref work, work.Parts);
        return packed;
    }

    /// <summary>The first row of its panels, as what all rows of a product start from.</summary>
    public Place AsRow() => Place.OneRow(ref origin, Columns);

    private ref struct Packing : IParallelKernel
    {
        public MatrixView Source;
        public PackedMatrix Target;
        public int FirstRow;
        public int Parts;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var panels = Target.Columns.PanelCount;
            for (var panel = part * panels / Parts; panel < (part + 1) * panels / Parts; panel++)
            {
                for (var vector = 0; vector < Target.Columns.VectorsOf(panel); vector++)
                {
                    var count = Target.Columns.CountOf(panel, vector);
                    var column = Target.Columns.ColumnOf(panel, vector);
                    nint step = Target.Width;
                    ref var target = ref Unsafe.Add(ref Target.Panel(panel), (FirstRow * step) + (vector * Target.Columns.VectorWidth));
                    if (Source.ColumnStride == 1) CopyRows<V>(column, count, ref target, step);
                    else CopyColumns<V>(column, count, ref target, step);
                }
            }
        }

        private readonly void CopyRows<V>(int column, int count, ref float target, nint step)
            where V : struct, ILanes<V>
        {
            for (var row = 0; row < Source.Rows; row++)
            {
                Lanes.Load<V>(ref Source.At(row, column), count).Store(ref target);
                target = ref Unsafe.Add(ref target, step);
            }
        }

        /// <summary>Some rows at a time, so that the lines that all lanes write to stay in the first-level cache.</summary>
        private readonly void CopyColumns<V>(int column, int count, ref float target, nint step)
            where V : struct, ILanes<V>
        {
            for (var first = 0; first < Source.Rows; first += TurnedRows)
            {
                var rows = Math.Min(TurnedRows, Source.Rows - first);
                for (var lane = 0; lane < V.Count; lane++)
                {
                    ref var to = ref Unsafe.Add(ref target, (first * step) + lane);
                    if (lane < count) CopyColumn(ref Source.At(first, column + lane), Source.RowStride, rows, ref to, step);
                    else for (nint row = 0; row < rows; row++) Unsafe.Add(ref to, row * step) = 0;
                }
            }
        }

        private static void CopyColumn(ref float from, nint stride, int rows, ref float to, nint step)
        {
            for (var row = 0; row < rows; row++)
            {
                to = from;
                from = ref Unsafe.Add(ref from, stride);
                to = ref Unsafe.Add(ref to, step);
            }
        }
    }

    private ref struct Turning : IParallelKernel
    {
        public MatrixView Source;
        public PanelColumns SourceColumns;
        public PackedMatrix Target;
        public int Parts;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var panels = Target.Columns.PanelCount;
            for (var panel = part * panels / Parts; panel < (part + 1) * panels / Parts; panel++) Turn(panel);
        }

        private readonly void Turn(int panel)
        {
            var first = panel * Target.Columns.Full * Simd.Lanes;
            var count = Math.Min(Target.Width, Source.Rows - first);
            ref var target = ref Target.Panel(panel);
            for (var from = 0; from < SourceColumns.BlockCount; from++)
            {
                for (var vector = 0; vector < SourceColumns.VectorsOf(from * SourceColumns.PanelsOfBlock); vector++)
                {
                    var (column, width) = (SourceColumns.ColumnOf(from * SourceColumns.PanelsOfBlock, vector), SourceColumns.VectorWidth);
                    var columns = Math.Clamp(SourceColumns.UnitsFrom(from, vector), 0, width);
                    TurnVector(first, count, column, columns, width, ref target);
                    target = ref Unsafe.Add(ref target, width * Target.Width);
                }
            }
        }

        private readonly void TurnVector(int firstRow, int rows, int column, int columns, int width, ref float target)
        {
            if (rows < Target.Width || columns < width) MemoryMarshal.CreateSpan(ref target, width * Target.Width).Clear();
            for (var row = 0; row < rows; row++)
            {
                ref var source = ref Source.At(firstRow + row, column);
                for (var lane = 0; lane < columns; lane++)
                    Unsafe.Add(ref target, (lane * Target.Width) + row) = Unsafe.Add(ref source, lane * Source.ColumnStride);
            }
        }
    }
}
