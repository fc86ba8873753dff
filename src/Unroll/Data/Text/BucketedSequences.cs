namespace Unroll.Data.Text;

/// <summary>
/// Sequences of ids of any length, each with the number of its class. Sequences of like length meet in a batch, which is as long as
/// its longest, so that padding costs little.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time], or [batch, time, width] where a step is a sentence; target [batch, 1]; a mask [batch, time] tells padding,
/// whose id is 0. A sequence without ids is padding alone.
/// </para>
/// <para>
/// In training, an order is drawn and cut into pools of some batches; each pool is sorted by length, and the batches of all pools
/// come in an order that is drawn, too. As it stands, the data set is sorted as a whole, and only sequences that are padded to the
/// same length meet: what a model says to a sequence then does not depend, to the bit, on the others.
/// </para>
/// <code>var reviews = new BucketedSequences(ids, labels, new() { MaxLength = 400 });</code>
/// </remarks>
public sealed class BucketedSequences : Dataset
{
    private readonly int[][] sequences;
    private readonly int[] labels;
    private readonly float[]? weights;
    private readonly BucketOptions options;

    /// <summary>Makes a data set of sequences, without copying them.</summary>
    /// <param name="sequences">The ids of each sample; with sentences, whole ones of <see cref="BucketOptions.Width"/> ids each.</param>
    /// <param name="labels">The class number of each sample.</param>
    /// <param name="options">Length and padding; null: whole sequences, padded behind.</param>
    /// <param name="weights">How much each sample counts; null: all alike.</param>
    /// <exception cref="ShapeException">The numbers of samples differ, or a sentence is not whole.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public BucketedSequences(
        IReadOnlyList<int[]> sequences, IReadOnlyList<int> labels, BucketOptions? options = null, IReadOnlyList<float>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(labels);
        this.options = options ?? new BucketOptions();
        this.options.Check();
        if (labels.Count != sequences.Count || (weights is not null && weights.Count != sequences.Count))
        {
            throw new ShapeException(
                $"{sequences.Count} sequences have {labels.Count} labels{(weights is null ? "" : $" and {weights.Count} weights")}. Give one for each.");
        }

        (this.sequences, this.labels, this.weights) = ([.. sequences], [.. labels], weights is null ? null : [.. weights]);
        var broken = Array.FindIndex(this.sequences, sequence => sequence.Length % this.options.Width != 0);
        if (broken >= 0)
        {
            throw new ShapeException(
                $"Sequence {broken} has {this.sequences[broken].Length} ids, not whole steps of {this.options.Width}. Fill up its last one with zeros.");
        }
    }

    /// <inheritdoc/>
    public override int Count => sequences.Length;

    /// <summary>The shape of the longest input, without the batch axis: [time], or [time, width].</summary>
    public override Shape InputShape
    {
        get
        {
            var longest = 1;
            for (var sample = 0; sample < sequences.Length; sample++) longest = Math.Max(longest, PaddedSteps(sample));
            return options.Width == 1 ? [longest] : [longest, options.Width];
        }
    }

    /// <inheritdoc/>
    public override BatchPlan Plan(int batchSize, Rng? order, BatchPlan? room = null)
    {
        var samples = new int[Count];
        for (var i = 0; i < samples.Length; i++) samples[i] = i;
        if (order is not { } random)
        {
            Sort(samples);
            return new BatchPlan(samples, EndsByLength(samples, batchSize));
        }

        random.Shuffle<int>(samples);
        var pool = (int)Math.Min((long)batchSize * options.PoolBatches, Math.Max(1, samples.Length));
        for (var start = 0; start < samples.Length; start += pool) Sort(samples.AsSpan(start, Math.Min(pool, samples.Length - start)));
        return Drawn(new BatchPlan(samples, batchSize), ref random);
    }

    /// <inheritdoc/>
    public override Dataset Slice(int start, int count) => new BucketedSequences(
        sequences[start..(start + count)], labels[start..(start + count)], options, weights?[start..(start + count)]);

    /// <inheritdoc/>
    public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
    {
        var steps = 1;
        foreach (var sample in samples) steps = Math.Max(steps, PaddedSteps(sample));
        var batch = room is not null && room.Input.Shape[0] == samples.Length && room.Input.Shape[1] == steps ? room : NewBatch(samples.Length, steps);
        batch.Input.Values.Clear();
        batch.Mask!.Values.Clear();
        for (var row = 0; row < samples.Length; row++)
        {
            LoadRow(samples[row], row, batch, steps);
            batch.Target.Values[row] = labels[samples[row]];
            if (weights is not null) batch.Weights!.Values[row] = weights[samples[row]];
        }

        return batch;
    }

    /// <summary>The share of all steps that is padding, from 0 to below 1, when batches are as a plan says.</summary>
    /// <param name="plan">The plan of an epoch.</param>
    public double PaddingShare(BatchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        long real = 0, all = 0;
        for (var batch = 0; batch < plan.Count; batch++)
        {
            var longest = 1;
            foreach (var sample in plan[batch])
            {
                longest = Math.Max(longest, PaddedSteps(sample));
                real += Steps(sample);
            }

            all += (long)longest * plan[batch].Length;
        }

        return all == 0 ? 0 : 1 - ((double)real / all);
    }

    private Batch NewBatch(int rows, int steps) => new()
    {
        Input = new Tensor(options.Width == 1 ? [rows, steps] : [rows, steps, options.Width]),
        Mask = new Tensor([rows, steps]),
        Target = new Tensor([rows, 1]),
        Weights = weights is null ? null : new Tensor([rows]),
    };

    private void LoadRow(int sample, int row, Batch batch, int steps)
    {
        var (width, real) = (options.Width, Steps(sample));
        var sequence = sequences[sample];
        var first = options.Truncation == SequenceEnd.Front ? sequence.Length - (real * width) : 0;
        var start = (row * steps) + (options.Padding == SequenceEnd.Front ? steps - real : 0);
        Pad.Copy(sequence.AsSpan(first, real * width), batch.Input.Values.Slice(start * width, real * width), sample);
        batch.Mask!.Values.Slice(start, real).Fill(1);
    }

    /// <summary>Steps of a sample that a model sees.</summary>
    private int Steps(int sample) => Math.Min(sequences[sample].Length / options.Width, options.MaxLength ?? int.MaxValue);

    /// <summary>The length that a batch of such samples has.</summary>
    private int PaddedSteps(int sample)
    {
        var multiple = options.Multiple;
        return Math.Min((Math.Max(1, Steps(sample)) + multiple - 1) / multiple * multiple, options.MaxLength ?? int.MaxValue);
    }

    /// <summary>Short sequences first; those of one length in the order that they had.</summary>
    private void Sort(Span<int> samples)
    {
        var keys = new long[samples.Length];
        for (var place = 0; place < keys.Length; place++) keys[place] = ((long)Steps(samples[place]) << 32) | (uint)place;
        keys.AsSpan().Sort(samples);
    }

    /// <summary>Where batches end in which all samples are padded to the same length.</summary>
    private int[] EndsByLength(int[] samples, int batchSize)
    {
        var ends = new List<int>();
        for (int place = 1, first = 0; place <= samples.Length; place++)
        {
            if (place < samples.Length && place - first < batchSize && PaddedSteps(samples[place]) == PaddedSteps(samples[first])) continue;
            ends.Add(place);
            first = place;
        }

        return [.. ends];
    }

    /// <summary>The same batches in an order that is drawn.</summary>
    private static BatchPlan Drawn(BatchPlan plan, ref Rng random)
    {
        var order = new int[plan.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        random.Shuffle<int>(order);
        var (samples, ends) = (new List<int>(plan.SampleCount), new int[order.Length]);
        for (var i = 0; i < order.Length; i++)
        {
            samples.AddRange(plan[order[i]]);
            ends[i] = samples.Count;
        }

        return new BatchPlan([.. samples], ends);
    }
}
