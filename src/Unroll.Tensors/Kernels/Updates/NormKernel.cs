using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The sum of the squares of a gradient, in double precision: sixteen sums side by side in every part, then one after
/// the other, whatever the vector width and the number of threads.
/// </summary>
internal static class NormKernel
{
    /// <summary>The sum of squares of the gradient, its values cut to the limit.</summary>
    public static double SumOfSquares(UpdateArrays arrays)
    {
        Span<double> sums = stackalloc double[arrays.Parts];
        var work = new Work { A = arrays, Sums = sums };
        ThreadTeam.Run(ref work, sums.Length);
        var sum = 0.0;
        foreach (var part in sums) sum += part;
        return sum;
    }

    private ref struct Work : IParallelKernel
    {
        public UpdateArrays A;
        public Span<double> Sums;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var (first, last) = A.Part(part);
            if (A.Width == 0)
            {
                Sums[part] = Sum(A.Gradient[first..last]);
                return;
            }

            var sum = 0.0;
            foreach (var row in A.Rows[first..last]) sum += Sum(A.Gradient.Slice(row * A.Width, A.Width));
            Sums[part] = sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly double Sum(ReadOnlySpan<float> values)
        {
            Vector256<double> a = default, b = default, c = default, d = default;
            Vector256<float> most = Vector256.Create(A.Limit), least = -most;
            ref var start = ref MemoryMarshal.GetReference(values);
            var i = 0;
            for (; i <= values.Length - 16; i += 16)
            {
                // Comparisons with NaN are false: a NaN stays.
                var low = Cut(Vector256.LoadUnsafe(ref start, (nuint)i), least, most);
                var high = Cut(Vector256.LoadUnsafe(ref start, (nuint)i + 8), least, most);
                var (w, x) = Vector256.Widen(low);
                var (y, z) = Vector256.Widen(high);
                (a, b, c, d) = (a + (w * w), b + (x * x), c + (y * y), d + (z * z));
            }

            var sum = Vector256.Sum(a + b + (c + d));
            for (; i < values.Length; i++)
            {
                var value = values[i] > A.Limit ? A.Limit : values[i] < -A.Limit ? -A.Limit : values[i];
                sum += (double)value * value;
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Cut(Vector256<float> values, Vector256<float> least, Vector256<float> most) =>
            Vector256.ConditionalSelect(
                Vector256.GreaterThan(values, most), most,
                Vector256.ConditionalSelect(Vector256.LessThan(values, least), least, values));
    }
}
