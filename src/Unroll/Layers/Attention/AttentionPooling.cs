using System.Text.Json.Serialization;
using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// Makes one vector of a sequence: the mean of its steps, weighted by how much each matters to a question that is learnt. Yang
/// et al. 2016, "Hierarchical Attention Networks for Document Classification", equations 5 to 7.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features], output [batch, features]. Weights: kernel [features, units], bias [units], context [units];
/// where a context of each sample is given as well, context kernel [context features, units]. Masked steps get no weight.
/// </para>
/// <code>
/// u_t = tanh(x_t W + b)     α = softmax over t of u_tᵀ (c + g W_g)     s = Σ_t α_t x_t
/// </code>
/// <para>g is a context of the sample itself, such as the message that a message answers; without one it is left out.</para>
/// <code>
/// Sequential model =
///     [new Embedding(10_000, 32), new Bidirectional(new Gru(32) { ReturnSequences = true }), new AttentionPooling(64), new Dense(1)];
/// </code>
/// </remarks>
/// <param name="units">Width of the network that scores, at least 1.</param>
public sealed class AttentionPooling(int units) : Layer
{
    private Tensor kernel = null!, bias = null!, context = null!, contextKernel = null!;

    /// <summary>Width of the network that scores.</summary>
    public int Units { get; } = units;

    /// <summary>Features of a context that every sample brings, given to <see cref="Pool"/>; 0: none. Default: 0.</summary>
    public int ContextFeatures { get; init; }

    /// <summary>Draws the weights. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How much each step counted in the latest call, [batch, time]; it lives until the next step of its workspace.</summary>
    [JsonIgnore]
    public Tensor? Weights { get; private set; }

    internal override bool NeedsWholeSequence => true;

    /// <summary>Pools a sequence; builds the layer first, with seed 0, if that has not been done.</summary>
    /// <param name="input">[batch, time, features], with its mask if it has one.</param>
    /// <param name="sampleContext">[batch, context features], or null where there is none.</param>
    /// <returns>[batch, features]</returns>
    public Tensor Pool(MaskedTensor input, Tensor? sampleContext)
    {
        if (!IsBuilt) Build(input.Values.Shape.Remove(0), new Rng(0).Derive(Name));
        var (batch, time, features) = (input.Values.Shape[0], input.Values.Shape[1], input.Values.Shape[2]);
        if (ContextFeatures > 0 ? sampleContext?.Shape != [batch, ContextFeatures] : sampleContext is not null)
        {
            throw new ShapeException(
                $"{Title} {(ContextFeatures > 0 ? $"needs a context [{batch}, {ContextFeatures}]" : "takes no context")}, but got " +
                $"{sampleContext?.Shape.ToString() ?? "none"}. Set ContextFeatures, and call Pool with a context of each sample.");
        }

        var x = input.Mask is null ? input.Values : SelectOp.Apply(input.Mask, input.Values, null);
        var u = x.Linear(kernel, bias).Tanh();
        var question = sampleContext is null ? context : (context + sampleContext.MatMul(contextKernel)).Reshape(batch, 1, Units);
        var scores = (u * question).Sum(2);
        if (input.Mask is not null) scores += Attention.Barrier(input.Mask);
        Weights = scores.Softmax();
        return Weights.Reshape(batch, 1, time).MatMul(x).Reshape(batch, features);
    }

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Units < 1, $"units must be at least 1, but is {Units}"),
        (ContextFeatures < 0, $"ContextFeatures must be 0 (none) or more, but is {ContextFeatures}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 2)
            throw new ShapeException($"{Title} needs samples [time, features], but got {sample}. Give the layer below ReturnSequences.");
        kernel = AddParameter("kernel", [sample[1], Units], KernelInitializer, random).Value;
        bias = AddParameter("bias", [Units], Initializer.Zeros, random).Value;
        context = AddParameter("context", [Units], Initializer.Uniform(0.05f), random).Value;
        if (ContextFeatures > 0) contextKernel = AddParameter("context_kernel", [ContextFeatures, Units], KernelInitializer, random).Value;
        return [sample[1]];
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var pooled = Pool(input, null);
        pass.Observer?.OnAttention(this, Weights!);
        return pooled;
    }
}
