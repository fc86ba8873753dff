namespace Unroll.Kernels;

/// <summary>
/// How the columns of a matrix are cut into panels. A plain matrix gives up to <see cref="Tile.MostVectors"/> vectors
/// of neighbouring columns to each panel. The columns of a recurrent kernel, [gates * units], are interleaved: a panel
/// holds one vector of units for each gate, so that all gates of a unit meet in one tile. In memory interleaved panels
/// stand in blocks of <see cref="Block"/> units, whatever the width of a vector, so that sums over gates have one order.
/// </summary>
internal readonly struct PanelColumns
{
    /// <summary>Units of a block: the widest vector.</summary>
    public const int Block = 16;

    private readonly bool isInterleaved;
    private readonly int firstGate;

    private PanelColumns(int units, int gates, bool isInterleaved, int firstGate) =>
        (Units, Gates, this.isInterleaved, this.firstGate) = (units, gates, isInterleaved, firstGate);

    /// <summary>Columns of one gate; of a plain matrix all.</summary>
    public int Units { get; }

    /// <summary>Number of gates; 1 for a plain matrix.</summary>
    public int Gates { get; }

    /// <summary>Columns of the matrix itself.</summary>
    public int Count => Units * Gates;

    /// <summary>Vectors of a panel; the last of a plain matrix may have fewer.</summary>
    public int Full => isInterleaved ? Gates : Math.Clamp(UnitVectors, 1, Tile.MostVectors);

    /// <summary>Number of panels.</summary>
    public int PanelCount => isInterleaved ? Blocks * PanelsOfBlock : (UnitVectors + Full - 1) / Full;

    /// <summary>Panels that share a block.</summary>
    public int PanelsOfBlock => isInterleaved ? Block / Simd.Lanes : 1;

    /// <summary>Number of blocks; of a plain matrix, of panels.</summary>
    public int BlockCount => isInterleaved ? Blocks : PanelCount;

    /// <summary>Distance of the rows of a block in memory.</summary>
    public int Width => isInterleaved ? Gates * Block : Full * Simd.Lanes;

    /// <summary>Distance of the vectors of a panel in memory.</summary>
    public int VectorWidth => isInterleaved ? Block : Simd.Lanes;

    /// <summary>Length of a row of all blocks, the padding included.</summary>
    public int RowLength => isInterleaved ? Gates * Blocks * Block : UnitVectors * Simd.Lanes;

    /// <summary>Distance of the vectors of a panel in the matrix itself.</summary>
    public int VectorStep => isInterleaved ? Units : Simd.Lanes;

    /// <summary>Distance of panels in the matrix itself.</summary>
    public int PanelStep => isInterleaved ? Simd.Lanes : Full * Simd.Lanes;

    private int Blocks => (Units + Block - 1) / Block;

    private int UnitVectors => (Units + Simd.Lanes - 1) / Simd.Lanes;

    /// <summary>A matrix without gates.</summary>
    public static PanelColumns Plain(int columns) => new(columns, 1, false, 0);

    /// <summary>A matrix with gates side by side.</summary>
    /// <param name="units">Columns of a gate.</param>
    /// <param name="gates">Number of gates.</param>
    /// <param name="firstGate">The gate whose vector comes first in a panel; the others follow in a circle.</param>
    public static PanelColumns Interleaved(int units, int gates, int firstGate = 0) => new(units, gates, true, firstGate);

    /// <summary>Number of vectors of a panel.</summary>
    public int VectorsOf(int panel) => isInterleaved ? Gates : Math.Min(Full, UnitVectors - (panel * Full));

    /// <summary>The first column of a vector.</summary>
    public int ColumnOf(int panel, int vector) => isInterleaved
        ? ((vector + firstGate) % Gates * Units) + (panel * Simd.Lanes)
        : ((panel * Full) + vector) * Simd.Lanes;

    /// <summary>How many columns of a vector there are; the others are padding.</summary>
    public int CountOf(int panel, int vector) =>
        Math.Clamp(Units - (Simd.Lanes * (isInterleaved ? panel : (panel * Full) + vector)), 0, Simd.Lanes);

    /// <summary>Units of a gate from the start of a block's vector on, that vector's included.</summary>
    public int UnitsFrom(int block, int vector) => Units - (isInterleaved ? block * Block : ((block * Full) + vector) * Simd.Lanes);

    /// <summary>Whether the tiles of a panel can be written straight into the matrix.</summary>
    public bool IsWhole(int panel) => firstGate == 0 && CountOf(panel, VectorsOf(panel) - 1) == Simd.Lanes;
}
