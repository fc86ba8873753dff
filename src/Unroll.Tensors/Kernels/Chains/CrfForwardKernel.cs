using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>
/// The forward algorithm: ln Z of each sequence (a part), and the logarithm of all that leads to a tag.
/// <code>
/// a_1 = s + x_1;  a_t[j] = x_t[j] + ln Σ_i e^(a_t-1[i] + A[i, j]);  ln Z = ln Σ_j e^(a_n[j] + e[j])
/// </code>
/// </summary>
internal ref struct CrfForwardKernel : IParallelKernel
{
    public CrfChain Chain;

    /// <summary>[B, T, K]; not written where masked.</summary>
    public Span<double> Alpha;

    /// <summary>ln Z: [B]; 0 without a real step.</summary>
    public Span<double> Totals;

    /// <summary>[B, 2, K], to work in.</summary>
    public Span<double> Work;

    public readonly void Run<V>(int row)
        where V : struct, ILanes<V>
    {
        var chain = Chain;
        var tags = chain.Tags;
        var factors = Work.Slice(2 * row * tags, tags);
        var sums = Work.Slice(((2 * row) + 1) * tags, tags);
        var last = -1;
        for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t))
        {
            var x = chain.Scores[chain.At(row, t)];
            var alpha = Alpha[chain.At(row, t)];
            if (last >= 0) chain.Sum(Alpha[chain.At(row, last)], isBack: false, factors, sums, alpha);
            for (var j = 0; j < tags; j++) alpha[j] = (last < 0 ? chain.Start[j] : alpha[j]) + x[j];
            last = t;
        }

        if (last >= 0)
        {
            var alpha = Alpha[chain.At(row, last)];
            for (var j = 0; j < tags; j++) sums[j] = alpha[j] + chain.End[j];
        }

        Totals[row] = last < 0 ? 0 : CrfChain.LogSum(sums);
    }
}
