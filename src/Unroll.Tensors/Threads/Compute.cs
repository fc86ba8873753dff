using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll;

/// <summary>What the arithmetic runs on. Nothing here changes a result.</summary>
public static class Compute
{
    /// <summary>
    /// Threads that work together, the caller's included. Default: all cores, or the environment variable
    /// <c>UNROLL_THREADS</c>.
    /// </summary>
    /// <exception cref="OptionException">Less than 1.</exception>
    public static int Threads
    {
        get => ThreadTeam.Threads;
        set => ThreadTeam.Threads = value >= 1
            ? value
            : throw new OptionException($"Compute.Threads must be at least 1, but is {value}.", nameof(Threads));
    }

    /// <summary>
    /// Width of the vectors in use, in bits: 512, 256, 128, or 1 for scalar code. The environment variable
    /// <c>UNROLL_SIMD</c> asks for a narrower one than the processor has.
    /// </summary>
    public static int VectorBits => Simd.Width;
}
