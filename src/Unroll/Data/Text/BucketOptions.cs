namespace Unroll.Data.Text;

/// <summary>How <see cref="BucketedSequences"/> brings the sequences of a batch to one length. A step is one id, or a sentence of them.</summary>
public sealed record BucketOptions
{
    /// <summary>The most steps of a sequence, at least 1; longer ones are cut. Default null: no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The most steps of a target, at least 1; longer ones are cut. Ignored for classes. Default null: no limit.</summary>
    public int? MaxTargetLength { get; init; }

    /// <summary>
    /// The most steps of a batch, padding included: its samples times the longest input or target. Batches of short sequences then hold
    /// more of them, and a batch costs about the same memory and time whatever its length; the batch size is ignored. A sequence that
    /// is longer than that stands alone. Default null: batches of so many samples.
    /// </summary>
    public int? BatchTokens { get; init; }

    /// <summary>Where padding goes. Default: behind.</summary>
    public SequenceEnd Padding { get; init; } = SequenceEnd.Back;

    /// <summary>Where a sequence that is too long loses steps. Default: behind.</summary>
    public SequenceEnd Truncation { get; init; } = SequenceEnd.Back;

    /// <summary>
    /// The length of a batch is a multiple of this, so that few shapes of batches occur; at least 1. Ignored where it would go beyond
    /// <see cref="MaxLength"/>. Default: 2.
    /// </summary>
    public int Multiple { get; init; } = 2;

    /// <summary>Batches of a pool within which sequences are sorted by length while training, at least 1. Default: 50.</summary>
    public int PoolBatches { get; init; } = 50;

    /// <summary>Ids of a step: 1 for sequences of words, more for documents of sentences of so many words. Default: 1.</summary>
    public int Width { get; init; } = 1;

    internal void Check()
    {
        var faults = new List<string>();
        if (MaxLength < 1) faults.Add($"MaxLength must be at least 1, but is {MaxLength}");
        if (MaxTargetLength < 1) faults.Add($"MaxTargetLength must be at least 1, but is {MaxTargetLength}");
        if (BatchTokens < 1) faults.Add($"BatchTokens must be at least 1, but is {BatchTokens}");
        if (Multiple < 1) faults.Add($"Multiple must be at least 1, but is {Multiple}");
        if (PoolBatches < 1) faults.Add($"PoolBatches must be at least 1, but is {PoolBatches}");
        if (Width < 1) faults.Add($"Width must be at least 1, but is {Width}");
        if (faults.Count > 0) throw new OptionException($"BucketOptions cannot be used: {string.Join("; ", faults)}.");
    }
}
