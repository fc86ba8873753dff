using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>
/// A sequence as the kernels of layers with few units walk it. A vector holds one number of many rows of the batch, where
/// elsewhere it holds many units of one row: with few units most of that would be padding.
/// </summary>
/// <remarks>
/// Every array has its rows of the batch last, filled up to <see cref="Lanes"/>. The sums are the same chains in the same
/// order as those of the other kernels, so that outputs do not depend on which of the two ran.
/// </remarks>
internal ref struct NarrowArrays
{
    /// <summary>Steps that are walked.</summary>
    public int Time;

    /// <summary>How many steps of padding come before.</summary>
    public int FirstStep;

    /// <summary>Steps of the whole sequence, as X, mask and output hold them.</summary>
    public int TotalTime;

    public int Batch;
    public int Units;
    public int Inputs;

    /// <summary>Numbers of a step and unit that are kept as gates.</summary>
    public int Slots;

    /// <summary>Whether the input is read from its last step to its first.</summary>
    public bool Reverse;

    /// <summary>Whether the output is written from its last step to its first.</summary>
    public bool ReverseOutput;

    /// <summary>Whether the gates of all steps are kept for a backward pass.</summary>
    public bool KeepsSteps;

    /// <summary>[inputs, columns], as the layer has it.</summary>
    public ReadOnlySpan<float> Kernel;

    /// <summary>[units, columns], as the layer has it.</summary>
    public ReadOnlySpan<float> Recurrent;

    /// <summary>[slots * units, 16]: the bias that each sum starts from, once for each lane.</summary>
    public Span<float> Bias;

    /// <summary>[B, T, inputs]</summary>
    public ReadOnlySpan<float> X;

    /// <summary>[B, T] of 0 and 1, or empty: a masked step keeps the state.</summary>
    public ReadOnlySpan<float> Mask;

    /// <summary>[B, T, units], or empty: the hidden state after every step.</summary>
    public Span<float> Output;

    /// <summary>[T, inputs, lanes]: X turned.</summary>
    public Span<float> InputLanes;

    /// <summary>[T, lanes], or empty: the mask turned, in the order of processing.</summary>
    public Span<float> MaskLanes;

    /// <summary>[units, lanes], or empty: multiplies h before the recurrent products.</summary>
    public Span<float> DropoutLanes;

    /// <summary>[T + 1, units, lanes]: the hidden states, entry 0 the initial one.</summary>
    public Span<float> Hidden;

    /// <summary>[T + 1, units, lanes]: the same times the dropout; or empty.</summary>
    public Span<float> Dropped;

    /// <summary>[T + 1, units, lanes]: the cell states of an LSTM; else empty.</summary>
    public Span<float> Cell;

    /// <summary>[T or 1, units, lanes]: r h of a GRU with reset before; else empty.</summary>
    public Span<float> Reset;

    /// <summary>[T or 1, slots, units, lanes]</summary>
    public Span<float> Gates;

    /// <summary>Rows of the batch, filled up to whole vectors of the widest kind.</summary>
    public readonly int Lanes => LanesOf(Batch);

    public readonly int Columns => Kernel.Length / Inputs;

    /// <summary>How many threads to ask for: none beside the caller's where there is little to do.</summary>
    public readonly int Threads
    {
        get
        {
            const long WorthSharing = 1 << 15;
            const int CurvesCost = 32; // of a gate, in multiply-adds
            var perRow = Inputs + ((Inputs + Units + CurvesCost) * Slots * Units / PanelColumns.Block);
            return (long)Lanes * Time * perRow < WorthSharing ? 1 : int.MaxValue;
        }
    }

    public static int LanesOf(int batch) => SequenceArrays.Padded(batch);

    public readonly ref float InputAt(int t) => ref At(InputLanes, (nint)t * Inputs);

    public readonly ref float GateAt(int t, int slot) => ref At(Gates, (((nint)(KeepsSteps ? t : 0) * Slots) + slot) * Units);

    public readonly ref float HiddenAt(int t) => ref At(Hidden, (nint)t * Units);

    /// <summary>The hidden state as the products see it.</summary>
    public readonly ref float OperandAt(int t) => ref At(Dropped.IsEmpty ? Hidden : Dropped, (nint)t * Units);

    public readonly ref float CellAt(int t) => ref At(Cell, (nint)t * Units);

    public readonly ref float ResetAt(int t) => ref At(Reset, (nint)(KeepsSteps ? t : 0) * Units);

    public readonly ref float BiasAt(int slot) => ref Bias[slot * Units * PanelColumns.Block];

    /// <summary>The weights from the input to some gates, in the order of the kernel's columns.</summary>
    public readonly LaneWeights FromInput(int firstGate, int gates) =>
        new(ref Gate(Kernel, firstGate), 1, Columns, gates * Units, Inputs);

    /// <summary>The weights from the hidden state to some gates.</summary>
    public readonly LaneWeights FromHidden(int firstGate, int gates) =>
        new(ref Gate(Recurrent, firstGate), 1, Columns, gates * Units, Units);

    /// <summary>The same weights from some gates back to the input.</summary>
    public readonly LaneWeights ToInput(int firstGate, int gates) =>
        new(ref Gate(Kernel, firstGate), Columns, 1, Inputs, gates * Units);

    /// <summary>The same weights from some gates back to the hidden state.</summary>
    public readonly LaneWeights ToHidden(int firstGate, int gates) =>
        new(ref Gate(Recurrent, firstGate), Columns, 1, Units, gates * Units);

    /// <summary>Applies an activation to some rows of lanes, in place.</summary>
    public readonly void Apply<V, TCurve>(TCurve curve, ref float first, int rows, LaneRange range)
        where V : struct, ILanes<V>
        where TCurve : struct, ICurve
    {
        for (var row = 0; row < rows; row++)
            curve.Apply<V>(ref Unsafe.Add(ref first, (row * Lanes) + range.First), V.Count, (range.Last - range.First) / V.Count);
    }

    /// <summary>Turns an array [B, T, width] into [T, width, lanes] for some rows, in the order of processing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Turn(ReadOnlySpan<float> source, Span<float> target, int width, bool reverse, bool skipsMasked, LaneRange range)
    {
        var row = range.First;
        if (Sse.IsSupported && width >= 4 && (Mask.IsEmpty || !skipsMasked))
        {
            for (; row + 4 <= Math.Min(Batch, range.Last); row += 4) TurnFour(source, ref target[row], width, reverse, row);
        }

        for (; row < range.Last; row++) TurnOne(source, ref target[row], width, reverse, skipsMasked, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TurnOne(ReadOnlySpan<float> source, ref float to, int width, bool reverse, bool skipsMasked, int row)
    {
        nint lanes = Lanes, step = width * lanes;
        for (var t = 0; t < Time; t++)
        {
            if (row >= Batch || (skipsMasked && IsMasked(t, row)))
            {
                // Padding may hold anything, even NaN.
                for (nint i = 0; i < width; i++) Unsafe.Add(ref to, i * lanes) = 0;
            }
            else
            {
                ref var from = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), Position(t, row, reverse) * width);
                for (nint i = 0; i < width; i++) Unsafe.Add(ref to, i * lanes) = Unsafe.Add(ref from, i);
            }

            to = ref Unsafe.Add(ref to, step);
        }
    }

    /// <summary>The same for four rows, in squares of four by four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TurnFour(ReadOnlySpan<float> source, ref float to, int width, bool reverse, int row)
    {
        nint lanes = Lanes, step = width * lanes, rowStep = (nint)TotalTime * width, stepBack = reverse ? -width : width;
        ref var from = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), Position(0, row, reverse) * width);
        for (var t = 0; t < Time; t++)
        {
            nint i = 0;
            for (; i + 4 <= width; i += 4)
            {
                ref var corner = ref Unsafe.Add(ref from, i);
                Vector128<float> a = Vector128.LoadUnsafe(ref corner), b = Vector128.LoadUnsafe(ref Unsafe.Add(ref corner, rowStep));
                Vector128<float> c = Vector128.LoadUnsafe(ref Unsafe.Add(ref corner, 2 * rowStep));
                var d = Vector128.LoadUnsafe(ref Unsafe.Add(ref corner, 3 * rowStep));
                Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
                Vector128<float> abHigh = Sse.UnpackHigh(a, b), cdHigh = Sse.UnpackHigh(c, d);
                ref var target = ref Unsafe.Add(ref to, i * lanes);
                Sse.MoveLowToHigh(ab, cd).StoreUnsafe(ref target);
                Sse.MoveHighToLow(cd, ab).StoreUnsafe(ref Unsafe.Add(ref target, lanes));
                Sse.MoveLowToHigh(abHigh, cdHigh).StoreUnsafe(ref Unsafe.Add(ref target, 2 * lanes));
                Sse.MoveHighToLow(cdHigh, abHigh).StoreUnsafe(ref Unsafe.Add(ref target, 3 * lanes));
            }

            for (; i < width; i++)
            {
                for (nint r = 0; r < 4; r++) Unsafe.Add(ref to, (i * lanes) + r) = Unsafe.Add(ref from, (r * rowStep) + i);
            }

            from = ref Unsafe.Add(ref from, stepBack);
            to = ref Unsafe.Add(ref to, step);
        }
    }

    /// <summary>Turns some rows of one step back, to [B, T, width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void TurnBack(ref float source, Span<float> target, int t, int width, bool reverse, bool add, LaneRange range)
    {
        nint lanes = Lanes;
        var last = Math.Min(Batch, range.Last);
        for (var row = range.First; row < last; row++)
        {
            ref var from = ref Unsafe.Add(ref source, row);
            ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(target), Position(t, row, reverse) * width);
            if (add)
            {
                for (nint i = 0; i < width; i++) Unsafe.Add(ref to, i) += Unsafe.Add(ref from, i * lanes);
            }
            else
            {
                for (nint i = 0; i < width; i++) Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i * lanes);
            }
        }
    }

    /// <summary>Turns a state [B, units], or zeros, into [units, lanes].</summary>
    public readonly void TurnState(ReadOnlySpan<float> state, Span<float> target)
    {
        for (var u = 0; u < Units; u++)
        {
            for (var row = 0; row < Lanes; row++) target[(u * Lanes) + row] = row < Batch && !state.IsEmpty ? state[(row * Units) + u] : 0;
        }
    }

    /// <summary>Turns a state back, to [B, units].</summary>
    public readonly void TurnStateBack(ReadOnlySpan<float> source, Span<float> state, bool add)
    {
        for (var u = 0; u < Units; u++)
        {
            for (var row = 0; row < Batch; row++)
                state[(row * Units) + u] = source[(u * Lanes) + row] + (add ? state[(row * Units) + u] : 0);
        }
    }

    /// <summary>The hidden state before step t times the dropout.</summary>
    public readonly void Drop<V>(int t, LaneRange range)
        where V : struct, ILanes<V>
    {
        for (var u = 0; u < Units; u++)
        {
            for (var lane = (u * Lanes) + range.First; lane < (u * Lanes) + range.Last; lane += V.Count)
            {
                var h = V.Load(ref Unsafe.Add(ref HiddenAt(t), lane)) * V.Load(ref DropoutLanes[lane]);
                h.Store(ref Unsafe.Add(ref OperandAt(t), lane));
            }
        }
    }

    public readonly bool IsMasked(int t, int row) => !Mask.IsEmpty && Mask[(int)Position(t, row, Reverse)] == 0;

    /// <summary>Where a step was masked <paramref name="old"/>, else <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly V Masked<V>(int t, int lane, V old, V value)
        where V : struct, ILanes<V> =>
        MaskLanes.IsEmpty ? value : V.SelectLess(V.All(0f), V.Load(ref MaskLanes[(t * Lanes) + lane]), value, old);

    private readonly nint Position(int t, int row, bool reverse) => ((nint)row * TotalTime) + (reverse ? TotalTime - 1 - FirstStep - t : FirstStep + t);

    private readonly ref float Gate(ReadOnlySpan<float> kernel, int gate) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(kernel), gate * Units);

    private readonly ref float At(Span<float> array, nint row) => ref Unsafe.Add(ref MemoryMarshal.GetReference(array), row * Lanes);
}

/// <summary>Some rows of the batch: whole vectors of lanes.</summary>
internal readonly record struct LaneRange(int First, int Last)
{
    /// <summary>The share of a thread.</summary>
    public static LaneRange Of(int lanes, int member, int members)
    {
        var blocks = lanes / PanelColumns.Block;
        return new(blocks * member / members * PanelColumns.Block, blocks * (member + 1) / members * PanelColumns.Block);
    }
}
