namespace Unroll.Data.Sets;

/// <summary>
/// The random numbers of numpy's <c>RandomState</c> (Mersenne Twister MT19937; Matsumoto and Nishimura 1998), as far
/// as it takes to put a data set into the order in which others published it. For everything else there is
/// <see cref="Rng"/>.
/// </summary>
internal sealed class NumpyRandom
{
    private const int Size = 624, Middle = 397;

    private readonly uint[] state = new uint[Size];
    private int next = Size;

    /// <summary>Makes the generator that <c>numpy.random.RandomState(seed)</c> makes.</summary>
    /// <param name="seed">The seed.</param>
    public NumpyRandom(uint seed)
    {
        state[0] = seed;
        for (var i = 1u; i < Size; i++) state[i] = (1812433253u * (state[i - 1] ^ (state[i - 1] >> 30))) + i;
    }

    /// <summary>The next draw, uniform over all 32-bit numbers.</summary>
    public uint NextUInt32()
    {
        if (next == Size) Refill();
        var draw = state[next++];
        draw ^= draw >> 11;
        draw ^= (draw << 7) & 0x9d2c5680;
        draw ^= (draw << 15) & 0xefc60000;
        return draw ^ (draw >> 18);
    }

    /// <summary>Puts entries into the order into which <c>RandomState.shuffle</c> puts them.</summary>
    /// <param name="items">What to shuffle.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = (int)Interval((uint)last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>
    /// A draw from 0 to <paramref name="limit"/>, both included: low bits, drawn again while too large.
    /// </summary>
    private uint Interval(uint limit)
    {
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(limit);
        uint draw;
        do draw = NextUInt32() & mask;
        while (draw > limit);
        return draw;
    }

    private void Refill()
    {
        for (var i = 0; i < Size; i++)
        {
            var joined = (state[i] & 0x80000000) | (state[(i + 1) % Size] & 0x7fffffff);
            state[i] = state[(i + Middle) % Size] ^ (joined >> 1) ^ ((joined & 1) == 0 ? 0 : 0x9908b0df);
        }

        next = 0;
    }
}
