using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>The rows of weights that a product multiplies: element (row, inner) at row * Row + inner * Inner.</summary>
internal readonly ref struct LaneWeights(ref float origin, nint row, nint inner, int rows, int count)
{
    public readonly ref float Origin = ref origin;

    public nint Row { get; } = row;

    public nint Inner { get; } = inner;

    public int Rows { get; } = rows;

    /// <summary>Length of the inner dimension.</summary>
    public int Count { get; } = count;
}

/// <summary>Products whose second factor and result have rows of the batch in their lanes.</summary>
internal static class LaneProduct
{
    /// <summary>result = start + weights operand</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="operand">[inner, lanes]</param>
    /// <param name="start">[rows, 16], the same for all lanes.</param>
    /// <param name="result">[rows, lanes]</param>
    /// <param name="lanes">Length of the rows of operand and result.</param>
    /// <param name="range">Which lanes.</param>
    public static void Multiply<V>(
        scoped LaneWeights weights, ref float operand, ref float start, ref float result, int lanes, LaneRange range)
        where V : struct, ILanes<V> =>
        Multiply<V>(weights, ref operand, ref start, PanelColumns.Block, ref result, lanes, range);

    /// <summary>result += weights operand</summary>
    public static void Add<V>(scoped LaneWeights weights, ref float operand, ref float result, int lanes, LaneRange range)
        where V : struct, ILanes<V> =>
        Multiply<V>(weights, ref operand, ref result, lanes, ref result, lanes, range);

    /// <summary>result = weights operand</summary>
    public static void Set<V>(scoped LaneWeights weights, ref float operand, ref float result, int lanes, LaneRange range)
        where V : struct, ILanes<V>
    {
        var zeros = V.All(0f);
        Multiply<V>(weights, ref operand, ref Unsafe.As<V, float>(ref zeros), 0, ref result, lanes, range);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<V>(
        scoped LaneWeights weights, ref float operand, scoped ref float start, nint startRow, ref float result, int lanes, LaneRange range)
        where V : struct, ILanes<V>
    {
        var adds = Unsafe.AreSame(ref start, ref result);
        int vectors;
        for (var lane = range.First; lane < range.Last; lane += vectors * V.Count)
        {
            vectors = Math.Min(Tile.MostVectors, (range.Last - lane) / V.Count);
            var frame = new TileFrame
            {
                A = TileRows.Whole(weights.Row, weights.Inner, weights.Count),
                Panel = ref Unsafe.Add(ref operand, lane),
                PanelRow = lanes,
                StartRow = startRow,
                StartVector = adds ? V.Count : 0,
                TargetRow = lanes,
                TargetVector = V.Count,
            };
            var most = TileProduct.MostRows(vectors);
            int rows;
            for (var row = 0; row < weights.Rows; row += rows)
            {
                rows = Math.Min(most, weights.Rows - row);
                ref var target = ref Unsafe.Add(ref result, (row * lanes) + lane);
                ref var from = ref adds ? ref target : ref Unsafe.Add(ref start, row * startRow);
                TileProduct.Multiply<V, SizeOf<V>>(
                    frame, ref Unsafe.Add(ref weights.Origin, row * weights.Row), ref from, ref target, rows, vectors);
            }
        }
    }
}

/// <summary>
/// Gradients of weights: sums over all steps and rows of the batch of what a weight multiplied times what it made. The
/// sums of 16 lanes are kept apart until the end, so that vectors of every width give the same bits.
/// </summary>
internal ref struct LaneSums : IParallelKernel
{
    /// <summary>[steps, rows, lanes]; or empty for ones.</summary>
    public required ReadOnlySpan<float> Factor { get; init; }

    public required int Rows { get; init; }

    /// <summary>[steps, .., lanes], from the first column on.</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    public required int Columns { get; init; }

    /// <summary>Distance of a gradient's steps, in floats.</summary>
    public required nint GradientStep { get; init; }

    public required int Steps { get; init; }

    public required int Lanes { get; init; }

    /// <summary>[rows, ..], from the first column on.</summary>
    public required Span<float> Target { get; init; }

    public required int TargetRow { get; init; }

    public required bool Add { get; init; }

    public static void Run(LaneSums sums) => ThreadTeam.Run(ref sums, sums.Rows);

    [SkipLocalsInit]
    public readonly void Run<V>(int row)
        where V : struct, ILanes<V>
    {
        Span<float> sums = stackalloc float[4 * PanelColumns.Block];
        for (var column = 0; column < Columns; column += 4)
        {
            for (var lane = 0; lane < PanelColumns.Block; lane += V.Count) Sum<V>(row, column, lane, ref sums[lane]);
            for (var c = column; c < Math.Min(Columns, column + 4); c++)
            {
                var sum = Total(sums.Slice((c - column) * PanelColumns.Block, PanelColumns.Block));
                ref var target = ref Target[(row * TargetRow) + c];
                target = Add ? target + sum : sum;
            }
        }
    }

    /// <summary>Four columns, with the lanes of one vector of each block of 16; columns past the last repeat it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Sum<V>(int row, int column, int firstLane, ref float sums)
        where V : struct, ILanes<V>
    {
        nint second = Math.Min(1, Columns - 1 - column) * Lanes, third = Math.Min(2, Columns - 1 - column) * Lanes;
        nint fourth = Math.Min(3, Columns - 1 - column) * Lanes;
        V s0 = V.All(0f), s1 = s0, s2 = s0, s3 = s0, one = V.All(1f);
        for (var t = 0; t < Steps; t++)
        {
            ref var gradient = ref Unsafe.Add(ref MemoryMarshal.GetReference(Gradient), (t * GradientStep) + (column * Lanes));
            ref var factor = ref Unsafe.Add(ref MemoryMarshal.GetReference(Factor), ((nint)((t * Rows) + row)) * Lanes);
            for (nint lane = firstLane; lane < Lanes; lane += PanelColumns.Block)
            {
                var x = Factor.IsEmpty ? one : V.Load(ref Unsafe.Add(ref factor, lane));
                s0 = V.MultiplyAdd(x, V.Load(ref Unsafe.Add(ref gradient, lane)), s0);
                s1 = V.MultiplyAdd(x, V.Load(ref Unsafe.Add(ref gradient, second + lane)), s1);
                s2 = V.MultiplyAdd(x, V.Load(ref Unsafe.Add(ref gradient, third + lane)), s2);
                s3 = V.MultiplyAdd(x, V.Load(ref Unsafe.Add(ref gradient, fourth + lane)), s3);
            }
        }

        s0.Store(ref sums);
        s1.Store(ref Unsafe.Add(ref sums, PanelColumns.Block));
        s2.Store(ref Unsafe.Add(ref sums, 2 * PanelColumns.Block));
        s3.Store(ref Unsafe.Add(ref sums, 3 * PanelColumns.Block));
    }

    private static float Total(Span<float> lanes)
    {
        for (var half = lanes.Length / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) lanes[i] += lanes[i + half];
        }

        return lanes[0];
    }
}
