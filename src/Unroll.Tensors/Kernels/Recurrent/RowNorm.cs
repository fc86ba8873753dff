using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>
/// Mean and deviation of a row that stands in panels. Sixteen sums run side by side whatever the width of a vector, so that
/// every width gives the same bits.
/// </summary>
internal static class RowNorm
{
    /// <summary>What is added to a variance: a row of equal numbers has none.</summary>
    private const float Epsilon = 1e-5f;

    private static readonly float[] Lane = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Zeros where a product starts from nothing.</summary>
    private static readonly float[] Zeros = new float[PanelColumns.Block];

    /// <summary>The mean of some vectors of all panels, and one over their deviation.</summary>
    /// <param name="rows">Where the row stands; its padding is zeros.</param>
    /// <param name="row">Which row.</param>
    /// <param name="units">Units of a gate.</param>
    /// <param name="first">The first vector of a panel.</param>
    /// <param name="last">One after the last.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Mean, float Scale) Measure<V>(Place rows, int row, int units, int first, int last)
        where V : struct, ILanes<V>
    {
        Span<float> sums = stackalloc float[PanelColumns.Block];
        sums.Clear();
        for (var unit = 0; unit < units; unit += V.Count)
        {
            ref var place = ref rows.At(unit / V.Count, row);
            ref var sum = ref LanesOf<V>(sums, unit);
            var total = V.Load(ref sum);
            for (var vector = first; vector < last; vector++) total += V.Load(ref Unsafe.Add(ref place, vector * PanelColumns.Block));
            total.Store(ref sum);
        }

        var count = (float)(units * (last - first));
        var mean = Total(sums) / count;
        sums.Clear();
        for (var unit = 0; unit < units; unit += V.Count)
        {
            ref var place = ref rows.At(unit / V.Count, row);
            ref var sum = ref LanesOf<V>(sums, unit);
            var total = V.Load(ref sum);
            for (var vector = first; vector < last; vector++)
            {
                var distance = Within(V.Load(ref Unsafe.Add(ref place, vector * PanelColumns.Block)) - V.All(mean), units - unit);
                total = V.MultiplyAdd(distance, distance, total);
            }

            total.Store(ref sum);
        }

        return (mean, 1 / MathF.Sqrt((Total(sums) / count) + Epsilon));
    }

    /// <summary>The value where there is a unit; zero where there is padding.</summary>
    /// <param name="value">A vector of units.</param>
    /// <param name="count">How many units there are from its first on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Within<V>(V value, int count)
        where V : struct, ILanes<V> =>
        count >= V.Count ? value : V.SelectLess(V.Load(ref Lane[0]), V.All(count), value, V.All(0f));

    /// <summary>Those of sixteen sums that a vector of units belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref float LanesOf<V>(Span<float> sums, int unit)
        where V : struct, ILanes<V> => ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), unit % PanelColumns.Block);

    /// <summary>The sum of sixteen sums, in one order.</summary>
    public static float Total(Span<float> sums)
    {
        for (var half = PanelColumns.Block / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) sums[i] += sums[i + half];
        }

        return sums[0];
    }

    /// <summary>A place of zeros alone.</summary>
    public static Place Nothing => Place.OneVector(ref Zeros[0]);

    /// <summary>States laid out [rows, padded units] as a place of panels.</summary>
    public static Place PlaceOf(Span<float> states, int firstRow, int width) =>
        Place.Matrix(ref states[firstRow * width], width, PanelColumns.Interleaved(width, 1));
}
