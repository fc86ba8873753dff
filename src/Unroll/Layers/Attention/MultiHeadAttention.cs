namespace Unroll;

/// <summary>
/// Several attentions side by side, each on a projection of its own. Vaswani et al. 2017, "Attention Is All You Need",
/// section 3.2.2.
/// </summary>
/// <remarks>
/// <para>
/// Query [batch, queries, features] and memory [batch, time, features] make a context [batch, queries, query features]. Weights:
/// query, key and value kernels [features, heads * size] and output kernel [heads * size, query features], each with a bias.
/// </para>
/// <code>head_i = softmax(Q_i K_iᵀ / √size) V_i     context = [head_1 … head_n] W_o + b_o</code>
/// <code>Sequential model = [new Gru(64) { ReturnSequences = true }, new MultiHeadAttention(4, 16), …];</code>
/// </remarks>
/// <param name="heads">Number of heads, at least 1.</param>
/// <param name="size">Width of each head, at least 1.</param>
public sealed class MultiHeadAttention(int heads, int size) : Attention
{
    private (Tensor Kernel, Tensor Bias) query, key, value, output;

    /// <summary>Number of heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>Width of each head.</summary>
    public int Size { get; } = size;

    /// <summary>Whether a query sees no later steps of the memory than its own. Default: false.</summary>
    public bool Causal { get; init; }

    /// <summary>Draws the kernels. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Heads < 1, $"heads must be at least 1, but is {Heads}"), (Size < 1, $"size must be at least 1, but is {Size}"));

    private protected override int BuildWeights(int queryFeatures, int memoryFeatures, Rng random)
    {
        (Tensor, Tensor) Projection(string role, int from, int to) => (
            AddParameter($"{role}_kernel", [from, to], KernelInitializer, random).Value,
            AddParameter($"{role}_bias", [to], Initializer.Zeros, random).Value);
        query = Projection("query", queryFeatures, Heads * Size);
        key = Projection("key", memoryFeatures, Heads * Size);
        value = Projection("value", memoryFeatures, Heads * Size);
        output = Projection("output", Heads * Size, queryFeatures);
        return queryFeatures;
    }

    private protected override AttentionOutput Answer(Tensor query, MaskedTensor memory, Tensor? keys)
    {
        var (batch, queries, time) = (query.Shape[0], query.Shape[1], memory.Values.Shape[1]);
        // [batch, steps, heads * size] -> [batch * heads, steps, size]
        Tensor Split(Tensor x, (Tensor Kernel, Tensor Bias) projection) => x.Linear(projection.Kernel, projection.Bias)
            .Reshape(batch, x.Shape[1], Heads, Size).Transpose(0, 2, 1, 3).Reshape(batch * Heads, x.Shape[1], Size);
        var scores = Split(query, this.query).MatMul(Split(memory.Values, key).Transpose(0, 2, 1)) / MathF.Sqrt(Size);
        var apart = scores.Reshape(batch, Heads, queries, time);
        if (memory.Mask is not null) apart += Barrier(memory.Mask).Reshape(batch, 1, 1, time);
        if (Causal) apart += Later(queries, time);
        var weights = apart.Softmax();
        var values = Split(memory.Values, value);
        if (memory.Mask is not null) values *= Spread(memory.Mask);
        var mixed = weights.Reshape(batch * Heads, queries, time).MatMul(values);
        var joined = mixed.Reshape(batch, Heads, queries, Size).Transpose(0, 2, 1, 3).Reshape(batch, queries, Heads * Size);
        return new(joined.Linear(output.Kernel, output.Bias), weights);
    }

    /// <summary>The mask for each head, [batch * heads, time, 1]: where all steps are masked, even their biases count for nothing.</summary>
    private Tensor Spread(Tensor mask)
    {
        var (batch, time) = (mask.Shape[0], mask.Shape[1]);
        var spread = Workspace.New([batch * Heads, time, 1]);
        for (var row = 0; row < batch * Heads; row++) mask.Values.Slice(row / Heads * time, time).CopyTo(spread.Values[(row * time)..]);
        return spread;
    }

    private static Tensor Later(int queries, int time)
    {
        var barrier = Workspace.NewZeros([1, 1, queries, time]);
        for (var q = 0; q < queries; q++)
        {
            for (var t = q + 1; t < time; t++) barrier.Values[(q * time) + t] = -1e9f;
        }

        return barrier;
    }
}
