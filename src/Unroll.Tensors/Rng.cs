using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// A counter-based random number generator (Philox-4x32-10; Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011). The n-th draw is a function of seed and n alone, so that a result never depends on how the
/// work was split among threads.
/// </summary>
/// <remarks>A generator is a value: copying it copies its place. <see cref="Derive(ulong)"/> makes independent streams.</remarks>
public partial struct Rng
{
    private readonly ulong key;
    private ulong position;

    // Four draws come at once; those of the last block are kept. Its number is one more, 0: none yet.
    private ulong kept;
    private (uint A, uint B, uint C, uint D) block;

    /// <summary>Makes the generator of a seed.</summary>
    /// <param name="seed">Any number; the same one gives the same draws on every machine.</param>
    public Rng(ulong seed)
    {
        key = seed;
    }

    /// <summary>An independent stream, named by a number (an epoch, a layer, a step).</summary>
    /// <param name="stream">The stream's number.</param>
    public readonly Rng Derive(ulong stream)
    {
        var (a, b, _, _) = PhiloxKernel.Block(key, stream, 0x5bd1e995_9d1b54a3);
        return new Rng(((ulong)a << 32) | b);
    }

    /// <summary>An independent stream, named by a text.</summary>
    /// <param name="stream">The stream's name.</param>
    public readonly Rng Derive(string stream)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var letter in stream) hash = (hash ^ letter) * 1099511628211UL;
        return Derive(hash);
    }

    /// <summary>The next draw, uniform over all 32-bit numbers.</summary>
    public uint NextUInt32() => At(position++);

    /// <summary>The next draw, uniform in [0, 1), a multiple of 2^-24.</summary>
    public float NextSingle() => ToUnit(NextUInt32());

    /// <summary>The next draw, uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble()
    {
        var high = (ulong)NextUInt32();
        return (((high << 32) | NextUInt32()) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The next whole number, uniform in [0, <paramref name="limit"/>).</summary>
    /// <param name="limit">One more than the largest result; at least 1.</param>
    public int NextInt32(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        // Multiply and keep the high half; draws that would favour some results are thrown away (Lemire 2019).
        var bound = (uint)limit;
        var product = (ulong)NextUInt32() * bound;
        if ((uint)product < bound)
        {
            var threshold = (0u - bound) % bound;
            while ((uint)product < threshold) product = (ulong)NextUInt32() * bound;
        }

        return (int)(product >> 32);
    }

    /// <summary>The next draw from the standard normal distribution (Box-Muller).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Fills a span with draws, uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <param name="values">Where to write.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Upper bound.</param>
    public void FillUniform(Span<float> values, float low = 0, float high = 1)
    {
        foreach (ref var value in values) value = low + ((high - low) * NextSingle());
    }

    /// <summary>Fills a span with normal draws.</summary>
    /// <param name="values">Where to write.</param>
    /// <param name="deviation">Standard deviation.</param>
    public void FillNormal(Span<float> values, double deviation = 1)
    {
        foreach (ref var value in values) value = (float)(NextNormal() * deviation);
    }

    /// <summary>Puts the entries of a span into random order (Fisher-Yates).</summary>
    /// <param name="items">What to shuffle.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt32(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>
    /// Fills a span with a dropout mask: 0 with probability <paramref name="rate"/>, else 1 / (1 - rate), so that
    /// the expected value stays 1.
    /// </summary>
    /// <param name="mask">Where to write.</param>
    /// <param name="rate">Probability of a zero, in [0, 1).</param>
    public void FillDropoutMask(Span<float> mask, float rate) => FillMask(mask, rate, 1 / (1 - rate));

    /// <summary>Fills a span with 0 with probability <paramref name="rate"/>, else with <paramref name="kept"/>.</summary>
    internal void FillMask(Span<float> mask, float rate, float kept)
    {
        PhiloxKernel.FillMask(mask, key, position / 4, (uint)(rate * 4294967296.0), kept);
        position += ((ulong)mask.Length + 7) / 4 * 4;
    }

    private uint At(ulong index)
    {
        if (kept != (index / 4) + 1) (kept, block) = ((index / 4) + 1, PhiloxKernel.Block(key, index / 4, 0));
        return (index % 4) switch { 0 => block.A, 1 => block.B, 2 => block.C, _ => block.D };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ToUnit(uint draw) => (draw >> 8) * (1f / (1 << 24));
}
