using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// Philox-4x32-10 for many counters at once (Salmon et al. 2011). Draws depend on key and counter alone, so that neither
/// vectors nor threads change them.
/// </summary>
internal static class PhiloxKernel
{
    private const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57, WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;
    private const int PartLength = 1 << 14, Group = 16;

    /// <summary>Ten rounds over a 128-bit counter (low, high) under a 64-bit key.</summary>
    public static (uint A, uint B, uint C, uint D) Block(ulong key, ulong low, ulong high)
    {
        uint a = (uint)low, b = (uint)(low >> 32), c = (uint)high, d = (uint)(high >> 32);
        uint keyA = (uint)key, keyB = (uint)(key >> 32);
        for (var round = 0; round < 10; round++)
        {
            var productA = (ulong)MultiplierA * a;
            var productB = (ulong)MultiplierB * c;
            (a, b, c, d) = ((uint)(productB >> 32) ^ b ^ keyA, (uint)productB, (uint)(productA >> 32) ^ d ^ keyB, (uint)productA);
            keyA += WeylA;
            keyB += WeylB;
        }

        return (a, b, c, d);
    }

    /// <summary>Zero where a draw is below the threshold, else the scale; four values a counter, counters from low on, high 1.</summary>
    public static void FillMask(Span<float> mask, ulong key, ulong low, uint threshold, float scale)
    {
        var work = new MaskWork { Mask = mask, Key = key, Low = low, Threshold = threshold, Scale = scale };
        ThreadTeam.Run(ref work, (mask.Length + PartLength - 1) / PartLength);
    }

    private ref struct MaskWork : IParallelKernel
    {
        public Span<float> Mask;
        public ulong Key;
        public ulong Low;
        public uint Threshold;
        public float Scale;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (i, last) = (part * PartLength, Math.Min(Mask.Length, (part + 1) * PartLength));
            if (V.Count >= 8 && Avx2.IsSupported) i = Groups(i, last);
            for (; i < last; i += 4)
            {
                var (a, b, c, d) = Block(Key, Low + (ulong)(i / 4), 1);
                Mask[i] = a < Threshold ? 0 : Scale;
                if (i + 1 < last) Mask[i + 1] = b < Threshold ? 0 : Scale;
                if (i + 2 < last) Mask[i + 2] = c < Threshold ? 0 : Scale;
                if (i + 3 < last) Mask[i + 3] = d < Threshold ? 0 : Scale;
            }
        }

        /// <summary>Four counters at a time, each in 64 bits of which the products read the lower half; the rest is whatever.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Groups(int i, int last)
        {
            var multiplierA = Vector256.Create((ulong)MultiplierA).AsUInt32();
            var multiplierB = Vector256.Create((ulong)MultiplierB).AsUInt32();
            var order = Vector256.Create(0ul, 2, 1, 3); // so that the values come out in order below
            var lower = Vector256.Create(0xFFFFFFFFul);
            var threshold = Vector256.Create(Threshold);
            var scale = Vector256.Create(Scale);
            for (; i <= last - Group; i += Group)
            {
                var a = Vector256.Create(Low + (ulong)(i / 4)) + order;
                var (b, c, d) = (a >>> 32, Vector256.Create(1ul), Vector256<ulong>.Zero);
                uint keyA = (uint)Key, keyB = (uint)(Key >> 32);
                for (var round = 0; round < 10; round++)
                {
                    var productA = Avx2.Multiply(multiplierA, a.AsUInt32());
                    var productB = Avx2.Multiply(multiplierB, c.AsUInt32());
                    (a, c) = ((productB >>> 32) ^ b ^ Vector256.Create((ulong)keyA), (productA >>> 32) ^ d ^ Vector256.Create((ulong)keyB));
                    (b, d) = (productB, productA);
                    keyA += WeylA;
                    keyB += WeylB;
                }

                var ab = (a & lower) | (b << 32);
                var cd = (c & lower) | (d << 32);
                Store(Avx2.UnpackLow(ab, cd).AsUInt32(), threshold, scale, ref Mask[i]);
                Store(Avx2.UnpackHigh(ab, cd).AsUInt32(), threshold, scale, ref Mask[i + 8]);
            }

            return i;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(Vector256<uint> draws, Vector256<uint> threshold, Vector256<float> scale, ref float target) =>
            Vector256.AndNot(scale, Vector256.LessThan(draws, threshold).AsSingle()).StoreUnsafe(ref target);
    }
}
