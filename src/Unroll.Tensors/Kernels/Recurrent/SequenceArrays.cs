using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>
/// A sequence as the kernels of all cells walk it: step 0 is the first that is processed, which is the last in time when
/// the direction is reversed.
/// </summary>
internal ref struct SequenceArrays
{
    /// <summary>Steps that are walked: those of the whole sequence, or some of them.</summary>
    public int Time;

    /// <summary>How many steps were walked before.</summary>
    public int FirstStep;

    /// <summary>Steps of the whole sequence, as X, mask and output hold them.</summary>
    public int TotalTime;

    public int Batch;
    public int Units;
    public int Inputs;

    /// <summary>Whether the input is read from its last step to its first.</summary>
    public bool Reverse;

    /// <summary>Whether the output is written from its last step to its first.</summary>
    public bool ReverseOutput;

    /// <summary>[B, T, inputs]</summary>
    public ReadOnlySpan<float> X;

    /// <summary>
    /// [T + 1, B, <see cref="RowLength"/>]: for each step what its products multiply, its input and then the hidden state
    /// before it. Where steps are not kept, [2, B, RowLength], used in turn.
    /// </summary>
    public Span<float> Operand;

    /// <summary>With recurrent dropout, [T + 1 or 2, B, <see cref="PaddedUnits"/>]: the hidden state itself; else empty.</summary>
    public Span<float> Undropped;

    /// <summary>[B, units], or empty: multiplies h before the recurrent products, the same at every step.</summary>
    public ReadOnlySpan<float> RecurrentDropout;

    /// <summary>
    /// Zoneout: the share of a new hidden state that is taken, the rest is the old one; see <see cref="StepValue"/>. Or
    /// empty: all of it.
    /// </summary>
    public ReadOnlySpan<float> Taken;

    /// <summary>[B, T] of 0 and 1, or empty: a masked step keeps the state.</summary>
    public ReadOnlySpan<float> Mask;

    /// <summary>[B, T, units], or empty: the hidden state after every step.</summary>
    public Span<float> Output;

    /// <summary>Whether all steps are kept for a backward pass.</summary>
    public bool KeepsSteps;

    /// <summary>Units filled up to whole vectors: the width of all states.</summary>
    public readonly int PaddedUnits => Padded(Units);

    /// <summary>Length of a row of <see cref="Operand"/>.</summary>
    public readonly int RowLength => RowLengthOf(Units, Inputs);

    public static int Padded(int count) => (count + PanelColumns.Block - 1) / PanelColumns.Block * PanelColumns.Block;

    /// <summary>
    /// An odd number of cache lines: at a distance of a power of two, the rows of a group would displace each other.
    /// </summary>
    public static int RowLengthOf(int units, int inputs) => Padded(Padded(units) + inputs) | PanelColumns.Block;

    /// <summary>Whether inputs and outputs fill so much memory that a step has to ask for those of the next in time.</summary>
    public readonly bool IsFar => (long)TotalTime * Batch * (Inputs + Units) > 1 << 17;

    /// <summary>Number of a step's memory.</summary>
    public readonly int Slot(int t) => KeepsSteps ? t : t & 1;

    /// <summary>The input of step t.</summary>
    public readonly ref float InputAt(int t, int row) => ref At(Operand, ((nint)Slot(t) * Batch) + row, RowLength);

    /// <summary>The hidden state before step t as the products see it.</summary>
    public readonly ref float OperandAt(int t, int row) => ref Unsafe.Add(ref InputAt(t, row), Inputs);

    /// <summary>The hidden state before step t.</summary>
    public readonly ref float HiddenAt(int t, int row) => ref Undropped.IsEmpty
        ? ref OperandAt(t, row)
        : ref At(Undropped, ((nint)Slot(t) * Batch) + row, PaddedUnits);

    /// <summary>Distance of rows at <see cref="HiddenAt"/>.</summary>
    public readonly nint HiddenRow => Undropped.IsEmpty ? RowLength : PaddedUnits;

    /// <summary>A state other than the hidden one, laid out [T + 1 or 2, B, PaddedUnits].</summary>
    public readonly ref float StateAt(Span<float> states, int t, int row) =>
        ref StateAt(states, t, row, PaddedUnits);

    /// <summary>The same where the state has another width.</summary>
    public readonly ref float StateAt(Span<float> states, int t, int row, int width) =>
        ref At(states, ((nint)Slot(t) * Batch) + row, width);

    /// <summary>A row of an array [B, T, width] at a step.</summary>
    public readonly ref float InTime(ReadOnlySpan<float> array, int t, int row, int width, bool reverse) =>
        ref At(array, ((nint)row * TotalTime) + Position(t, reverse), width);

    public readonly bool IsMasked(int t, int row) =>
        !Mask.IsEmpty && Mask[(row * TotalTime) + Position(t, Reverse)] == 0;

    private readonly int Position(int t, bool reverse) => reverse ? TotalTime - 1 - FirstStep - t : FirstStep + t;

    /// <summary>The first factor of a step whose kernels stand one below the other: [x h], or h where the inputs are done.</summary>
    public readonly FirstFactor StepFactor(int t, bool inputsDone) => inputsDone
        ? HiddenFactor(t)
        : new(ref InputAt(t, 0), TileRows.Whole(RowLength, 1, Inputs + Units));

    /// <summary>The row of such kernels that it starts at.</summary>
    public readonly int FirstInner(bool inputsDone) => inputsDone ? Inputs : 0;

    /// <summary>The input of a step as a first factor.</summary>
    public readonly FirstFactor InputFactor(int t) => new(ref InputAt(t, 0), TileRows.Whole(RowLength, 1, Inputs));

    /// <summary>The hidden state before a step as a first factor.</summary>
    public readonly FirstFactor HiddenFactor(int t) => new(ref OperandAt(t, 0), TileRows.Whole(RowLength, 1, Units));

    /// <summary>The hidden states of all steps as the products saw them, [T * B, units].</summary>
    public readonly MatrixView Hiddens => new(Operand[Inputs..], Time * Batch, Units, RowLength);

    /// <summary>The inputs of all steps, [T * B, inputs].</summary>
    public readonly MatrixView InputsOfSteps => new(Operand, Time * Batch, Inputs, RowLength);

    /// <summary>
    /// Copies the input of a step to its place before the hidden state. Padding may hold anything, even NaN, so a masked
    /// step gets zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void TakeInput<V>(int t, int firstRow, int lastRow)
        where V : struct, ILanes<V>
    {
        ref var target = ref InputAt(t, firstRow);
        ref var source = ref InTime(X, t, firstRow, Inputs, Reverse);
        var next = Reverse ? -Inputs : Inputs;
        var far = IsFar;
        for (var row = firstRow; row < lastRow; row++)
        {
            if (IsMasked(t, row)) MemoryMarshal.CreateSpan(ref target, Inputs).Clear();
            else CopyRow<V>(ref source, ref target, Inputs);
            for (var i = 0; i < Inputs && far; i += PanelColumns.Block) Lanes.Prefetch(ref Unsafe.Add(ref source, next + i));
            source = ref Unsafe.Add(ref source, (nint)TotalTime * Inputs);
            target = ref Unsafe.Add(ref target, RowLength);
        }
    }

    /// <summary>Copies a row and nothing behind it, where the hidden state stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow<V>(ref float source, ref float target, int count)
        where V : struct, ILanes<V>
    {
        var i = 0;
        for (; i + V.Count <= count; i += V.Count) V.Load(ref Unsafe.Add(ref source, i)).Store(ref Unsafe.Add(ref target, i));
        for (; i + 4 <= count; i += 4) Lanes128.Load(ref Unsafe.Add(ref source, i)).Store(ref Unsafe.Add(ref target, i));
        for (; i < count; i++) Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
    }

    /// <summary>
    /// The recurrent product of a step back: what the gradients of the gates of step t bring to the hidden state before
    /// it, in tiles that <paramref name="end"/> takes on; past the last step, tiles of zeros.
    /// </summary>
    [SkipLocalsInit]
    public readonly void MultiplyBack<V, TEnd>(PackedMatrix gates, PackedMatrix turned, int t, StepShare share, ref TEnd end)
        where V : struct, ILanes<V>
        where TEnd : struct, ITileEnd, allows ref struct
    {
        Span<float> tile = stackalloc float[TileProduct.GroupLength];
        var zeros = V.All(0f);
        var factor = t < Time ? gates.AsRows(t * Batch) : new FirstFactor(ref tile[0], default);
        TileProduct.Multiply<V, TEnd>(
            factor, turned, 0, Place.OneVector(ref Unsafe.As<V, float>(ref zeros)),
            Place.Buffer(tile, turned.Columns), share.Tiles(turned.Columns, backwards: (t & 1) == 1), ref end);
    }

    /// <summary>Finishes the hidden states that a tile made: copies them wherever they are wanted beside <see cref="HiddenAt"/>.</summary>
    public readonly void Publish<V>(int t, int unit, int row, int rows)
        where V : struct, ILanes<V>
    {
        var count = Units - unit;
        if (count <= 0 || (Undropped.IsEmpty && Output.IsEmpty)) return; // nothing wanted, or padding alone
        ref var h = ref Unsafe.Add(ref HiddenAt(t + 1, row), unit);
        nint hiddenRow = HiddenRow, outputRow = (nint)TotalTime * Units;
        if (!Output.IsEmpty)
        {
            ref var output = ref Unsafe.Add(ref InTime(Output, t, row, Units, ReverseOutput), unit);
            var next = ReverseOutput ? -Units : Units;
            var far = IsFar;
            for (var r = 0; r < rows; r++)
            {
                Lanes.Store(V.Load(ref Unsafe.Add(ref h, r * hiddenRow)), ref Unsafe.Add(ref output, r * outputRow), count);
                if (far) Lanes.Prefetch(ref Unsafe.Add(ref output, (r * outputRow) + next));
            }
        }

        for (var r = 0; r < rows && !Undropped.IsEmpty; r++)
        {
            var dropped = V.Load(ref Unsafe.Add(ref h, r * hiddenRow)) * DropoutOf<V>(row + r, unit);
            dropped.Store(ref Unsafe.Add(ref OperandAt(t + 1, row + r), unit));
        }
    }

    /// <summary>
    /// A vector of what belongs to every unit of every step: [T, B, padded units] in the order of processing, or [padded
    /// units] alike for all.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="t">The step.</param>
    /// <param name="row">The row.</param>
    /// <param name="unit">The vector's first unit.</param>
    /// <param name="width">Padded units, where they are not those of the hidden state.</param>
    public readonly V StepValue<V>(ReadOnlySpan<float> values, int t, int row, int unit, int width = 0)
        where V : struct, ILanes<V>
    {
        if (width == 0) width = PaddedUnits;
        return values.Length == width
            ? V.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), unit))
            : V.Load(ref Unsafe.Add(ref At(values, ((nint)(FirstStep + t) * Batch) + row, width), unit));
    }

    /// <summary>Zoneout: a part of a new state, and of the old one the rest.</summary>
    public readonly V Zoned<V>(ReadOnlySpan<float> taken, V fresh, V old, int t, int row, int unit, int width = 0)
        where V : struct, ILanes<V>
    {
        var share = StepValue<V>(taken, t, row, unit, width);
        return V.MultiplyAdd(share, fresh, (V.All(1f) - share) * old);
    }

    /// <summary>The new state before <see cref="Zoned"/>; where none of it was taken, anything finite.</summary>
    public readonly V Unzoned<V>(ReadOnlySpan<float> taken, V state, V old, int t, int row, int unit)
        where V : struct, ILanes<V>
    {
        var share = StepValue<V>(taken, t, row, unit);
        var fresh = (state - ((V.All(1f) - share) * old)) / V.Max(V.All(1e-6f), share);
        return V.SelectLess(V.All(0f), share, fresh, state);
    }

    /// <summary>The gradients that <see cref="Zoned"/> passes to the new state and to the old one.</summary>
    public readonly (V Fresh, V Old) ZonedBack<V>(
        ReadOnlySpan<float> taken, V gradient, int t, int row, int unit, int width = 0)
        where V : struct, ILanes<V>
    {
        var share = StepValue<V>(taken, t, row, unit, width);
        return (gradient * share, gradient * (V.All(1f) - share));
    }

    /// <summary>A vector of <see cref="RecurrentDropout"/>.</summary>
    public readonly V DropoutOf<V>(int row, int unit)
        where V : struct, ILanes<V> =>
        Lanes.Load<V>(ref Unsafe.Add(ref At(RecurrentDropout, row, Units), unit), Units - unit);

    /// <summary>Sets a vector of each gate to zero.</summary>
    public static void ClearGates<V>(ref float gates, int count)
        where V : struct, ILanes<V>
    {
        for (var gate = 0; gate < count; gate++) V.All(0f).Store(ref Unsafe.Add(ref gates, gate * PanelColumns.Block));
    }

    /// <summary>Sets the hidden state before the first step.</summary>
    /// <param name="initial">[B, units], or empty for zeros.</param>
    public readonly void Start(ReadOnlySpan<float> initial)
    {
        for (var row = 0; row < Batch; row++)
        {
            var hidden = MemoryMarshal.CreateSpan(ref HiddenAt(0, row), PaddedUnits);
            FillPadded(initial.IsEmpty ? default : initial.Slice(row * Units, Units), hidden);
            if (Undropped.IsEmpty) continue;
            var operand = MemoryMarshal.CreateSpan(ref OperandAt(0, row), PaddedUnits);
            operand.Clear();
            for (var u = 0; u < Units; u++) operand[u] = hidden[u] * RecurrentDropout[(row * Units) + u];
        }
    }

    /// <summary>Sets a state laid out [.., B, padded units] before the first step.</summary>
    public readonly void Start(ReadOnlySpan<float> initial, Span<float> states, int units)
    {
        for (var row = 0; row < Batch; row++)
            FillPadded(initial.IsEmpty ? default : initial.Slice(row * units, units), states.Slice(row * Padded(units), Padded(units)));
    }

    /// <summary>Copies the hidden state after the last step to [B, units].</summary>
    public readonly void Finish(Span<float> hidden)
    {
        for (var row = 0; row < Batch; row++)
            MemoryMarshal.CreateReadOnlySpan(ref HiddenAt(Time, row), Units).CopyTo(hidden[(row * Units)..]);
    }

    /// <summary>Copies another state after the last step to [B, units].</summary>
    public readonly void Finish(Span<float> states, Span<float> state, int units)
    {
        for (var row = 0; row < Batch; row++)
            MemoryMarshal.CreateReadOnlySpan(ref StateAt(states, Time, row, Padded(units)), units).CopyTo(state[(row * units)..]);
    }

    private static void FillPadded(ReadOnlySpan<float> values, Span<float> padded)
    {
        values.CopyTo(padded);
        padded[values.Length..].Clear();
    }

    private static ref float At(ReadOnlySpan<float> values, nint row, int width) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(values), row * width);
}
