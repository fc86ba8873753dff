using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>Which vector width the kernels run with.</summary>
/// <remarks>
/// Chosen once from what the processor has; the environment variable <c>UNROLL_SIMD</c> (512, 256, 128 or 1)
/// asks for a narrower one. The results are the same bits with every width.
/// </remarks>
internal static class Simd
{
    /// <summary>The width in use: 512, 256, 128 bits, or 1 for scalar code.</summary>
    public static int Width { get; private set; } = Choose(Environment.GetEnvironmentVariable("UNROLL_SIMD"));

    /// <summary>The widest that this processor has.</summary>
    /// <remarks>
    /// The runtime calls 512 bits not accelerated on processors that lower their clock for them (Skylake-X, Cascade
    /// Lake), for the sake of short bursts; the long products here gain all the same, so the instruction set decides.
    /// </remarks>
    public static int Widest =>
        Avx512F.IsSupported && Avx512DQ.IsSupported ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128 : 1;

    /// <summary>Floats of a vector of the width in use.</summary>
    public static int Lanes => Math.Max(1, Width / 32);

    /// <summary>Whether there are 32 vector registers (AVX-512 and Arm) or only 16.</summary>
    public static bool HasManyRegisters { get; } = Avx512F.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported;

    /// <summary>Forces a width, as tests do. Not to be called while kernels run.</summary>
    public static void Force(int width) => Width = Math.Min(width, Widest);

    private static int Choose(string? asked) =>
        int.TryParse(asked, out var width) && width is 512 or 256 or 128 or 1 ? Math.Min(width, Widest) : Widest;
}
