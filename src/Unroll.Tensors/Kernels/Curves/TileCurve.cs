using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Activations of the vectors of a tile, in place: loops of their own, so small that all constants stay in registers and
/// the processor overlaps one row with the next.
/// </summary>
internal static class TileCurve
{
    /// <summary>Applies a function to one vector of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply<V, TFunction>(scoped ref float vector, nint row, int rows)
        where V : struct, ILanes<V>
        where TFunction : struct, ILaneFunction<V, TFunction>
    {
        var function = TFunction.New();
        for (var r = 0; r < rows; r++)
        {
            function.Of(V.Load(ref vector)).Store(ref vector);
            vector = ref Unsafe.Add(ref vector, row);
        }
    }
}
