using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Activations of the vectors of a tile, in place: loops of their own, so small that the compiler inlines all of a curve,
/// whose rows the processor then overlaps.
/// </summary>
internal static class TileCurve
{
    /// <summary>Applies a curve to one vector of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<V, TCurve>(TCurve curve, ref float vector, nint row, int rows)
        where V : struct, ILanes<V>
        where TCurve : struct, ICurve
    {
        for (var r = 0; r < rows; r++)
        {
            curve.Apply(V.Load(ref vector)).Store(ref vector);
            vector = ref Unsafe.Add(ref vector, row);
        }
    }

    /// <summary>Applies a curve to two vectors of each row, so many floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<V, TCurve>(TCurve curve, ref float vector, nint other, nint row, int rows)
        where V : struct, ILanes<V>
        where TCurve : struct, ICurve
    {
        for (var r = 0; r < rows; r++)
        {
            var first = curve.Apply(V.Load(ref vector));
            var second = curve.Apply(V.Load(ref Unsafe.Add(ref vector, other)));
            first.Store(ref vector);
            second.Store(ref Unsafe.Add(ref vector, other));
            vector = ref Unsafe.Add(ref vector, row);
        }
    }
}
