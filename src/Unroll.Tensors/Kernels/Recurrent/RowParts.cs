using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>How a recurrent kernel splits a batch among threads, and what the kernels of all cells share.</summary>
internal static class RowParts
{
    /// <summary>Rows of a <see cref="Tile"/>: parts are multiples of it, so that none works on a half-empty tile.</summary>
    private const int Unit = 6;

    /// <summary>One part for each thread. Rows do not depend on each other, so the split cannot change a result.</summary>
    public static int Count(int batch) => Math.Clamp((batch + Unit - 1) / Unit, 1, ThreadTeam.Threads);

    public static (int First, int Rows) Range(int part, int batch)
    {
        int parts = Count(batch), units = (batch + Unit - 1) / Unit;
        var first = Math.Min(batch, part * units / parts * Unit);
        return (first, Math.Min(batch, (part + 1) * units / parts * Unit) - first);
    }

    /// <summary>target += values</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(ReadOnlySpan<float> values, ref float target)
        where V : struct, ILanes<V>
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        for (var i = 0; i < values.Length; i += V.Count)
        {
            var sum = Lanes.Load<V>(ref Unsafe.Add(ref source, i), values.Length - i) +
                Lanes.Load<V>(ref Unsafe.Add(ref target, i), values.Length - i);
            Lanes.Store(sum, ref Unsafe.Add(ref target, i), values.Length - i);
        }
    }
}
