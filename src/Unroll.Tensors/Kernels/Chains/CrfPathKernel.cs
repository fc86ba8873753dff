using System.Numerics;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The best tags of each sequence (a part), by the algorithm of Viterbi 1967; of paths that score alike, the one of lower tags.
/// <code>
/// v_1 = s + x_1;  v_t[j] = x_t[j] + max_i (v_t-1[i] + A[i, j]);  y_n = argmax_j (v_n[j] + e[j])
/// </code>
/// </summary>
internal ref struct CrfPathKernel : IParallelKernel
{
    public CrfChain Chain;

    /// <summary>[B, T, K]: 1 at the tag of a step, else 0; zeros where masked.</summary>
    public Span<float> Path;

    /// <summary>A: [K, K]</summary>
    public ReadOnlySpan<double> Transitions;

    /// <summary>[B, T, K], to work in: from which tag each was reached.</summary>
    public Span<double> From;

    /// <summary>[B, 2, K], to work in.</summary>
    public Span<double> Work;

    public readonly void Run<V>(int row)
        where V : struct, ILanes<V>
    {
        var chain = Chain;
        var tags = chain.Tags;
        var best = Work.Slice(2 * row * tags, tags);
        var before = Work.Slice(((2 * row) + 1) * tags, tags);
        var last = -1;
        for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t))
        {
            var x = chain.Scores[chain.At(row, t)];
            best.CopyTo(before);
            if (last >= 0) Step(before, best, From[chain.At(row, t)]);
            for (var j = 0; j < tags; j++) best[j] = (last < 0 ? chain.Start[j] : best[j]) + x[j];
            last = t;
        }

        Path.Slice(row * chain.Time * tags, chain.Time * tags).Clear();
        if (last < 0) return;
        var tag = 0;
        for (var j = 1; j < tags; j++)
        {
            if (best[j] + chain.End[j] > best[tag] + chain.End[tag]) tag = j;
        }

        for (var t = last; t >= 0; t = chain.Before(row, t))
        {
            Path[chain.At(row, t)][tag] = 1;
            if (chain.Before(row, t) >= 0) tag = (int)From[chain.At(row, t)][tag];
        }
    }

    /// <summary>A tag to come from after the other, so that the first of several that score alike is kept; tags to go to stand in the lanes.</summary>
    private readonly void Step(ReadOnlySpan<double> before, Span<double> best, Span<double> from)
    {
        var (tags, lanes) = (best.Length, Vector<double>.Count);
        best.Fill(double.NegativeInfinity);
        from.Clear();
        for (var i = 0; i < tags; i++)
        {
            var transitions = Transitions.Slice(i * tags, tags);
            var j = 0;
            for (; j <= tags - lanes; j += lanes)
            {
                var score = new Vector<double>(before[i]) + new Vector<double>(transitions[j..]);
                var most = new Vector<double>(best[j..]);
                var isBetter = Vector.GreaterThan(score, most);
                Vector.ConditionalSelect(isBetter, score, most).CopyTo(best[j..]);
                Vector.ConditionalSelect(isBetter, new Vector<double>(i), new Vector<double>(from[j..])).CopyTo(from[j..]);
            }

            for (; j < tags; j++)
            {
                var score = before[i] + transitions[j];
                if (score > best[j]) (best[j], from[j]) = (score, i);
            }
        }
    }
}
