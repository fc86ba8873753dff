using System.Text.Json.Serialization;
using Unroll.Autograd;

namespace Unroll;

/// <summary>What attention makes of a question and a memory.</summary>
/// <param name="Context">The weighted means of the memory, [batch, queries, features].</param>
/// <param name="Weights">How much each query attends to each step of the memory: [batch, queries, time], or [batch, heads, queries, time].</param>
public readonly record struct AttentionOutput(Tensor Context, Tensor Weights);

/// <summary>A memory that is ready to be asked.</summary>
/// <param name="Values">[batch, time, features]; zeros where its mask is.</param>
/// <param name="Keys">What scores are made of; null where the values do.</param>
internal readonly record struct AttentionMemory(MaskedTensor Values, Tensor? Keys)
{
    /// <summary>Some of its rows, in any order and number; not to be trained through.</summary>
    public AttentionMemory Rows(ReadOnlySpan<int> rows) => new(
        new MaskedTensor(Chosen(Values.Values, rows), Values.Mask is null ? null : Chosen(Values.Mask, rows)), Keys is null ? null : Chosen(Keys, rows));

    internal static Tensor Chosen(Tensor all, ReadOnlySpan<int> rows)
    {
        var chosen = Workspace.New(all.Shape.With(0, rows.Length));
        for (var i = 0; i < rows.Length; i++) all.Rows(rows[i], 1).Values.CopyTo(chosen.Rows(i, 1).Values);
        return chosen;
    }
}

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
        CheckQuery(query, memory.Values);
        return Answer(query, Prepare(memory));
    }

    /// <summary>Tells the shape of the memory, [time, features], where it is another than that of queries; before the layer is built.</summary>
    internal void MeetMemory(Shape sample) => memoryShape = sample;

    /// <summary>Makes a memory ready to be asked, more than once.</summary>
    /// <param name="memory">[batch, time, features], with its mask if it has one; the layer is built.</param>
    internal AttentionMemory Prepare(MaskedTensor memory)
    {
        if (memory.Mask is not null) memory = memory with { Values = SelectOp.Apply(memory.Mask, memory.Values, null) };
        return new AttentionMemory(memory, KeysOf(memory));
    }

    /// <summary>Asks a memory that is ready.</summary>
    /// <param name="query">[batch, queries, features]</param>
    /// <param name="memory">Of as many rows.</param>
    internal AttentionOutput Answer(Tensor query, AttentionMemory memory)
    {
        var output = Answer(query, memory.Values, memory.Keys);
        Weights = output.Weights;
        return output;
    }

    private void CheckQuery(Tensor query, Tensor values)
    {
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

    /// <summary>What scores need of a memory, whatever the query; null: nothing.</summary>
    private protected virtual Tensor? KeysOf(MaskedTensor memory) => null;

    /// <summary>Computes weights and context; shapes are checked.</summary>
    private protected abstract AttentionOutput Answer(Tensor query, MaskedTensor memory, Tensor? keys);

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
