using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>Loads and stores at the end of a row, and the transcendental functions, for every width.</summary>
internal static unsafe class Lanes
{
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

    /// <summary>e to the power x, within 1.02 units in the last place; 0 and infinity beyond float's range, NaN for NaN.</summary>
    /// <remarks>
    /// x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by a polynomial of degree 7; 2^n applied in two halves, so that
    /// results down to the smallest subnormal come out right.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, ILanes<V>
    {
        x = V.Max(V.All(-104f), V.Min(V.All(89f), x)); // a NaN passes through, being the second operand of both
        var n = V.Round(x * V.All(1.44269504088896341f));
        var r = V.MultiplyAdd(n, V.All(-0.693359375f), x); // ln 2 in two parts, the first of which has few bits
        r = V.MultiplyAdd(n, V.All(2.12194440e-4f), r);
        var p = V.All(1.9875691500e-4f);
        p = V.MultiplyAdd(p, r, V.All(1.3981999507e-3f));
        p = V.MultiplyAdd(p, r, V.All(8.3334519073e-3f));
        p = V.MultiplyAdd(p, r, V.All(4.1665795894e-2f));
        p = V.MultiplyAdd(p, r, V.All(1.6666665459e-1f));
        p = V.MultiplyAdd(p, r, V.All(5.0000001201e-1f));
        p = V.MultiplyAdd(p, r * r, r) + V.All(1f);
        var half = V.Round(n * V.All(0.5f));
        return p * V.PowerOfTwo(half) * V.PowerOfTwo(n - half);
    }

    /// <summary>The logistic function 1 / (1 + e^-x), within 2.42 units in the last place, with no cancellation for large |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V>
    {
        var one = V.All(1f);
        var e = Exp(V.All(0f) - V.Abs(x));
        return V.Select(V.Less(x, V.All(0f)), e, one) / (one + e);
    }

    /// <summary>The hyperbolic tangent, within 1.3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V>
    {
        var size = V.Abs(x);
        var one = V.All(1f);
        var large = one - (V.All(2f) / (Exp(size + size) + one));
        var square = x * x;
        var p = V.All(-5.70498872745e-3f);
        p = V.MultiplyAdd(p, square, V.All(2.06390887954e-2f));
        p = V.MultiplyAdd(p, square, V.All(-5.37397155531e-2f));
        p = V.MultiplyAdd(p, square, V.All(1.33314422036e-1f));
        p = V.MultiplyAdd(p, square, V.All(-3.33332819422e-1f));
        var small = V.MultiplyAdd(p * square, x, x);
        return V.Select(V.Less(size, V.All(0.625f)), small, V.CopySign(large, x));
    }

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
