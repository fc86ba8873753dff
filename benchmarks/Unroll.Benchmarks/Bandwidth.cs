using System.Diagnostics;

namespace Unroll.Benchmarks;

/// <summary>How fast memory is read and written at once: numbers far beyond the caches, doubled in place.</summary>
internal static class Bandwidth
{
    private const int Length = 1 << 26, Samples = 5;

    /// <summary>GB/s of some threads together, what is read and what is written both counted: the best of several samples.</summary>
    public static double Measure(int threads)
    {
        var values = new float[Length];
        Array.Fill(values, 1);
        var best = 0.0;
        for (var sample = 0; sample < Samples; sample++)
        {
            var begin = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            {
                var part = values.AsSpan((int)((long)Length * thread / threads)..(int)((long)Length * (thread + 1) / threads));
                System.Numerics.Tensors.TensorPrimitives.Multiply(part, 1.5f, part);
            });
            best = Math.Max(best, 2e-9 * sizeof(float) * Length / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return best;
    }
}
