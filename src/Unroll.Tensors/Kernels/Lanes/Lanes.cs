using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>Loads and stores at the end of a row, and the transcendental functions, for every width.</summary>
internal static unsafe class Lanes
{
    /// <summary>
    /// 1.5 2^23: a small number added to it loses its fraction, rounded to nearest, and stands as an integer in the
    /// lowest bits of the sum.
    /// </summary>
    private const float Whole = 12582912;

    private const float LogOfE = 1.44269504f; // to the base 2
    private const float Ln2 = 0.693147182f;
    private const float Ln2Rest = -1.90465430e-9f; // what the rounded ln 2 lacks

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
        return V.Scale(ExpMinusOne(r) + V.All(1f), n);
    }

    /// <summary>The logistic function 1 / (1 + e^-x), within 2 units in the last place, down to the smallest subnormal.</summary>
    /// <remarks>
    /// With x = n ln 2 + r it is 2^n / (2^n + e^-r). Numerator and denominator are 2^24 times as large here, so that the
    /// smallest 2^n is a normal number and no lane needs care. e^-r - 1 joins 2^n first and the one comes last: there
    /// where 2^n is about half a unit of the one, adding these two first would cost a whole unit more.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V>
    {
        const float Large = 1 << 24, WholeAndBias = Whole + 24 + 127;
        x = V.Max(V.All(-104f), V.Min(V.All(30f), x));
        var sum = V.MultiplyAdd(x, V.All(LogOfE), V.All(WholeAndBias));
        var power = V.LowBitsToExponent(sum); // 2^(n + 24)
        var n = sum - V.All(WholeAndBias);
        var r = V.MultiplyAdd(n, V.All(-Ln2), x);
        r = V.MultiplyAdd(n, V.All(-Ln2Rest), r);
        return power / (V.MultiplyAdd(ExpMinusOne(r, -1), V.All(-Large), power) + V.All(Large));
    }

    /// <summary>The hyperbolic tangent, within 1.4 units in the last place; odd to the last bit.</summary>
    /// <remarks>
    /// Below 0.55 the odd polynomial of degree 9 with the least relative error, 0.62 of 2^-24. Above it
    /// 1 - 2 / (e^2x + 1) with 2x = n ln 2 + 2r, where the error of the rounded ln 2 does not reach the result.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V>
    {
        const float WholeAndBias = Whole + 1 + 127;
        var size = V.Abs(x);
        var square = x * x;
        var p = V.MultiplyAdd(V.All(0.0164375808f), square, V.All(-0.0526718125f));
        p = V.MultiplyAdd(p, square, V.All(0.133207247f));
        p = V.MultiplyAdd(p, square, V.All(-0.333329469f));
        var small = V.MultiplyAdd(p * square, size, size);

        var limited = V.Min(V.All(10f), size);
        var sum = V.MultiplyAdd(limited, V.All(2 * LogOfE), V.All(WholeAndBias));
        var power = V.LowBitsToExponent(sum); // 2 2^n
        var r = V.MultiplyAdd(sum - V.All(WholeAndBias), V.All(-Ln2 / 2), limited);
        var denominator = V.MultiplyAdd(power, ExpMinusOne(r, 2), V.MultiplyAdd(power, V.All(0.5f), V.All(1f)));
        var large = V.All(1f) - (V.All(2f) / denominator);
        return V.CopySign(V.SelectLess(size, V.All(0.55f), small, large), x);
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

    /// <summary>
    /// (e^(factor r) - 1) / factor where |factor r| ≤ ln 2 / 2: the polynomial of degree 6 with the least relative error,
    /// 0.24 of 2^-24, summed so that as few operations as possible wait for each other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinusOne<V>(V r, [ConstantExpected] float factor = 1)
        where V : struct, ILanes<V>
    {
        float factor2 = factor * factor, factor3 = factor2 * factor;
        var square = r * r;
        var low = V.MultiplyAdd(V.All(0.16666548f * factor2), r, V.All(0.5f * factor));
        var high = V.MultiplyAdd(V.All(0.00836620759f * factor2 * factor2), r, V.All(0.0416668579f * factor3));
        high = V.MultiplyAdd(V.All(0.00138982688f * factor2 * factor3), square, high);
        return V.MultiplyAdd(V.MultiplyAdd(high, square, low), square, r);
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
