namespace Unroll;

/// <summary>Why a training run ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>A callback ended it, such as <see cref="EarlyStopping"/>.</summary>
    Stopped,

    /// <summary>The loss or a weight became NaN or infinite.</summary>
    NotFinite,

    /// <summary>The cancellation token asked for it. The model keeps what it had learnt.</summary>
    Cancelled,
}

/// <summary>The figures of one epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Seconds">How long it took, validation included.</param>
/// <param name="Figures">By name: <c>loss</c>, <c>accuracy</c>, <c>val_loss</c>, <c>val_accuracy</c>, <c>learning_rate</c> …</param>
public sealed record EpochRecord(int Epoch, double Seconds, IReadOnlyDictionary<string, double> Figures);

/// <summary>What happened in a training run, epoch by epoch.</summary>
public sealed class History
{
    private readonly List<EpochRecord> epochs = [];

    /// <summary>One entry for each epoch that was finished.</summary>
    public IReadOnlyList<EpochRecord> Epochs => epochs;

    /// <summary>Why the run ended.</summary>
    public StopReason StopReason { get; internal set; }

    /// <summary>In words, why it ended early; null if it did not.</summary>
    public string? StopMessage { get; internal set; }

    /// <summary>How far the run came: where it can be resumed.</summary>
    public TrainingPosition Position { get; internal set; }

    /// <summary>One figure over all epochs: <c>history["val_loss"]</c>.</summary>
    /// <param name="name">The figure's name.</param>
    /// <exception cref="KeyNotFoundException">There is no such figure; the message lists those there are.</exception>
    public IReadOnlyList<double> this[string name] => epochs.Count == 0 || epochs[0].Figures.ContainsKey(name)
        ? [.. epochs.Select(epoch => epoch.Figures[name])]
        : throw new KeyNotFoundException($"The history has no figure '{name}'. It has: {string.Join(", ", epochs[0].Figures.Keys)}.");

    /// <summary>The epoch with the smallest (or largest) value of a figure; null before the first epoch.</summary>
    /// <param name="name">The figure's name.</param>
    /// <param name="largest">Whether large is good.</param>
    public EpochRecord? Best(string name = "val_loss", bool largest = false) =>
        largest ? epochs.MaxBy(epoch => epoch.Figures[name]) : epochs.MinBy(epoch => epoch.Figures[name]);

    internal void Add(EpochRecord epoch) => epochs.Add(epoch);
}
