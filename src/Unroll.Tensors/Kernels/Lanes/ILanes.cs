namespace Unroll.Kernels;

/// <summary>
/// A vector of floats of one width. Every kernel is written once, generic over this, and compiled for each width;
/// all operations are the IEEE ones, so that every width gives the same bits.
/// </summary>
internal interface ILanes<V>
    where V : struct, ILanes<V>
{
    /// <summary>How many floats it holds.</summary>
    static abstract int Count { get; }

    static abstract V All(float value);

    static abstract V Load(ref float source);

    void Store(ref float target);

    static abstract V operator +(V a, V b);

    static abstract V operator -(V a, V b);

    static abstract V operator *(V a, V b);

    static abstract V operator /(V a, V b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The smaller of two; <paramref name="b"/> where either is NaN.</summary>
    static abstract V Min(V a, V b);

    /// <summary>The larger of two; <paramref name="b"/> where either is NaN.</summary>
    static abstract V Max(V a, V b);

    static abstract V Abs(V a);

    static abstract V Sqrt(V a);

    /// <summary>a times 2 to the power of a whole number between -252 and 254, rounded once.</summary>
    static abstract V Scale(V a, V whole);

    /// <summary>The bits moved up by 23 places: the lowest eight become the exponent of a power of two.</summary>
    static abstract V LowBitsToExponent(V a);

    /// <summary>Lane by lane, <paramref name="yes"/> where a is less than b, else <paramref name="no"/>.</summary>
    static abstract V SelectLess(V a, V b, V yes, V no);

    /// <summary>The magnitude of one, the sign of the other.</summary>
    static abstract V CopySign(V magnitude, V sign);
}
