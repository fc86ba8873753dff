using System.Numerics.Tensors;

namespace Unroll.Kernels;

/// <summary>
/// A linear chain of tags over each sequence of a batch, as the kernels beside it walk it. x scores of a step, A of transitions (from,
/// to), s and e of the first and last tag; masked steps are no part of a chain:
/// <code>
/// score(y) = s[y_1] + Σ_t x_t[y_t] + Σ_t A[y_t-1, y_t] + e[y_n]
/// p(y) = e^score(y) / Z,  Z = Σ_y' e^score(y')
/// </code>
/// </summary>
internal ref struct CrfChain
{
    /// <summary>A sum of factors below this has lost digits, or all, to underflow: it is taken again as logarithms.</summary>
    private const double Smallest = 1e-250;

    /// <summary>What scores less cannot be: of several such terms the largest stands for their sum.</summary>
    private const double Impossible = -1e8;

    public int Batch;
    public int Time;
    public int Tags;

    /// <summary>x: [B, T, K]</summary>
    public ReadOnlySpan<float> Scores;

    /// <summary>[B, T], or empty: all steps are real.</summary>
    public ReadOnlySpan<float> Mask;

    /// <summary>A: [K, K]</summary>
    public ReadOnlySpan<float> Transitions;

    /// <summary>s: [K]</summary>
    public ReadOnlySpan<float> Start;

    /// <summary>e: [K]</summary>
    public ReadOnlySpan<float> End;

    /// <summary>e^(A - largest of A): [from, to]; by <see cref="Prepare"/>, needed for sums alone.</summary>
    public Span<double> Factors;

    /// <summary>The same: [to, from].</summary>
    public Span<double> FactorsBack;

    private double largest;

    /// <summary>The step behind another that is real; <see cref="Time"/> if there is none.</summary>
    public readonly int Next(int row, int step)
    {
        for (step++; step < Time && !IsReal(row, step); step++)
        {
        }

        return step;
    }

    /// <summary>The step before another that is real; -1 if there is none.</summary>
    public readonly int Before(int row, int step)
    {
        for (step--; step >= 0 && !IsReal(row, step); step--)
        {
        }

        return step;
    }

    /// <summary>The place of a step among the rows [K] of an array [B, T, K].</summary>
    public readonly Range At(int row, int step)
    {
        var start = ((row * Time) + step) * Tags;
        return start..(start + Tags);
    }

    /// <summary>Makes the factors of transitions.</summary>
    public void Prepare()
    {
        largest = TensorPrimitives.Max(Transitions);
        for (var i = 0; i < Tags; i++)
        {
            for (var j = 0; j < Tags; j++)
                Factors[(i * Tags) + j] = FactorsBack[(j * Tags) + i] = Exp(Transitions[(i * Tags) + j] - largest);
        }
    }

    /// <summary>ln Σ e^v along all transitions into each tag, or, backwards, out of each tag.</summary>
    /// <remarks>
    /// A sum of products of factors, a tag at a time in order, so that its bits do not depend on the width of vectors. Scores far apart
    /// underflow as factors; where a sum has too little left, it is taken with logarithms.
    /// </remarks>
    /// <param name="v">[K], of the tags on the other side.</param>
    /// <param name="isBack">Whether v stands behind the transitions.</param>
    /// <param name="factors">[K]: becomes e^(v - largest of v).</param>
    /// <param name="sums">[K]: becomes the sums of products of factors; 0 where logarithms were taken.</param>
    /// <param name="logarithms">[K]: becomes the result.</param>
    public readonly void Sum(ReadOnlySpan<double> v, bool isBack, Span<double> factors, Span<double> sums, Span<double> logarithms)
    {
        var most = TensorPrimitives.Max(v);
        var transitions = isBack ? FactorsBack : Factors;
        sums.Clear();
        for (var i = 0; i < Tags; i++)
        {
            factors[i] = Exp(v[i] - most);
            if (factors[i] != 0) TensorPrimitives.MultiplyAdd(transitions.Slice(i * Tags, Tags), factors[i], sums, sums);
        }

        for (var j = 0; j < Tags; j++)
        {
            if (sums[j] >= Smallest)
            {
                logarithms[j] = most + largest + Math.Log(sums[j]);
            }
            else
            {
                logarithms[j] = LogSum(v, j, isBack);
                sums[j] = 0;
            }
        }
    }

    /// <summary>e^x, quickly 0 where it is as good as that: what cannot be is frequent.</summary>
    public static double Exp(double x) => x < -700 ? 0 : Math.Exp(x);

    /// <summary>ln Σ e^v</summary>
    public static double LogSum(ReadOnlySpan<double> v)
    {
        var most = TensorPrimitives.Max(v);
        var sum = 0.0;
        foreach (var value in v) sum += Exp(value - most);
        return most + Math.Log(sum);
    }

    private readonly bool IsReal(int row, int step) => Mask.IsEmpty || Mask[(row * Time) + step] != 0;

    private readonly double LogSum(ReadOnlySpan<double> v, int tag, bool isBack)
    {
        var (step, first) = isBack ? (1, tag * Tags) : (Tags, tag);
        var most = double.NegativeInfinity;
        for (var i = 0; i < Tags; i++)
        {
            if (v[i] + Transitions[first + (i * step)] is var score && !(score <= most)) most = score;
        }

        if (most < Impossible) return most;
        var sum = 0.0;
        for (var i = 0; i < Tags; i++) sum += Exp(v[i] + Transitions[first + (i * step)] - most);
        return most + Math.Log(sum);
    }
}
