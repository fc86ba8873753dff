using System.Numerics.Tensors;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>What is taken of the places that a window looks at.</summary>
internal enum Pool
{
    Max,
    Average,
}

/// <summary>
/// The largest value, or the mean, of every window, channel by channel. Padding and masked places take no part; a window
/// without any other place gives zeros.
/// </summary>
internal ref struct PoolKernel : IParallelKernel
{
    public SlidingWindows Windows;
    public Pool Pool;

    /// <summary>[batch, places, channels]</summary>
    public ReadOnlySpan<float> X;

    /// <summary>[batch, places] of 1 and 0, or empty: all are real.</summary>
    public ReadOnlySpan<float> Mask;

    /// <summary>[batch, windows, channels]: made on the way forward, read on the way back.</summary>
    public Span<float> Y;

    /// <summary>The gradients [batch, windows, channels] and [batch, places, channels], the latter to be added to; on the way back.</summary>
    public ReadOnlySpan<float> DY;

    public Span<float> DX;

    /// <summary>[batch, channels], for the way back.</summary>
    public Span<float> Scratch;

    public bool IsBackward;

    /// <summary>Does one sample.</summary>
    public readonly void Run<V>(int part)
        where V : struct, ILanes<V>
    {
        for (var row = part * Windows.Count; row < (part + 1) * Windows.Count; row++)
        {
            if (IsBackward) Back(row, part);
            else Forward(row);
        }
    }

    private readonly void Forward(int row)
    {
        var y = Y.Slice(row * Windows.Channels, Windows.Channels);
        y.Clear();
        var count = 0;
        foreach (var place in new Places(Windows, Mask, row))
        {
            var x = X.Slice(place * Windows.Channels, Windows.Channels);
            if (count++ == 0) x.CopyTo(y);
            else if (Pool == Pool.Max) TensorPrimitives.Max(y, x, y);
            else TensorPrimitives.Add(y, x, y);
        }

        if (Pool == Pool.Average && count > 1) TensorPrimitives.Divide(y, count, y);
    }

    private readonly void Back(int row, int sample)
    {
        var rest = Scratch.Slice(sample * Windows.Channels, Windows.Channels);
        DY.Slice(row * Windows.Channels, Windows.Channels).CopyTo(rest);
        if (Pool == Pool.Average)
        {
            var count = 0;
            foreach (var _ in new Places(Windows, Mask, row)) count++;
            if (count > 1) TensorPrimitives.Divide(rest, count, rest);
        }

        foreach (var place in new Places(Windows, Mask, row))
        {
            var dx = DX.Slice(place * Windows.Channels, Windows.Channels);
            if (Pool == Pool.Average) TensorPrimitives.Add(dx, rest, dx);
            else AddWhereLargest(X.Slice(place * Windows.Channels, Windows.Channels), Y.Slice(row * Windows.Channels, Windows.Channels), rest, dx);
        }
    }

    /// <summary>The first place that holds the largest value takes the whole gradient; nothing is left for others.</summary>
    private static void AddWhereLargest(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> rest, Span<float> dx)
    {
        for (var channel = 0; channel < x.Length; channel++)
        {
            if (!x[channel].Equals(y[channel])) continue; // Equals: NaN is NaN
            dx[channel] += rest[channel];
            rest[channel] = 0;
        }
    }

    /// <summary>The real places that a window looks at, counted over all samples.</summary>
    private ref struct Places(SlidingWindows windows, ReadOnlySpan<float> mask, int row)
    {
        private readonly ReadOnlySpan<float> mask = mask;
        private readonly (int Sample, int Depth, int Height, int Width) window = windows.Window(row);
        private int tap = -1;

        public int Current { get; private set; }

        public readonly Places GetEnumerator() => this;

        public bool MoveNext()
        {
            while (++tap < windows.Taps)
            {
                var (line, k) = Math.DivRem(tap, windows.Width.Size);
                var (i, j) = Math.DivRem(line, windows.Height.Size);
                int z = windows.Depth.Place(window.Depth, i), y = windows.Height.Place(window.Height, j), x = windows.Width.Place(window.Width, k);
                if ((uint)z >= (uint)windows.Depth.Length || (uint)y >= (uint)windows.Height.Length || (uint)x >= (uint)windows.Width.Length) continue;
                Current = (((((window.Sample * windows.Depth.Length) + z) * windows.Height.Length) + y) * windows.Width.Length) + x;
                if (mask.IsEmpty || mask[Current] != 0) return true;
            }

            return false;
        }
    }
}
