namespace Unroll;

/// <summary>
/// Attention scored by a small network of query and memory. Bahdanau, Cho and Bengio 2015, "Neural Machine Translation by
/// Jointly Learning to Align and Translate", appendix A.1.2.
/// </summary>
/// <remarks>
/// <para>
/// Query [batch, queries, features] and memory [batch, time, features] make a context [batch, queries, features of the memory].
/// Weights: query kernel [query features, units], memory kernel [memory features, units], bias [units], score [units].
/// </para>
/// <code>
/// e_qt = vᵀ tanh(q W_q + m_t W_m + b)     α = softmax over t of e     c_q = Σ_t α_qt m_t
/// </code>
/// <code>var (context, weights) = attention.Attend(state, new(encoded, mask));</code>
/// </remarks>
/// <param name="units">Width of the network, at least 1.</param>
public sealed class AdditiveAttention(int units) : Attention
{
    private Tensor queryKernel = null!, memoryKernel = null!, bias = null!, score = null!;

    /// <summary>Width of the network that scores.</summary>
    public int Units { get; } = units;

    /// <summary>Draws all weights but the bias. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    protected override void Validate() => Report((Units < 1, $"units must be at least 1, but is {Units}"));

    private protected override int BuildWeights(int queryFeatures, int memoryFeatures, Rng random)
    {
        queryKernel = AddParameter("query_kernel", [queryFeatures, Units], KernelInitializer, random).Value;
        memoryKernel = AddParameter("memory_kernel", [memoryFeatures, Units], KernelInitializer, random).Value;
        bias = AddParameter("bias", [Units], Initializer.Zeros, random).Value;
        score = AddParameter("score", [Units, 1], KernelInitializer, random).Value;
        return memoryFeatures;
    }

    /// <summary>The memory's part of the sum: [batch, 1, time, units].</summary>
    private protected override Tensor KeysOf(MaskedTensor memory)
    {
        var shape = memory.Values.Shape;
        return memory.Values.Linear(memoryKernel).Reshape(shape[0], 1, shape[1], Units);
    }

    private protected override AttentionOutput Answer(Tensor query, MaskedTensor memory, Tensor? keys)
    {
        var (batch, queries, time) = (query.Shape[0], query.Shape[1], memory.Values.Shape[1]);
        var asked = query.Linear(queryKernel, bias).Reshape(batch, queries, 1, Units);
        return Mix((asked + keys!).Tanh().Linear(score).Reshape(batch, queries, time), memory);
    }
}
