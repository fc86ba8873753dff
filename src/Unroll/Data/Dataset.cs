namespace Unroll.Data;

/// <summary>Samples that can be taken by number: where a training run gets its batches from.</summary>
public abstract class Dataset
{
    /// <summary>Number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>The shape of one input, without the batch axis.</summary>
    public abstract Shape InputShape { get; }

    /// <summary>Makes a batch of the samples with the given numbers, in their order.</summary>
    /// <param name="samples">Sample numbers, from 0.</param>
    /// <param name="room">A batch of as many samples made before, whose memory may be used again where it fits; or null.</param>
    public abstract Batch Load(ReadOnlySpan<int> samples, Batch? room = null);

    /// <summary>Says which samples meet in which batch, for one epoch.</summary>
    /// <param name="batchSize">Samples of a batch, at least 1; the last batch may have fewer.</param>
    /// <param name="order">Draws a new order; null: the samples come as they stand.</param>
    /// <param name="room">The plan of the epoch before, whose memory may be used again; or null.</param>
    public virtual BatchPlan Plan(int batchSize, Rng? order, BatchPlan? room = null)
    {
        var plan = room?.SampleCount == Count ? room : new BatchPlan(new int[Count], batchSize);
        var samples = plan.Samples;
        for (var i = 0; i < samples.Length; i++) samples[i] = i;
        order?.Shuffle(samples);
        return plan;
    }

    /// <summary>Consecutive samples as a data set of their own.</summary>
    /// <param name="start">First sample.</param>
    /// <param name="count">Number of samples.</param>
    public virtual Dataset Slice(int start, int count) => new SliceDataset(this, start, count);

    private sealed class SliceDataset(Dataset whole, int start, int count) : Dataset
    {
        public override int Count => count;

        public override Shape InputShape => whole.InputShape;

        public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
        {
            Span<int> shifted = samples.Length <= 1024 ? stackalloc int[samples.Length] : new int[samples.Length];
            for (var i = 0; i < samples.Length; i++) shifted[i] = samples[i] + start;
            return whole.Load(shifted, room);
        }
    }
}

/// <summary>Samples that stand side by side in tensors.</summary>
public sealed class TensorDataset : Dataset
{
    private readonly Tensor inputs;
    private readonly Tensor targets;
    private readonly Tensor? weights;

    /// <summary>Makes a data set of tensors, without copying them.</summary>
    /// <param name="inputs">[samples, …]</param>
    /// <param name="targets">[samples, …]</param>
    /// <param name="weights">How much each sample counts, [samples] or [samples, time]; null: all alike.</param>
    /// <exception cref="ShapeException">The numbers of samples differ.</exception>
    public TensorDataset(Tensor inputs, Tensor targets, Tensor? weights = null)
    {
        if (inputs.Rank == 0 || targets.Rank == 0 || inputs.Shape[0] != targets.Shape[0] ||
            (weights is not null && (weights.Rank == 0 || weights.Shape[0] != inputs.Shape[0])))
        {
            throw new ShapeException(
                $"Inputs {inputs.Shape}, targets {targets.Shape}{(weights is null ? "" : $" and weights {weights.Shape}")} " +
                "must have the same number of samples in their first axis.");
        }

        (this.inputs, this.targets, this.weights) = (inputs, targets, weights);
    }

    /// <inheritdoc/>
    public override int Count => inputs.Shape[0];

    /// <inheritdoc/>
    public override Shape InputShape => inputs.Shape.Remove(0);

    /// <inheritdoc/>
    public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
    {
        var batch = room ?? new Batch
        {
            Input = new Tensor(inputs.Shape.With(0, samples.Length)),
            Target = new Tensor(targets.Shape.With(0, samples.Length)),
            Weights = weights is null ? null : new Tensor(weights.Shape.With(0, samples.Length)),
        };
        Gather(inputs, samples, batch.Input);
        Gather(targets, samples, batch.Target);
        if (weights is not null) Gather(weights, samples, batch.Weights!);
        return batch;
    }

    private static void Gather(Tensor source, ReadOnlySpan<int> samples, Tensor target)
    {
        var width = source.Length / source.Shape[0];
        for (var i = 0; i < samples.Length; i++)
            source.Values.Slice(samples[i] * width, width).CopyTo(target.Values[(i * width)..]);
    }
}
