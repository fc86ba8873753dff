namespace Unroll.Cli.Drawing;

/// <summary>The lines that tell of a training run as it goes.</summary>
internal static class EpochLine
{
    private const string Gap = "  ";
    private const string LearningRate = "learning_rate";

    /// <summary>A finished epoch: <c>epoch 3/30  0.21 s  loss 0.4921  val_loss 0.5143</c>.</summary>
    /// <param name="record">The epoch.</param>
    /// <param name="epochs">The epoch to end with.</param>
    /// <param name="learningRate">The learning rate told before; a new one is told, the same is not told again.</param>
    public static string Finished(EpochRecord record, int epochs, double learningRate)
    {
        var figures = record.Figures.Where(figure => figure.Key != LearningRate || figure.Value != learningRate);
        return string.Join(
            Gap,
            [$"epoch {record.Epoch}/{epochs}", NumberText.Duration(record.Seconds), .. figures.Select(f => Figure(f.Key, f.Value))]);
    }

    /// <summary>Why a run ended before its last epoch; null if it did not.</summary>
    /// <param name="history">The run's history.</param>
    /// <param name="epochs">The epoch it was to end with.</param>
    public static string? Stopped(History history, int epochs)
    {
        if (history.StopReason == StopReason.Completed) return null;
        var why = history.StopMessage ?? history.StopReason switch
        {
            StopReason.NotFinite => "the loss or a weight became NaN or infinite",
            StopReason.Cancelled => "cancelled",
            _ => "a callback ended the run",
        };
        var last = history.Epochs.Count == 0 ? "before the end of the first epoch" : $"after epoch {history.Epochs[^1].Epoch} of {epochs}";
        return $"stopped {last}: {why}";
    }

    /// <summary>A figure and its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public static string Figure(string name, double value) => $"{name} {NumberText.Figure(value)}";

    /// <summary>An epoch under way, in as many words as there is room for; the most important come first.</summary>
    /// <param name="progress">Where it stands.</param>
    /// <param name="bar">What stands for the share that is done: a bar, or words.</param>
    /// <param name="room">Characters that the line may have.</param>
    public static string UnderWay(EpochProgress progress, string bar, int room)
    {
        string[] parts =
        [
            bar,
            .. progress.Figures,
            double.IsFinite(progress.SamplesPerSecond) ? $"{NumberText.Rate(progress.SamplesPerSecond)} samples/s" : "",
            $"{NumberText.Clock(progress.SecondsLeft)} left",
        ];
        var line = $"epoch {progress.Epoch}/{progress.Epochs}";
        foreach (var part in parts)
        {
            if (part.Length > 0 && line.Length + Gap.Length + part.Length <= room) line += Gap + part;
        }

        return line.Length <= room ? line : line[..Math.Max(0, room)];
    }
}

/// <summary>Where an epoch stands.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Epochs">The epoch to end with.</param>
/// <param name="Figures">Loss and metrics so far, in words.</param>
internal sealed record EpochProgress(int Epoch, int Epochs, IReadOnlyList<string> Figures)
{
    /// <summary>Samples of this epoch so far, by its seconds so far.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Seconds that the whole run will go on for, by its epochs so far.</summary>
    public required double SecondsLeft { get; init; }
}
