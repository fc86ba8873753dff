using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The second factor of a product, copied into panels of <see cref="Tile.Vectors"/> vectors of columns that a
/// <see cref="Tile"/> reads straight through. The last panel is filled up with zeros.
/// </summary>
internal readonly ref struct PackedMatrix
{
    private readonly Span<float> panels;

    private PackedMatrix(Span<float> panels, int rows, int columns)
    {
        this.panels = panels;
        Rows = rows;
        Columns = columns;
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Columns of one panel with the vector width in use.</summary>
    public static int PanelWidth => Tile.Vectors * Math.Max(1, Simd.Width / 32);

    public int PanelCount => (Columns + PanelWidth - 1) / PanelWidth;

    /// <summary>How much memory packing needs.</summary>
    public static int Length(int rows, int columns) => (columns + PanelWidth - 1) / PanelWidth * PanelWidth * rows;

    /// <summary>Packs a matrix into <paramref name="memory"/>, which holds at least <see cref="Length"/> values.</summary>
    public static PackedMatrix Pack(MatrixView matrix, Span<float> memory)
    {
        var packed = new PackedMatrix(memory[..Length(matrix.Rows, matrix.Columns)], matrix.Rows, matrix.Columns);
        var work = new Packing { Source = matrix, Target = packed };
        // Small matrices are not worth waking a thread for.
        ThreadTeam.Run(ref work, packed.panels.Length < 1 << 15 ? 1 : Packing.Parts);
        return packed;
    }

    /// <summary>The values of one panel.</summary>
    public ref float Panel(int number) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(panels), (nint)number * PanelWidth * Rows);

    private ref struct Packing : IParallelKernel
    {
        public const int Parts = 16;
        public MatrixView Source;
        public PackedMatrix Target;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var parts = Target.panels.Length < 1 << 15 ? 1 : Parts;
            var last = (part + 1) * Target.PanelCount / parts;
            for (var panel = part * Target.PanelCount / parts; panel < last; panel++) PackPanel(panel);
        }

        private void PackPanel(int panel)
        {
            var width = PanelWidth;
            var first = panel * width;
            var count = Math.Min(width, Source.Columns - first);
            var target = MemoryMarshal.CreateSpan(ref Target.Panel(panel), width * Source.Rows);
            if (count < width) target.Clear();
            if (Source.ColumnStride == 1)
            {
                for (var row = 0; row < Source.Rows; row++)
                    MemoryMarshal.CreateSpan(ref Source.At(row, first), count).CopyTo(target[(row * width)..]);
                return;
            }

            for (var column = 0; column < count; column++)
            {
                for (var row = 0; row < Source.Rows; row++)
                    target[(row * width) + column] = Source.At(row, first + column);
            }
        }
    }
}
