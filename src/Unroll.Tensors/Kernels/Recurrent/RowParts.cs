using System.Numerics.Tensors;
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

    /// <summary>target = a b over a range.</summary>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> target, int start, int count) =>
        TensorPrimitives.Multiply(a.Slice(start, count), b.Slice(start, count), target.Slice(start, count));

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

    /// <summary>
    /// The hidden state's gradient one step further back: dGates U' for the rows that took the step (times the
    /// dropout mask of h), unchanged for those whose step was masked.
    /// </summary>
    public static void CarryHidden<V>(
        ReadOnlySpan<float> mask, ReadOnlySpan<float> dropout, MatrixView dGates, PackedMatrix recurrentTransposed,
        Span<float> dHidden, Span<float> scratch, int first, int units)
        where V : struct, ILanes<V>
    {
        var batch = dHidden.Length / units;
        if (mask.IsEmpty && dropout.IsEmpty)
        {
            MatrixProduct.MultiplyBlock<V>(
                dGates, recurrentTransposed, new MatrixView(dHidden, batch, units).SliceRows(first, dGates.Rows), add: false);
            return;
        }

        MatrixProduct.MultiplyBlock<V>(
            dGates, recurrentTransposed, new MatrixView(scratch, batch, units).SliceRows(first, dGates.Rows), add: false);
        for (var row = first; row < first + dGates.Rows; row++)
        {
            if (!mask.IsEmpty && mask[row] == 0) continue;
            var from = scratch.Slice(row * units, units);
            if (!dropout.IsEmpty) TensorPrimitives.Multiply(from, dropout.Slice(row * units, units), from);
            from.CopyTo(dHidden[(row * units)..]);
        }
    }
}
