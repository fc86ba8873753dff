using System.Numerics;

namespace Unroll.Kernels;

/// <summary>The convolution as its definition says it, for any number type: what the fast one is held to.</summary>
internal static class ConvolutionReference
{
    /// <summary>y += x ∗ kernel: every window of every sample, every filter, tap by tap and channel by channel.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="x">[batch, depth, height, width, channels]</param>
    /// <param name="kernel">[taps, channels, filters]</param>
    /// <param name="y">[batch, windows, filters]</param>
    /// <param name="filters">Number of filters.</param>
    public static void MultiplyAdd<T>(SlidingWindows windows, ReadOnlySpan<T> x, ReadOnlySpan<T> kernel, Span<T> y, int filters)
        where T : INumber<T>
    {
        for (var row = 0; row * filters < y.Length; row++)
        {
            var (sample, depth, height, width) = windows.Window(row);
            for (var tap = 0; tap < windows.Taps; tap++)
            {
                var place = Place(windows, sample, (depth, height, width), tap);
                for (var channel = 0; channel < windows.Channels && place >= 0; channel++)
                {
                    for (var filter = 0; filter < filters; filter++)
                    {
                        y[(row * filters) + filter] += x[(place * windows.Channels) + channel] *
                            kernel[(((tap * windows.Channels) + channel) * filters) + filter];
                    }
                }
            }
        }
    }

    /// <summary>Where a tap stands among the places of all samples; -1 in the padding.</summary>
    private static int Place(SlidingWindows windows, int sample, (int Depth, int Height, int Width) window, int tap)
    {
        var (line, k) = Math.DivRem(tap, windows.Width.Size);
        var (i, j) = Math.DivRem(line, windows.Height.Size);
        int z = windows.Depth.Place(window.Depth, i), y = windows.Height.Place(window.Height, j), x = windows.Width.Place(window.Width, k);
        var isInside = z >= 0 && z < windows.Depth.Length && y >= 0 && y < windows.Height.Length && x >= 0 && x < windows.Width.Length;
        return isInside ? (((((sample * windows.Depth.Length) + z) * windows.Height.Length) + y) * windows.Width.Length) + x : -1;
    }
}
