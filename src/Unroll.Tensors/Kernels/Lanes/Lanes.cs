using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>Loads and stores at the end of a row, and the transcendental functions, for every width.</summary>
internal static unsafe class Lanes
{
    /// <summary>
    /// 1.5 2^23: a small number added to it loses its fraction, rounded to nearest, and stands as an integer in the
    /// lowest bits of the sum.
    /// </summary>
    public const float Whole = 12582912;

    public const float LogOfE = 1.44269504f; // to the base 2
    public const float Ln2 = 0.693147182f;
    public const float Ln2Rest = -1.90465430e-9f; // what the rounded ln 2 lacks

    /// <summary>Loads the first <paramref name="count"/> lanes; the others are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(ref float source, int count)
        where V : struct, ILanes<V> =>
        count >= V.Count ? V.Load(ref source) : LoadPart<V>(ref source, count);

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V lanes, ref float target, int count)
        where V : struct, ILanes<V>
    {
        if (count >= V.Count) lanes.Store(ref target);
        else StorePart(lanes, ref target, count);
    }

    /// <summary>
    /// e to the power x, within 1.1 units in the last place, down to the smallest subnormal; 0 and infinity beyond
    /// float's range, NaN for NaN.
    /// </summary>
    /// <remarks>x = n ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2^n e^r.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, ILanes<V>
    {
        x = V.Max(V.All(-104f), V.Min(V.All(89f), x)); // a NaN passes through, being the second operand of both
        var n = V.MultiplyAdd(x, V.All(LogOfE), V.All(Whole)) - V.All(Whole);
        var r = V.MultiplyAdd(n, V.All(-Ln2), x);
        r = V.MultiplyAdd(n, V.All(-Ln2Rest), r);
        return V.Scale(ExpMinusOne<V>.New().Of(r) + V.All(1f), n);
    }

    /// <summary>The logistic function; see <see cref="SigmoidFunction{V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V> => SigmoidFunction<V>.New().Of(x);

    /// <summary>The hyperbolic tangent; see <see cref="TanhFunction{V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V> => TanhFunction<V>.New().Of(x);

    /// <summary>
    /// Asks for memory that will be read or written in a while. Rows of a step stand as far apart as sequences are long,
    /// more streams than the processor follows by itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(ref float place)
    {
        if (Sse.IsSupported) Sse.Prefetch1(Unsafe.AsPointer(ref place));
    }

    /// <summary>
    /// Zero for what is smaller than 1e-30, else x: gradients that vanish over many steps would otherwise become subnormal,
    /// with which processors calculate many times more slowly.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Flush<V>(V x)
        where V : struct, ILanes<V> => V.SelectLess(V.Abs(x), V.All(1e-30f), V.All(0f), x);

    /// <summary>A scalar function of every lane, for what has no vector form.</summary>
    public static V Each<V>(V x, delegate*<float, float> function)
        where V : struct, ILanes<V>
    {
        Span<float> values = stackalloc float[16];
        x.Store(ref values[0]);
        for (var lane = 0; lane < V.Count; lane++) values[lane] = function(values[lane]);
        return V.Load(ref values[0]);
    }

    private static V LoadPart<V>(ref float source, int count)
        where V : struct, ILanes<V>
    {
        Span<float> part = stackalloc float[16];
        part.Clear();
        MemoryMarshal.CreateSpan(ref source, count).CopyTo(part);
        return V.Load(ref part[0]);
    }

    private static void StorePart<V>(V lanes, ref float target, int count)
        where V : struct, ILanes<V>
    {
        Span<float> part = stackalloc float[16];
        lanes.Store(ref part[0]);
        part[..count].CopyTo(MemoryMarshal.CreateSpan(ref target, count));
    }
}
