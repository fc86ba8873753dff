using System.Runtime.InteropServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// What an LSTM does at a step once its gates are summed up, value by value: for cells whose products are others' business,
/// such as convolutions. i f g o are the gates, c the cell state, y its activation, h the hidden state.
/// </summary>
internal ref struct LstmGatesKernel : IParallelKernel
{
    /// <summary>Values of a gate that make a part, about.</summary>
    private const int PartLength = 1 << 12;

    public int Rows;
    public int Units;
    public ChosenCurve Curve;
    public ChosenCurve Gate;

    /// <summary>[rows, 4 units], what goes into the activations; not read on the way back.</summary>
    public ReadOnlySpan<float> Sums;

    /// <summary>[rows, 4 units], i f g o: made on the way forward, read on the way back.</summary>
    public Span<float> Gates;

    /// <summary>[rows, units], the cell state before the step.</summary>
    public ReadOnlySpan<float> Cell;

    /// <summary>[rows, units] each: made on the way forward. Of them, the way back reads y.</summary>
    public Span<float> NewCell;

    public Span<float> Curved;

    public Span<float> Hidden;

    /// <summary>[rows, units], the gradients that arrive, each or empty.</summary>
    public ReadOnlySpan<float> DHidden;

    public ReadOnlySpan<float> DNewCell;

    /// <summary>The gradients that leave, each or empty: [rows, 4 units] of the sums, [rows, units] of the cell state before.</summary>
    public Span<float> DSums;

    public Span<float> DCell;

    /// <summary>Whether they are added to; else they are written.</summary>
    public bool AddsSums;

    public bool AddsCell;

    public bool IsBackward;

    public readonly int Parts => (Rows + RowsOfPart - 1) / RowsOfPart;

    private readonly int RowsOfPart => Math.Max(1, PartLength / Units);

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        for (var row = part * RowsOfPart; row < Math.Min(Rows, (part + 1) * RowsOfPart); row++)
        {
            for (var unit = 0; unit < Units; unit += V.Count)
            {
                var (gate, place, count) = ((row * 4 * Units) + unit, (row * Units) + unit, Units - unit);
                if (IsBackward) Back<V>(gate, place, count);
                else Forward<V>(gate, place, count);
            }
        }
    }

    /// <summary>c' = f ∘ c + i ∘ g and h' = o ∘ y, y the activation of c'.</summary>
    private readonly void Forward<V>(int gate, int place, int count)
        where V : struct, ILanes<V>
    {
        V i = Gate.Apply(Load<V>(Sums, gate, count)), f = Gate.Apply(Load<V>(Sums, gate + Units, count));
        V g = Curve.Apply(Load<V>(Sums, gate + (2 * Units), count)), o = Gate.Apply(Load<V>(Sums, gate + (3 * Units), count));
        var c = V.MultiplyAdd(f, Load<V>(Cell, place, count), i * g);
        var y = Curve.Apply(c);
        Lanes.Store(i, ref Gates[gate], count);
        Lanes.Store(f, ref Gates[gate + Units], count);
        Lanes.Store(g, ref Gates[gate + (2 * Units)], count);
        Lanes.Store(o, ref Gates[gate + (3 * Units)], count);
        Lanes.Store(c, ref NewCell[place], count);
        Lanes.Store(y, ref Curved[place], count);
        Lanes.Store(o * y, ref Hidden[place], count);
    }

    /// <summary>
    /// do = dh' ∘ y, and dc' gains dh' ∘ o ∘ slope(y); then di = dc' ∘ g, df = dc' ∘ c, dg = dc' ∘ i and dc = dc' ∘ f. Each
    /// gate's gradient, times its slope, is that of its sum.
    /// </summary>
    private readonly void Back<V>(int gate, int place, int count)
        where V : struct, ILanes<V>
    {
        V i = Load<V>(Gates, gate, count), f = Load<V>(Gates, gate + Units, count);
        V g = Load<V>(Gates, gate + (2 * Units), count), o = Load<V>(Gates, gate + (3 * Units), count);
        var y = Load<V>(Curved, place, count);
        var dh = DHidden.IsEmpty ? V.All(0f) : Load<V>(DHidden, place, count);
        var dc = V.MultiplyAdd(dh * o, Curve.Slope(y), DNewCell.IsEmpty ? V.All(0f) : Load<V>(DNewCell, place, count));
        dc = Lanes.Flush(dc);
        if (!DSums.IsEmpty)
        {
            Put(dc * g * Gate.Slope(i), DSums, gate, count, AddsSums);
            Put(dc * Load<V>(Cell, place, count) * Gate.Slope(f), DSums, gate + Units, count, AddsSums);
            Put(dc * i * Curve.Slope(g), DSums, gate + (2 * Units), count, AddsSums);
            Put(dh * y * Gate.Slope(o), DSums, gate + (3 * Units), count, AddsSums);
        }

        if (!DCell.IsEmpty) Put(dc * f, DCell, place, count, AddsCell);
    }

    private static V Load<V>(ReadOnlySpan<float> values, int place, int count)
        where V : struct, ILanes<V> => Lanes.Load<V>(ref MemoryMarshal.GetReference(values[place..]), count);

    private static void Put<V>(V value, Span<float> target, int place, int count, bool add)
        where V : struct, ILanes<V> =>
        Lanes.Store(add ? Lanes.Load<V>(ref target[place], count) + value : value, ref target[place], count);
}
