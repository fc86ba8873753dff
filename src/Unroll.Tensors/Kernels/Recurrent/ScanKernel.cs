using System.Runtime.CompilerServices;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The linear recurrence h_t = a_t ∘ h_{t-1} + b_t over whole sequences: no product stands between the steps, so rows and
/// units go their ways in parallel.
/// </summary>
internal ref struct ScanKernel : IParallelKernel
{
    /// <summary>Rows of the batch that make a part.</summary>
    private const int RowsOfPart = 4;

    public int Batch;
    public int Time;
    public int Units;

    /// <summary>[B, T, units]</summary>
    public ReadOnlySpan<float> A;

    /// <summary>[B, T, units]; not read on the way back.</summary>
    public ReadOnlySpan<float> B;

    /// <summary>[B, units], or empty for zeros.</summary>
    public ReadOnlySpan<float> Initial;

    /// <summary>[B, T, units]: made on the way forward, read on the way back.</summary>
    public Span<float> H;

    /// <summary>[B, T, units], the gradient of all h; on the way back.</summary>
    public ReadOnlySpan<float> DH;

    /// <summary>Where the gradients go, to be added to: [B, T, units] of a and b, [B, units] of the initial state; each or empty.</summary>
    public Span<float> DA;

    public Span<float> DB;

    public Span<float> DInitial;

    public bool IsBackward;

    public readonly int Parts => (Batch + RowsOfPart - 1) / RowsOfPart;

    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        for (var row = part * RowsOfPart; row < Math.Min(Batch, (part + 1) * RowsOfPart); row++)
        {
            for (var unit = 0; unit < Units; unit += V.Count)
            {
                if (IsBackward) Back<V>(row, unit);
                else Forward<V>(row, unit);
            }
        }
    }

    private readonly void Forward<V>(int row, int unit)
        where V : struct, ILanes<V>
    {
        var count = Units - unit;
        var h = Initial.IsEmpty ? V.All(0f) : Load<V>(Initial, (row * Units) + unit, count);
        for (var t = 0; t < Time; t++)
        {
            var place = (((row * Time) + t) * Units) + unit;
            h = V.MultiplyAdd(Load<V>(A, place, count), h, Load<V>(B, place, count));
            Lanes.Store(h, ref H[place], count);
        }
    }

    /// <summary>da_t = dh_t ∘ h_{t-1}, db_t = dh_t, and dh_{t-1} gains a_t ∘ dh_t.</summary>
    private readonly void Back<V>(int row, int unit)
        where V : struct, ILanes<V>
    {
        var count = Units - unit;
        var carry = V.All(0f);
        for (var t = Time - 1; t >= 0; t--)
        {
            var place = (((row * Time) + t) * Units) + unit;
            var dh = Lanes.Flush(Load<V>(DH, place, count) + carry);
            if (!DA.IsEmpty && (t > 0 || !Initial.IsEmpty))
                Add(dh * (t > 0 ? Load<V>(H, place - Units, count) : Load<V>(Initial, (row * Units) + unit, count)), DA, place, count);
            if (!DB.IsEmpty) Add(dh, DB, place, count);
            carry = dh * Load<V>(A, place, count);
        }

        if (!DInitial.IsEmpty) Add(carry, DInitial, (row * Units) + unit, count);
    }

    private static V Load<V>(ReadOnlySpan<float> values, int place, int count)
        where V : struct, ILanes<V> => Lanes.Load<V>(ref Unsafe.AsRef(in values[place]), count);

    private static void Add<V>(V value, Span<float> target, int place, int count)
        where V : struct, ILanes<V> => Lanes.Store(Lanes.Load<V>(ref target[place], count) + value, ref target[place], count);
}
