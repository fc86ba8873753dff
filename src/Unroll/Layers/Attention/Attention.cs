using System.Text.Json.Serialization;
using Unroll.Autograd;

namespace Unroll;

/// <summary>What attention makes of a question and a memory.</summary>
/// <param name="Context">The weighted means of the memory, [batch, queries, features].</param>
/// <param name="Weights">How much each query attends to each step of the memory: [batch, queries, time], or [batch, heads, queries, time].</param>
public readonly record struct AttentionOutput(Tensor Context, Tensor Weights);

/// <summary>
/// Looks up a memory, such as the outputs of an encoder, by how well its steps answer a query, such as the state of a decoder.
/// </summary>
/// <remarks>
/// In a <see cref="Sequential"/> model the sequence attends to itself: [batch, time, features] -> [batch, time, …], and its
/// mask goes on. Masked steps of the memory get no weight, whatever they hold; where all are masked, the context is zero.
/// </remarks>
public abstract class Attention : Layer
{
    private Shape memoryShape;

    /// <summary>The weights of the latest call, to be looked at or drawn; they live until the next step of their workspace.</summary>
    [JsonIgnore]
    public Tensor? Weights { get; private set; }

    internal override bool NeedsWholeSequence => true;

    /// <summary>Asks a memory; builds the layer first, with seed 0, if that has not been done.</summary>
    /// <param name="query">[batch, queries, features]</param>
    /// <param name="memory">[batch, time, features], with its mask if it has one.</param>
    public AttentionOutput Attend(Tensor query, MaskedTensor memory)
    {
        var values = memory.Values;
        if (query.Rank != 3 || values.Rank != 3 || query.Shape[0] != values.Shape[0])
        {
            throw new ShapeException(
                $"{Title} needs a query [batch, queries, features] and a memory [batch, time, features] of as many rows, " +
                $"but got {query.Shape} and {values.Shape}.");
        }

        if (!IsBuilt)
        {
            memoryShape = values.Shape.Remove(0);
            Build(query.Shape.Remove(0), new Rng(0).Derive(Name));
        }

        if (query.Shape[2] != InputShape[1] || values.Shape[2] != memoryShape[1])
        {
            throw new ShapeException(
                $"{Title} was built for queries of {InputShape[1]} and a memory of {memoryShape[1]} features, but got {query.Shape} and {values.Shape}.");
        }

        if (memory.Mask is not null) memory = memory with { Values = SelectOp.Apply(memory.Mask, values, null) };
        var output = Answer(query, memory);
        Weights = output.Weights;
        return output;
    }

    /// <inheritdoc/>
    protected sealed override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 2)
            throw new ShapeException($"{Title} needs samples [time, features], but got {sample}. Give the layer below ReturnSequences.");
        if (memoryShape.Rank == 0) memoryShape = sample;
        return [sample[0], BuildWeights(sample[1], memoryShape[1], random)];
    }

    /// <inheritdoc/>
    protected sealed override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var output = Attend(input.Values, input);
        pass.Observer?.OnAttention(this, output.Weights);
        return input with { Values = output.Context };
    }

    /// <summary>Creates the weights, and tells the width of the context.</summary>
    /// <param name="queryFeatures">Features of a query.</param>
    /// <param name="memoryFeatures">Features of the memory.</param>
    /// <param name="random">Source of the initial weights.</param>
    private protected abstract int BuildWeights(int queryFeatures, int memoryFeatures, Rng random);

    /// <summary>Computes weights and context; shapes are checked.</summary>
    private protected abstract AttentionOutput Answer(Tensor query, MaskedTensor memory);

    /// <summary>Softmax of scores [batch, queries, time] over real steps, and the means of the memory that it makes.</summary>
    private protected static AttentionOutput Mix(Tensor scores, MaskedTensor memory)
    {
        if (memory.Mask is not null) scores += Barrier(memory.Mask).Reshape(memory.Mask.Shape[0], 1, memory.Mask.Shape[1]);
        var weights = scores.Softmax();
        return new(weights.MatMul(memory.Values), weights);
    }

    /// <summary>Zero where a mask is set, else so low that softmax makes zero of it.</summary>
    internal static Tensor Barrier(Tensor mask)
    {
        var barrier = Workspace.New(mask.Shape);
        for (var i = 0; i < barrier.Length; i++) barrier.Values[i] = mask.Values[i] == 0 ? -1e9f : 0;
        return barrier;
    }
}
