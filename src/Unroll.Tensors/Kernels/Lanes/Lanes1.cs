using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>One float: the scalar form of every kernel, for machines without vectors and for tests.</summary>
internal readonly struct Lanes1 : ILanes<Lanes1>
{
    private readonly float lane;

    private Lanes1(float lane) => this.lane = lane;

    public static int Count => 1;

    public static Lanes1 All(float value) => new(value);

    public static Lanes1 Load(ref float source) => new(source);

    public void Store(ref float target) => target = lane;

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a.lane + b.lane);

    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a.lane - b.lane);

    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a.lane * b.lane);

    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a.lane / b.lane);

    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) =>
        new(MathF.FusedMultiplyAdd(a.lane, b.lane, c.lane));

    public static Lanes1 Min(Lanes1 a, Lanes1 b) => a.lane < b.lane ? a : b;

    public static Lanes1 Max(Lanes1 a, Lanes1 b) => a.lane > b.lane ? a : b;

    public static Lanes1 Abs(Lanes1 a) => new(MathF.Abs(a.lane));

    public static Lanes1 Sqrt(Lanes1 a) => new(MathF.Sqrt(a.lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Scale(Lanes1 a, Lanes1 whole)
    {
        var all = (int)whole.lane;
        var half = all >> 1;
        return a * PowerOfTwo(half) * PowerOfTwo(all - half); // only the second product can round
    }

    public static Lanes1 LowBitsToExponent(Lanes1 a) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a.lane) << 23));

    public static Lanes1 SelectLess(Lanes1 a, Lanes1 b, Lanes1 yes, Lanes1 no) => a.lane < b.lane ? yes : no;

    public static Lanes1 CopySign(Lanes1 magnitude, Lanes1 sign) => new(MathF.CopySign(magnitude.lane, sign.lane));

    private static Lanes1 PowerOfTwo(int exponent) => new(BitConverter.Int32BitsToSingle((exponent + 127) << 23));
}
