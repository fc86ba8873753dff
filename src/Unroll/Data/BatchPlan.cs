namespace Unroll.Data;

/// <summary>Which samples of a <see cref="Dataset"/> meet in which batch, in the order of an epoch.</summary>
public sealed class BatchPlan
{
    private readonly int[] samples;
    private readonly int[] ends;

    /// <summary>Cuts an order of samples into batches of one size; the last one may be smaller.</summary>
    /// <param name="samples">Sample numbers.</param>
    /// <param name="batchSize">Samples of a batch, at least 1.</param>
    public BatchPlan(int[] samples, int batchSize)
        : this(samples, Ends(samples.Length, batchSize))
    {
    }

    /// <summary>Makes a plan of batches of any sizes.</summary>
    /// <param name="samples">Sample numbers, batch by batch.</param>
    /// <param name="ends">For each batch the place in <paramref name="samples"/> behind its last.</param>
    public BatchPlan(int[] samples, int[] ends) => (this.samples, this.ends) = (samples, ends);

    /// <summary>Number of batches.</summary>
    public int Count => ends.Length;

    /// <summary>Number of samples in all batches.</summary>
    public int SampleCount => samples.Length;

    /// <summary>
    /// Whether each row of a batch goes on where the same row of the batch before ended, so that recurrent layers start from the
    /// states they ended with. All batches then have as many rows. Default: false.
    /// </summary>
    public bool Continues { get; init; }

    /// <summary>The samples of all batches, one behind the other.</summary>
    internal Span<int> Samples => samples;

    /// <summary>The samples of a batch.</summary>
    /// <param name="batch">Its number, from 0.</param>
    public ReadOnlySpan<int> this[int batch] => samples.AsSpan(batch == 0 ? 0 : ends[batch - 1], ends[batch] - (batch == 0 ? 0 : ends[batch - 1]));

    private static int[] Ends(int count, int batchSize)
    {
        var ends = new int[(int)(((long)count + batchSize - 1) / batchSize)];
        for (var batch = 0; batch < ends.Length; batch++) ends[batch] = (int)Math.Min((batch + 1L) * batchSize, count);
        return ends;
    }
}
