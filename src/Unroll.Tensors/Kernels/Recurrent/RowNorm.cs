using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>
/// Mean and deviation of a row that stands in blocks. Sixteen sums run side by side whatever the width of a vector, so that
/// every width gives the same bits.
/// </summary>
internal static class RowNorm
{
    /// <summary>What is added to a variance: a row of equal numbers has none.</summary>
    public const float Epsilon = 1e-5f;

    private static readonly float[] Lane = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private static readonly float[] Zeros = new float[PanelColumns.Block];

    /// <summary>A place of zeros alone, for a product that starts from nothing.</summary>
    public static Place Nothing => Place.OneVector(ref Zeros[0]);

    /// <summary>Blocks of so many units.</summary>
    public static int Blocks(int units) => (units + PanelColumns.Block - 1) / PanelColumns.Block;

    /// <summary>The mean of some gates of a row, and one over their deviation.</summary>
    /// <param name="row">The row; its padding is zeros.</param>
    /// <param name="units">Units of a gate.</param>
    /// <param name="first">The first gate.</param>
    /// <param name="last">One after the last.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Mean, float Scale) Measure<V>(PanelRow row, int units, int first, int last)
        where V : struct, ILanes<V>
    {
        Span<float> sums = stackalloc float[PanelColumns.Block];
        var blocks = Blocks(units);
        for (var lane = 0; lane < PanelColumns.Block; lane += V.Count)
        {
            var total = V.All(0f);
            for (var block = 0; block < blocks; block++)
            {
                for (var gate = first; gate < last; gate++) total += V.Load(ref row.At(block, lane, gate));
            }

            total.Store(ref sums[lane]);
        }

        var count = (float)(units * (last - first));
        var mean = Total(ref sums[0]) / count;
        var middle = V.All(mean);
        for (var lane = 0; lane < PanelColumns.Block; lane += V.Count)
        {
            var total = V.All(0f);
            for (var block = 0; block < blocks; block++)
            {
                var rest = units - (block * PanelColumns.Block) - lane;
                for (var gate = first; gate < last; gate++)
                {
                    var distance = Within(V.Load(ref row.At(block, lane, gate)) - middle, rest);
                    total = V.MultiplyAdd(distance, distance, total);
                }
            }

            total.Store(ref sums[lane]);
        }

        return (mean, 1 / MathF.Sqrt((Total(ref sums[0]) / count) + Epsilon));
    }

    /// <summary>The value where there is a unit; zero where there is padding.</summary>
    /// <param name="value">A vector of units.</param>
    /// <param name="count">How many units there are from its first on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Within<V>(V value, int count)
        where V : struct, ILanes<V> => count >= V.Count ? value : Cut(value, count);

    /// <summary>The sum of sixteen sums, in one order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(ref float sums)
    {
        var eight = Vector256.LoadUnsafe(ref sums) + Vector256.LoadUnsafe(ref sums, 8);
        var four = eight.GetLower() + eight.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    private static V Cut<V>(V value, int count)
        where V : struct, ILanes<V> =>
        V.SelectLess(V.Load(ref MemoryMarshal.GetArrayDataReference(Lane)), V.All(count), value, V.All(0f));
}
