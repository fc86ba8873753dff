using System.Numerics.Tensors;
using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The gradient of transitions, a tag to come from a part, after the backward algorithm; all sequences in order, so that no sum depends on
/// threads.
/// <code>
/// dA[i, j] = Σ g ([y_t-1 = i, y_t = j] - p_t-1[i] p(j | i)),  p(j | i) = e^(A[i, j] + x_t[j] + b_t[j] - b_t-1[i])
/// ds[i] = Σ g ([y_1 = i] - p_1[i]);  de[i] = Σ g ([y_n = i] - p_n[i])
/// </code>
/// </summary>
internal ref struct CrfTransitionKernel : IParallelKernel
{
    /// <summary>What the backward algorithm was given and left.</summary>
    public CrfBackwardKernel Walk;

    /// <summary>[K, 2, K], to work in.</summary>
    public Span<double> Work;

    /// <summary>Where dA is added, [K, K]; or empty, as the others.</summary>
    public Span<float> DTransitions;

    /// <summary>[K]</summary>
    public Span<float> DStart;

    /// <summary>[K]</summary>
    public Span<float> DEnd;

    public readonly void Run<V>(int tag)
        where V : struct, ILanes<V>
    {
        var chain = Walk.Chain;
        var tags = chain.Tags;
        var factored = Work.Slice(2 * tag * tags, tags); // to be multiplied by the factors of transitions
        var direct = Work.Slice(((2 * tag) + 1) * tags, tags);
        factored.Clear();
        direct.Clear();
        double dStart = 0, dEnd = 0;
        for (var row = 0; row < chain.Batch; row++)
        {
            var g = Walk.Slopes[row];
            if (g == 0) continue;
            var last = -1;
            for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t))
            {
                if (last < 0) dStart += g * (IsTarget(row, t, tag) - Probability(row, t, tag));
                else AddStep(row, last, t, tag, factored, direct);
                if (last >= 0 && IsTarget(row, last, tag) == 1) direct[(int)Walk.Targets[(row * chain.Time) + t]] += g;
                last = t;
            }

            dEnd += g * (IsTarget(row, last, tag) - Probability(row, last, tag));
        }

        if (!DStart.IsEmpty) DStart[tag] += (float)dStart;
        if (!DEnd.IsEmpty) DEnd[tag] += (float)dEnd;
        for (var j = 0; j < tags && !DTransitions.IsEmpty; j++)
            DTransitions[(tag * tags) + j] += (float)(direct[j] - (chain.Factors[(tag * tags) + j] * factored[j]));
    }

    private readonly int IsTarget(int row, int step, int tag) => (int)Walk.Targets[(row * Walk.Chain.Time) + step] == tag ? 1 : 0;

    private readonly double Probability(int row, int step, int tag)
    {
        var place = (((row * Walk.Chain.Time) + step) * Walk.Chain.Tags) + tag;
        return CrfChain.Exp(Walk.Alpha[place] + Walk.Beta[place] - Walk.Totals[row]);
    }

    /// <summary>What a step says of the transitions from a tag.</summary>
    private readonly void AddStep(int row, int last, int step, int tag, Span<double> factored, Span<double> direct)
    {
        var chain = Walk.Chain;
        var (from, to) = (chain.At(row, last), chain.At(row, step));
        var (sum, p) = (Walk.Sums[from][tag], Probability(row, last, tag));
        if (p == 0) return;
        if (sum > 0)
        {
            TensorPrimitives.MultiplyAdd(Walk.Factors[to], Walk.Slopes[row] * p / sum, factored, factored);
            return;
        }

        var x = chain.Scores[to];
        var beta = Walk.Beta[to];
        var alpha = Walk.Alpha[from][tag];
        for (var j = 0; j < chain.Tags; j++)
            direct[j] -= Walk.Slopes[row] * CrfChain.Exp(alpha + chain.Transitions[(tag * chain.Tags) + j] + x[j] + beta[j] - Walk.Totals[row]);
    }
}
