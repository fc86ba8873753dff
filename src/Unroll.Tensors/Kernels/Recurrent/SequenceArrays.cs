using System.Numerics.Tensors;

namespace Unroll.Kernels;

/// <summary>
/// The hidden states of a sequence and what may befall them: what the kernels of all cells share. All arrays are
/// time-major, step 0 the first that is processed.
/// </summary>
internal ref struct SequenceArrays
{
    public int Time;
    public int Batch;
    public int Units;

    /// <summary>[T + 1, B, U], entry 0 the initial state.</summary>
    public Span<float> Hidden;

    /// <summary>[T, B] of 0 and 1, or empty: a masked step keeps the state.</summary>
    public Span<float> Mask;

    /// <summary>[B, U], or empty: multiplies h before the recurrent products, the same at every step.</summary>
    public Span<float> RecurrentDropout;

    /// <summary>[T, B, U]: h times <see cref="RecurrentDropout"/>; used only where that is given.</summary>
    public Span<float> Dropped;

    public readonly bool IsMasked(int t, int row) => !Mask.IsEmpty && Mask[(t * Batch) + row] == 0;

    /// <summary>Some rows of one step of an array [T, B, width].</summary>
    public readonly MatrixView Rows(Span<float> all, int t, int width, int first, int rows) =>
        new MatrixView(all.Slice(t * Batch * width, Batch * width), Batch, width).SliceRows(first, rows);

    /// <summary>h before step t, as the recurrent products take it.</summary>
    public readonly MatrixView Operand(int t, int first, int rows)
    {
        if (RecurrentDropout.IsEmpty) return Rows(Hidden, t, Units, first, rows);
        var (start, count) = (first * Units, rows * Units);
        TensorPrimitives.Multiply(
            Hidden.Slice((t * Batch * Units) + start, count), RecurrentDropout.Slice(start, count),
            Dropped.Slice((t * Batch * Units) + start, count));
        return Rows(Dropped, t, Units, first, rows);
    }

    /// <summary>
    /// The hidden state's gradient one step further back: dGates U' for the rows that took the step (times the
    /// dropout mask of h), unchanged for those whose step was masked.
    /// </summary>
    public readonly void CarryHidden<V>(
        int t, MatrixView dGates, PackedMatrix recurrentTransposed, Span<float> dHidden, Span<float> scratch, int first)
        where V : struct, ILanes<V>
    {
        var target = Mask.IsEmpty && RecurrentDropout.IsEmpty ? dHidden : scratch;
        MatrixProduct.MultiplyBlock<V>(dGates, recurrentTransposed, Rows(target, 0, Units, first, dGates.Rows), add: false);
        if (target == dHidden) return;
        for (var row = first; row < first + dGates.Rows; row++)
        {
            if (IsMasked(t, row)) continue;
            var from = scratch.Slice(row * Units, Units);
            if (!RecurrentDropout.IsEmpty) TensorPrimitives.Multiply(from, RecurrentDropout.Slice(row * Units, Units), from);
            from.CopyTo(dHidden[(row * Units)..]);
        }
    }
}
