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

    public static Lanes1 Round(Lanes1 a) => new(MathF.Round(a.lane, MidpointRounding.ToEven));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 PowerOfTwo(Lanes1 exponent) =>
        new(BitConverter.Int32BitsToSingle(((int)exponent.lane + 127) << 23));

    public static Lanes1 Less(Lanes1 a, Lanes1 b) => new(BitConverter.Int32BitsToSingle(a.lane < b.lane ? -1 : 0));

    public static Lanes1 Select(Lanes1 condition, Lanes1 yes, Lanes1 no) =>
        BitConverter.SingleToInt32Bits(condition.lane) != 0 ? yes : no;

    public static Lanes1 CopySign(Lanes1 magnitude, Lanes1 sign) => new(MathF.CopySign(magnitude.lane, sign.lane));
}
