using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Tests.Support;

/// <summary>Tests that change what all kernels share (vector width, number of threads) run alone, one after the other.</summary>
[CollectionDefinition(nameof(GlobalState), DisableParallelization = true)]
public sealed class GlobalState;

/// <summary>Forces a vector width and a number of threads until disposal.</summary>
internal sealed class Forced : IDisposable
{
    private readonly (int Width, int Threads) before = (Simd.Width, ThreadTeam.Threads);

    public Forced(int width, int threads)
    {
        Simd.Force(width);
        ThreadTeam.Threads = threads;
    }

    /// <summary>Every vector width there is; one that the machine lacks becomes its widest.</summary>
    public static int[] Widths => [512, 256, 128, 1];

    /// <summary>Runs a check with every vector width and each of some numbers of threads.</summary>
    public static void Everywhere(ReadOnlySpan<int> threads, Action check)
    {
        foreach (var width in Widths)
        {
            foreach (var count in threads)
            {
                using var forced = new Forced(width, count);
                check();
            }
        }
    }

    public void Dispose()
    {
        Simd.Force(before.Width);
        ThreadTeam.Threads = before.Threads;
    }
}
