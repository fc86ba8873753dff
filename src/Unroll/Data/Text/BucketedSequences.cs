namespace Unroll.Data.Text;

/// <summary>
/// Sequences of ids of any length, each with the number of its class or with the sequence that is to be made of it: a tag for each
/// word, or a translation. Sequences of like length meet in a batch, which is as long as its longest, so that padding costs little.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time], or [batch, time, width] where a step is several ids, such as those of a sentence; target [batch, 1], or
/// [batch, time of the longest target]; a mask [batch, time] tells padding of the input. Padding has the id 0. A sequence without
/// ids is padding alone.
/// </para>
/// <para>
/// In training, an order is drawn and cut into pools of some batches; each pool is sorted by length, and the batches of all pools
/// come in an order that is drawn, too. As it stands, the data set is sorted as a whole, and only sequences that are padded to the
/// same length meet: what a model says to a sequence then does not depend, to the bit, on the others.
/// </para>
/// <code>
/// var reviews = new BucketedSequences(ids, labels, new() { MaxLength = 400 });
/// var sentences = BucketedSequences.Pairs(german, english, new() { BatchTokens = 2000 });
/// </code>
/// </remarks>
public sealed class BucketedSequences : Dataset
{
    private readonly int[][] sequences;
    private readonly int[][] targets;
    private readonly float[]? weights;
    private readonly BucketOptions options;
    private readonly bool isPaired;

    /// <summary>Makes a data set of sequences with classes.</summary>
    /// <param name="sequences">The ids of each sample; with wide steps, whole ones of <see cref="BucketOptions.Width"/> ids each.</param>
    /// <param name="labels">The class number of each sample.</param>
    /// <param name="options">Length and padding; null: whole sequences, padded behind.</param>
    /// <param name="weights">How much each sample counts; null: all alike.</param>
    /// <exception cref="ShapeException">The numbers of samples differ, or a step is not whole.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public BucketedSequences(
        IReadOnlyList<int[]> sequences, IReadOnlyList<int> labels, BucketOptions? options = null, IReadOnlyList<float>? weights = null)
        : this([.. sequences], [.. labels.Select(label => new[] { label })], options ?? new BucketOptions(), weights is null ? null : [.. weights], false)
    {
    }

    private BucketedSequences(int[][] sequences, int[][] targets, BucketOptions options, float[]? weights, bool isPaired)
    {
        (this.sequences, this.targets, this.options, this.weights, this.isPaired) = (sequences, targets, options, weights, isPaired);
        options.Check();
        if (targets.Length != sequences.Length || (weights is not null && weights.Length != sequences.Length))
        {
            throw new ShapeException(
                $"{sequences.Length} sequences have {targets.Length} {(isPaired ? "targets" : "labels")}" +
                $"{(weights is null ? "" : $" and {weights.Length} weights")}. Give one for each.");
        }

        var broken = Array.FindIndex(sequences, sequence => sequence.Length % options.Width != 0);
        if (broken >= 0)
        {
            throw new ShapeException(
                $"Sequence {broken} has {sequences[broken].Length} ids, not whole steps of {options.Width}. Fill up its last one with zeros.");
        }
    }

    /// <summary>Makes a data set of sequences, each with the sequence that is to be made of it.</summary>
    /// <param name="sequences">The ids of each sample's input.</param>
    /// <param name="targets">The ids of each sample's target; they may be of another length.</param>
    /// <param name="options">Length and padding of both; null: whole sequences, padded behind.</param>
    /// <exception cref="ShapeException">The numbers of samples differ, or a step is not whole.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static BucketedSequences Pairs(IReadOnlyList<int[]> sequences, IReadOnlyList<int[]> targets, BucketOptions? options = null) =>
        new([.. sequences], [.. targets], options ?? new BucketOptions(), null, isPaired: true);

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
            return new BatchPlan(samples, Ends(samples, batchSize, ofOneLength: true));
        }

        random.Shuffle<int>(samples);
        var pool = (int)Math.Min((long)batchSize * options.PoolBatches, Math.Max(1, samples.Length));
        for (var start = 0; start < samples.Length; start += pool) Sort(samples.AsSpan(start, Math.Min(pool, samples.Length - start)));
        return Drawn(new BatchPlan(samples, Ends(samples, batchSize, ofOneLength: false)), ref random);
    }

    /// <inheritdoc/>
    public override Dataset Slice(int start, int count) => new BucketedSequences(
        sequences[start..(start + count)], targets[start..(start + count)], options, weights?[start..(start + count)], isPaired);

    /// <inheritdoc/>
    public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
    {
        var (steps, targetSteps) = (1, 1);
        foreach (var sample in samples)
        {
            steps = Math.Max(steps, PaddedSteps(sample));
            targetSteps = Math.Max(targetSteps, PaddedTargetSteps(sample));
        }

        var fits = room is not null && room.Input.Shape[0] == samples.Length && room.Input.Shape[1] == steps && room.Target.Shape[1] == targetSteps;
        var batch = fits ? room! : NewBatch(samples.Length, steps, targetSteps);
        batch.Input.Values.Clear();
        batch.Mask!.Values.Clear();
        batch.Target.Values.Clear();
        for (var row = 0; row < samples.Length; row++)
        {
            LoadRow(samples[row], row, batch, steps);
            LoadTarget(samples[row], batch.Target.Values.Slice(row * targetSteps, targetSteps));
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

    private Batch NewBatch(int rows, int steps, int targetSteps) => new()
    {
        Input = new Tensor(options.Width == 1 ? [rows, steps] : [rows, steps, options.Width]),
        Mask = new Tensor([rows, steps]),
        Target = new Tensor([rows, targetSteps]),
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

    private void LoadTarget(int sample, Span<float> row)
    {
        var target = targets[sample];
        var real = TargetSteps(sample);
        var first = options.Truncation == SequenceEnd.Front ? target.Length - real : 0;
        var start = options.Padding == SequenceEnd.Front ? row.Length - real : 0;
        for (var i = 0; i < real; i++) row[start + i] = target[first + i];
    }

    /// <summary>Steps of a sample that a model sees.</summary>
    private int Steps(int sample) => Math.Min(sequences[sample].Length / options.Width, options.MaxLength ?? int.MaxValue);

    private int TargetSteps(int sample) => Math.Min(targets[sample].Length, options.MaxTargetLength ?? int.MaxValue);

    /// <summary>The length that a batch of such samples has.</summary>
    private int PaddedSteps(int sample) => Padded(Steps(sample), options.MaxLength);

    private int PaddedTargetSteps(int sample) => isPaired ? Padded(TargetSteps(sample), options.MaxTargetLength) : 1;

    private int Padded(int steps, int? most)
    {
        var multiple = options.Multiple;
        return Math.Min((Math.Max(1, steps) + multiple - 1) / multiple * multiple, most ?? int.MaxValue);
    }

    /// <summary>Short sequences first, then short targets; those of one length in the order that they had.</summary>
    private void Sort(Span<int> samples)
    {
        var keys = new (int Steps, int TargetSteps, int Place)[samples.Length];
        for (var place = 0; place < keys.Length; place++) keys[place] = (Steps(samples[place]), TargetSteps(samples[place]), place);
        keys.AsSpan().Sort(samples);
    }

    /// <summary>Where batches end: of so many samples or tokens, or before the first sample that is padded to another length.</summary>
    private int[] Ends(int[] samples, int batchSize, bool ofOneLength)
    {
        var ends = new List<int>();
        for (int place = 0, first = 0, longest = 0; place <= samples.Length; place++)
        {
            var steps = place < samples.Length ? Math.Max(PaddedSteps(samples[place]), PaddedTargetSteps(samples[place])) : 0;
            longest = Math.Max(longest, steps);
            var isFull = options.BatchTokens is { } tokens ? (place + 1L - first) * longest > tokens : place - first == batchSize;
            var isOther = ofOneLength && place < samples.Length && PaddedSteps(samples[place]) != PaddedSteps(samples[first]);
            if (place == first || (place < samples.Length && !isFull && !isOther)) continue;
            ends.Add(place);
            (first, longest) = (place, steps);
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
