using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Where the tiles of a product stand in memory, be it their result or what their sums start from: a matrix, panels, one
/// row for all (a bias, zeros) or a small buffer used again and again.
/// </summary>
internal readonly ref struct Place
{
    private readonly ref float origin;

    private Place(ref float origin) => this.origin = ref origin;

    /// <summary>Distance of the rows within a tile.</summary>
    public nint Row { get; private init; }

    /// <summary>Distance of the vectors of a row.</summary>
    public nint Vector { get; private init; }

    /// <summary>Distance from row to row of the whole; 0 where all rows start from the same.</summary>
    private nint Step { get; init; }

    /// <summary>Distance of panels, or of blocks of panels.</summary>
    private nint Panel { get; init; }

    private bool IsBuffer { get; init; }

    /// <summary>The logarithm of the number of panels that share a block.</summary>
    private int Sharing { get; init; }

    /// <summary>A row-major matrix whose columns are cut as <paramref name="columns"/> says.</summary>
    public static Place Matrix(ref float origin, nint row, PanelColumns columns) => new(ref origin)
    {
        Row = row,
        Step = row,
        Vector = columns.VectorStep,
        Panel = columns.PanelStep,
    };

    /// <summary>Panels as a <see cref="PackedMatrix"/> has them, with so many rows, <paramref name="width"/> apart.</summary>
    public static Place Panels(ref float origin, PanelColumns columns, nint width, nint rows) => new(ref origin)
    {
        Row = width,
        Step = width,
        Vector = columns.VectorWidth,
        Panel = width * rows,
        Sharing = System.Numerics.BitOperations.Log2((uint)columns.PanelsOfBlock),
    };

    /// <summary>The same for all rows: panels of a single row.</summary>
    public static Place OneRow(ref float origin, PanelColumns columns) => new(ref origin)
    {
        Vector = columns.VectorWidth,
        Panel = columns.Width,
        Sharing = System.Numerics.BitOperations.Log2((uint)columns.PanelsOfBlock),
    };

    /// <summary>The same vector everywhere, such as one of zeros.</summary>
    public static Place OneVector(ref float origin) => new(ref origin);

    /// <summary>A buffer of <see cref="TileProduct.GroupLength"/> floats, for one group of rows at a time.</summary>
    public static Place Buffer(Span<float> memory, PanelColumns columns) => new(ref memory[0])
    {
        Row = columns.Width,
        Step = columns.Width,
        Vector = columns.VectorWidth,
        IsBuffer = true,
    };

    /// <summary>A group of rows of interleaved columns, so many floats apart.</summary>
    public static Place Group(ref float tile, nint row) => new(ref tile)
    {
        Row = row,
        Step = row,
        Vector = PanelColumns.Block,
        IsBuffer = true,
    };

    /// <summary>States laid out [rows, padded units] as blocks of one vector for each unit.</summary>
    public static Place States(ref float origin, nint width) => new(ref origin)
    {
        Row = width,
        Step = width,
        Vector = PanelColumns.Block,
        Panel = PanelColumns.Block,
        Sharing = System.Numerics.BitOperations.Log2((uint)(PanelColumns.Block / Simd.Lanes)),
    };

    /// <summary>A row of interleaved columns, to be walked block by block.</summary>
    public PanelRow RowAt(nint row) => new(ref At(0, row), Panel);

    /// <summary>The same, some floats further on.</summary>
    public Place Shifted(nint by) => new(ref Unsafe.Add(ref origin, by))
    { Row = Row, Step = Step, Vector = Vector, Panel = Panel, Sharing = Sharing, IsBuffer = IsBuffer };

    /// <summary>Where a tile starts.</summary>
    /// <param name="panel">Its panel.</param>
    /// <param name="row">Its row.</param>
    /// <param name="group">The first row of its group, from which a buffer counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(nint panel, nint row, nint group) => ref At(panel, IsBuffer ? row - group : row);

    /// <summary>Where a tile starts that is not in a buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(nint panel, nint row) => ref Unsafe.Add(
        ref origin, ((panel >> Sharing) * Panel) + ((panel & ((1 << Sharing) - 1)) * Simd.Lanes) + (row * Step));
}

/// <summary>One row that stands in blocks of <see cref="PanelColumns.Block"/> units, one vector of each for every gate.</summary>
internal readonly ref struct PanelRow
{
    private readonly ref float origin;
    private readonly nint block;

    public PanelRow(ref float origin, nint block)
    {
        this.origin = ref origin;
        this.block = block;
    }

    /// <summary>A vector of a gate.</summary>
    /// <param name="number">The block.</param>
    /// <param name="lane">The vector's first unit within the block.</param>
    /// <param name="gate">The gate.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(nint number, nint lane, nint gate) => ref Unsafe.Add(ref origin, (number * block) + lane + (gate * PanelColumns.Block));
}
