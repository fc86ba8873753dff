using System.Diagnostics;
using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Benchmarks;

/// <summary>
/// The most fused multiply-adds that the processor does: chains in registers that wait for no memory and, being as
/// many as a processor has under way, not for each other.
/// </summary>
internal static class Peak
{
    private const int Chains = 12, Rounds = 1 << 20, Samples = 9;

    private static float sink;

    /// <summary>GFLOP/s of some threads at once: the best of several samples, for it is a limit that is looked for.</summary>
    public static double Measure(int threads)
    {
        var best = 0.0;
        for (var sample = 0; sample < Samples; sample++) best = Math.Max(best, Once(threads));
        return best;
    }

    private static double Once(int threads)
    {
        using var start = new Barrier(threads);
        var seconds = new double[threads];
        var team = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            start.SignalAndWait();
            var begin = Stopwatch.GetTimestamp();
            Run();
            seconds[thread] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        })).ToArray();
        foreach (var thread in team) thread.Start();
        foreach (var thread in team) thread.Join();
        return 2e-9 * Chains * Rounds * Math.Max(1, Simd.Widest / 32) * threads / seconds.Max();
    }

    private static void Run()
    {
        switch (Simd.Widest)
        {
            case 512: Run<Lanes512>(); break;
            case 256: Run<Lanes256>(); break;
            case 128: Run<Lanes128>(); break;
            default: Run<Lanes1>(); break;
        }
    }

    /// <summary>Twelve chains, each a local of its own, so that all stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<V>()
        where V : struct, ILanes<V>
    {
        V factor = V.All(0.999f), term = V.All(0.001f);
        V a = V.All(0.1f), b = V.All(0.2f), c = V.All(0.3f), d = V.All(0.4f), e = V.All(0.5f), f = V.All(0.6f);
        V g = V.All(0.7f), h = V.All(0.8f), i = V.All(0.9f), j = V.All(1.1f), k = V.All(1.2f), l = V.All(1.3f);
        for (var round = 0; round < Rounds; round++)
        {
            a = V.MultiplyAdd(a, factor, term);
            b = V.MultiplyAdd(b, factor, term);
            c = V.MultiplyAdd(c, factor, term);
            d = V.MultiplyAdd(d, factor, term);
            e = V.MultiplyAdd(e, factor, term);
            f = V.MultiplyAdd(f, factor, term);
            g = V.MultiplyAdd(g, factor, term);
            h = V.MultiplyAdd(h, factor, term);
            i = V.MultiplyAdd(i, factor, term);
            j = V.MultiplyAdd(j, factor, term);
            k = V.MultiplyAdd(k, factor, term);
            l = V.MultiplyAdd(l, factor, term);
        }

        var sum = (a + b + c) + (d + e + f) + (g + h + i) + (j + k + l);
        Span<float> lanes = stackalloc float[16]; // the widest vector
        sum.Store(ref lanes[0]);
        sink = lanes[0];
    }
}
