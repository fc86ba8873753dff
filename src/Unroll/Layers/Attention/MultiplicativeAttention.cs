using Unroll.Autograd;

namespace Unroll;

/// <summary>How <see cref="MultiplicativeAttention"/> scores a step of the memory.</summary>
public enum AttentionScore
{
    /// <summary>qᵀ m: query and memory must have the same features.</summary>
    Dot,

    /// <summary>qᵀ m / √features.</summary>
    ScaledDot,

    /// <summary>qᵀ W m.</summary>
    General,

    /// <summary>vᵀ tanh([q m] W).</summary>
    Concat,
}

/// <summary>
/// Attention scored by products. Luong, Pham and Manning 2015, "Effective Approaches to Attention-based Neural Machine
/// Translation", section 3.1.
/// </summary>
/// <remarks>
/// <para>
/// Query [batch, queries, features] and memory [batch, time, features] make a context [batch, queries, features of the memory].
/// Weights: none for dot; kernel [query features, memory features] for general; kernel [query + memory features, memory
/// features] and score [memory features] for concat.
/// </para>
/// <code>α_qt = softmax over t of score(q, m_t)     c_q = Σ_t α_qt m_t</code>
/// <code>var attention = new MultiplicativeAttention { Score = AttentionScore.General };</code>
/// </remarks>
public sealed class MultiplicativeAttention : Attention
{
    private Tensor kernel = null!, score = null!;

    /// <summary>How a step is scored. Default: general.</summary>
    public AttentionScore Score { get; init; } = AttentionScore.General;

    /// <summary>Draws the weights. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    private protected override int BuildWeights(int queryFeatures, int memoryFeatures, Rng random)
    {
        if (Score is AttentionScore.Dot or AttentionScore.ScaledDot && queryFeatures != memoryFeatures)
        {
            throw new ShapeException(
                $"{Title} scores by {Score}, for which query and memory need the same features, but they have {queryFeatures} and " +
                $"{memoryFeatures}. Score by General instead.");
        }

        if (Score == AttentionScore.General)
            kernel = AddParameter("kernel", [queryFeatures, memoryFeatures], KernelInitializer, random).Value;
        if (Score == AttentionScore.Concat)
        {
            kernel = AddParameter("kernel", [queryFeatures + memoryFeatures, memoryFeatures], KernelInitializer, random).Value;
            score = AddParameter("score", [memoryFeatures, 1], KernelInitializer, random).Value;
        }

        return memoryFeatures;
    }

    /// <summary>
    /// What a query is multiplied with, W m for general scores: [batch, query features, time]; for concat the memory's part of the sum,
    /// [batch, 1, time, features].
    /// </summary>
    private protected override Tensor KeysOf(MaskedTensor memory)
    {
        var values = memory.Values;
        var width = values.Shape[2];
        return Score switch
        {
            AttentionScore.Concat => values.MatMul(kernel.Slice(0, kernel.Shape[0] - width, width)).Reshape(values.Shape.Insert(1, 1)),
            AttentionScore.General => TransposedLinearOp.Apply(values, kernel, null).Transpose(0, 2, 1),
            _ => values.Transpose(0, 2, 1),
        };
    }

    private protected override AttentionOutput Answer(Tensor query, MaskedTensor memory, Tensor? keys)
    {
        if (Score == AttentionScore.Concat) return Mix(ConcatScores(query, keys!), memory);
        var scores = query.MatMul(keys!);
        return Mix(Score == AttentionScore.ScaledDot ? scores / MathF.Sqrt(query.Shape[2]) : scores, memory);
    }

    /// <summary>[q m] W is q times the upper rows of W and m times the lower ones.</summary>
    private Tensor ConcatScores(Tensor query, Tensor held)
    {
        var (batch, queries, time, width) = (query.Shape[0], query.Shape[1], held.Shape[2], held.Shape[3]);
        var asked = query.MatMul(kernel.Slice(0, 0, query.Shape[2])).Reshape(batch, queries, 1, width);
        return (asked + held).Tanh().Linear(score).Reshape(batch, queries, time);
    }
}
