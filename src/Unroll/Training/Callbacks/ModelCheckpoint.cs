namespace Unroll;

/// <summary>Writes the model to a file after every epoch, or after those that were better than all before.</summary>
/// <param name="path">The file; <c>{epoch}</c> in it becomes the number of the epoch.</param>
public sealed class ModelCheckpoint(string path) : MonitorCallback
{
    /// <summary>
    /// Whether only better epochs are written. Default: false. Ignored figures: see <see
    /// cref="MonitorCallback.Monitor"/>.
    /// </summary>
    public bool SaveBestOnly { get; init; }

    /// <summary>Whether the optimizer's state is written as well, so that training can be resumed. Default: true.</summary>
    public bool WithOptimizer { get; init; } = true;

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        if (SaveBestOnly && !Improved(record)) return;
        var file = path.Replace("{epoch}", record.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        run.Model.Save(file, new() { WithOptimizer = WithOptimizer });
    }
}
