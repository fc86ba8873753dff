using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The backward algorithm, a sequence a part, after the forward one: the probability of each tag at each step, and from it the gradient of
/// scores. g is the gradient of ln p(y).
/// <code>
/// b_n = e;  b_t[i] = ln Σ_j e^(A[i, j] + x_t+1[j] + b_t+1[j]);  p_t[j] = e^(a_t[j] + b_t[j] - ln Z)
/// dx_t[j] = g ([y_t = j] - p_t[j])
/// </code>
/// </summary>
internal ref struct CrfBackwardKernel : IParallelKernel
{
    public CrfChain Chain;

    /// <summary>a: [B, T, K], as the forward algorithm left it.</summary>
    public ReadOnlySpan<double> Alpha;

    /// <summary>ln Z: [B]</summary>
    public ReadOnlySpan<double> Totals;

    /// <summary>b: [B, T, K]; this and the next two are not written where masked.</summary>
    public Span<double> Beta;

    /// <summary>[B, T, K]: at every real step but the first, what the sums over its tags were made of.</summary>
    public Span<double> Factors;

    /// <summary>[B, T, K]: at every real step but the last, the sums over the tags behind it; 0 where logarithms were taken.</summary>
    public Span<double> Sums;

    /// <summary>[B, K], to work in.</summary>
    public Span<double> Work;

    /// <summary>Where p goes, [B, T, K], with zeros where masked; or empty.</summary>
    public Span<float> Marginals;

    /// <summary>g: [B]; this and the targets are read for the gradient alone.</summary>
    public ReadOnlySpan<double> Slopes;

    /// <summary>y: [B, T]</summary>
    public ReadOnlySpan<float> Targets;

    /// <summary>Where dx is added, [B, T, K]; or empty.</summary>
    public Span<float> DScores;

    public readonly void Run<V>(int row)
        where V : struct, ILanes<V>
    {
        var chain = Chain;
        var tags = chain.Tags;
        var behind = Work.Slice(row * tags, tags);
        if (!Marginals.IsEmpty) Marginals.Slice(row * chain.Time * tags, chain.Time * tags).Clear();
        var next = chain.Time;
        for (var t = chain.Before(row, chain.Time); t >= 0; t = chain.Before(row, t))
        {
            var beta = Beta[chain.At(row, t)];
            if (next == chain.Time)
            {
                for (var i = 0; i < tags; i++) beta[i] = chain.End[i];
            }
            else
            {
                var x = chain.At(row, next);
                var after = Beta[x];
                for (var j = 0; j < tags; j++) behind[j] = chain.Scores[x][j] + after[j];
                chain.Sum(behind, isBack: true, Factors[x], Sums[chain.At(row, t)], beta);
            }

            Tell(row, t, beta);
            next = t;
        }
    }

    private readonly void Tell(int row, int step, ReadOnlySpan<double> beta)
    {
        var at = Chain.At(row, step);
        var alpha = Alpha[at];
        var target = DScores.IsEmpty ? -1 : (int)Targets[(row * Chain.Time) + step];
        for (var j = 0; j < beta.Length; j++)
        {
            var p = CrfChain.Exp(alpha[j] + beta[j] - Totals[row]);
            if (!Marginals.IsEmpty) Marginals[at][j] = (float)p;
            if (!DScores.IsEmpty) DScores[at][j] += (float)(Slopes[row] * ((j == target ? 1 : 0) - p));
        }
    }
}
