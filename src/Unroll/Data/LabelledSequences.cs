namespace Unroll.Data;

/// <summary>Sequences of ids, each with the number of its class.</summary>
/// <param name="Sequences">One array of ids for each sample, of any length.</param>
/// <param name="Labels">One class number for each sample.</param>
public sealed record LabelledSequences(IReadOnlyList<int[]> Sequences, IReadOnlyList<int> Labels)
{
    /// <summary>The number of samples.</summary>
    public int Count => Sequences.Count;

    /// <summary>The sequences brought to one length.</summary>
    /// <param name="options">Length and ends, or null for the length of the longest and padding in front.</param>
    /// <returns>[samples, time].</returns>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public Tensor Padded(PadOptions? options = null) => Pad.Sequences(Sequences, options);

    /// <summary>The class numbers as targets.</summary>
    /// <returns>[samples, 1].</returns>
    public Tensor Targets() => new([Labels.Count, 1], [.. Labels.Select(label => (float)label)]);

    /// <summary>Padded sequences and class numbers, ready to train on.</summary>
    /// <param name="options">Length and ends, or null for the length of the longest and padding in front.</param>
    /// <returns>Inputs [samples, time], targets [samples, 1].</returns>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public TensorDataset ToDataset(PadOptions? options = null) => new(Padded(options), Targets());

    /// <summary>A part of the samples, sharing memory.</summary>
    /// <param name="start">First sample, 0 for the first.</param>
    /// <param name="count">Number of samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer samples.</exception>
    public LabelledSequences Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + count, Count);
        return new LabelledSequences([.. Sequences.Skip(start).Take(count)], [.. Labels.Skip(start).Take(count)]);
    }
}
