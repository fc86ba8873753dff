using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll.Kernels;

/// <summary>
/// A function of every lane. Made once before a loop, its constants stay in registers; loaded anew for every vector, they
/// take the registers by which the processor would overlap one vector with the next, at two thirds of the speed.
/// </summary>
internal interface ILaneFunction<V, TSelf>
    where V : struct, ILanes<V>
    where TSelf : struct, ILaneFunction<V, TSelf>
{
    /// <summary>The function with its constants loaded.</summary>
    static abstract TSelf New();

    V Of(V x);
}

/// <summary>The logistic function 1 / (1 + e^-x), within 2 units in the last place, down to the smallest subnormal.</summary>
/// <remarks>
/// With x = n ln 2 + r it is 2^n / (2^n + e^-r). Numerator and denominator are 2^24 times as large here, so that the
/// smallest 2^n is a normal number and no lane needs care. e^-r - 1 joins 2^n first and the one comes last: there
/// where 2^n is about half a unit of the one, adding these two first would cost a whole unit more.
/// </remarks>
internal readonly struct SigmoidFunction<V> : ILaneFunction<V, SigmoidFunction<V>>
    where V : struct, ILanes<V>
{
    private readonly V least, most, logOfE, bias, ln2, ln2Rest, large, minusLarge;
    private readonly ExpMinusOne<V> expMinusOne;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SigmoidFunction(ref float constants)
    {
        least = V.All(constants);
        most = V.All(Unsafe.Add(ref constants, 1));
        logOfE = V.All(Unsafe.Add(ref constants, 2));
        bias = V.All(Unsafe.Add(ref constants, 3));
        ln2 = V.All(Unsafe.Add(ref constants, 4));
        ln2Rest = V.All(Unsafe.Add(ref constants, 5));
        large = V.All(Unsafe.Add(ref constants, 6));
        minusLarge = V.All(Unsafe.Add(ref constants, 7));
        expMinusOne = new(ref Unsafe.Add(ref constants, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SigmoidFunction<V> New() => new(ref FunctionConstants.Sigmoid);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of(V x)
    {
        x = V.Max(least, V.Min(most, x)); // a NaN passes through, being the second operand of both
        var sum = V.MultiplyAdd(x, logOfE, bias);
        var power = V.LowBitsToExponent(sum); // 2^(n + 24)
        var n = sum - bias;
        var r = V.MultiplyAdd(n, ln2, x);
        r = V.MultiplyAdd(n, ln2Rest, r);
        return power / (V.MultiplyAdd(expMinusOne.Of(r), minusLarge, power) + large);
    }
}

/// <summary>The hyperbolic tangent, within 1.4 units in the last place; odd to the last bit.</summary>
/// <remarks>
/// Below 0.55 the odd polynomial of degree 9 with the least relative error, 0.62 of 2^-24. Above it
/// 1 - 2 / (e^2x + 1) with 2x = n ln 2 + 2r, where the error of the rounded ln 2 does not reach the result.
/// </remarks>
internal readonly struct TanhFunction<V> : ILaneFunction<V, TanhFunction<V>>
    where V : struct, ILanes<V>
{
    private readonly V p9, p7, p5, p3, most, logOfE, bias, ln2, half, one, two, small;
    private readonly ExpMinusOne<V> expMinusOne;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TanhFunction(ref float constants)
    {
        p9 = V.All(constants);
        p7 = V.All(Unsafe.Add(ref constants, 1));
        p5 = V.All(Unsafe.Add(ref constants, 2));
        p3 = V.All(Unsafe.Add(ref constants, 3));
        most = V.All(Unsafe.Add(ref constants, 4));
        logOfE = V.All(Unsafe.Add(ref constants, 5));
        bias = V.All(Unsafe.Add(ref constants, 6));
        ln2 = V.All(Unsafe.Add(ref constants, 7));
        half = V.All(Unsafe.Add(ref constants, 8));
        one = V.All(Unsafe.Add(ref constants, 9));
        two = V.All(Unsafe.Add(ref constants, 10));
        small = V.All(Unsafe.Add(ref constants, 11));
        expMinusOne = new(ref Unsafe.Add(ref constants, 12));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TanhFunction<V> New() => new(ref FunctionConstants.Tanh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of(V x)
    {
        var size = V.Abs(x);
        var square = x * x;
        var p = V.MultiplyAdd(p9, square, p7);
        p = V.MultiplyAdd(p, square, p5);
        p = V.MultiplyAdd(p, square, p3);
        var ofSmall = V.MultiplyAdd(p * square, size, size);

        var limited = V.Min(most, size);
        var sum = V.MultiplyAdd(limited, logOfE, bias);
        var power = V.LowBitsToExponent(sum); // 2 2^n
        var r = V.MultiplyAdd(sum - bias, ln2, limited);
        var denominator = V.MultiplyAdd(power, expMinusOne.Of(r), V.MultiplyAdd(power, half, one));
        var ofLarge = one - (two / denominator);
        return V.CopySign(V.SelectLess(size, small, ofSmall, ofLarge), x);
    }
}

/// <summary>
/// (e^(factor r) - 1) / factor where |factor r| ≤ ln 2 / 2: the polynomial of degree 6 with the least relative error,
/// 0.24 of 2^-24, summed so that as few operations as possible wait for each other.
/// </summary>
internal readonly struct ExpMinusOne<V> : ILaneFunction<V, ExpMinusOne<V>>
    where V : struct, ILanes<V>
{
    private readonly V p2, p3, p4, p5, p6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExpMinusOne(ref float constants)
    {
        p2 = V.All(constants);
        p3 = V.All(Unsafe.Add(ref constants, 1));
        p4 = V.All(Unsafe.Add(ref constants, 2));
        p5 = V.All(Unsafe.Add(ref constants, 3));
        p6 = V.All(Unsafe.Add(ref constants, 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExpMinusOne<V> New() => new(ref FunctionConstants.Exp);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of(V r)
    {
        var square = r * r;
        var low = V.MultiplyAdd(p3, r, p2);
        var high = V.MultiplyAdd(p5, r, p4);
        high = V.MultiplyAdd(p6, square, high);
        return V.MultiplyAdd(V.MultiplyAdd(high, square, low), square, r);
    }
}

/// <summary>
/// The constants of the functions, in the order in which they take them. They stand in arrays because the compiler, when it
/// sees their values, would load them anew for every vector.
/// </summary>
internal static class FunctionConstants
{
    private static readonly float[] exp = PolynomialOfExp(1);

    private static readonly float[] sigmoid =
    [
        -104, 30, Lanes.LogOfE, Lanes.Whole + 24 + 127, -Lanes.Ln2, -Lanes.Ln2Rest, 1 << 24, -(1 << 24),
        .. PolynomialOfExp(-1),
    ];

    private static readonly float[] tanh =
    [
        0.0164375808f, -0.0526718125f, 0.133207247f, -0.333329469f,
        10, 2 * Lanes.LogOfE, Lanes.Whole + 1 + 127, -Lanes.Ln2 / 2, 0.5f, 1, 2, 0.55f,
        .. PolynomialOfExp(2),
    ];

    public static ref float Exp => ref MemoryMarshal.GetArrayDataReference(exp);

    public static ref float Sigmoid => ref MemoryMarshal.GetArrayDataReference(sigmoid);

    public static ref float Tanh => ref MemoryMarshal.GetArrayDataReference(tanh);

    private static float[] PolynomialOfExp(float factor)
    {
        float[] terms = [0.5f, 0.16666548f, 0.0416668579f, 0.00836620759f, 0.00138982688f];
        var power = 1f;
        for (var i = 0; i < terms.Length; i++) terms[i] *= power *= factor;
        return terms;
    }
}
