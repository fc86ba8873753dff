using System.Globalization;

namespace Unroll;

/// <summary>Writes the model to a file after every epoch, or after those that were better than all before.</summary>
/// <remarks>
/// A file that holds the optimizer's state, too, holds all that a run needs to go on from there:
/// <code>
/// var loaded = ModelFile.Load("checkpoint.safetensors");
/// loaded.Model.Fit(x, y, options with { InitialEpoch = loaded.Position.Epochs, InitialStep = loaded.Position.Steps });
/// </code>
/// What callbacks remember is not in it: one that watches a figure begins anew.
/// </remarks>
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

    /// <summary>
    /// After how many steps the model is written within an epoch as well, for runs that may be interrupted; 0: never. Default: 0. Ignored
    /// with <see cref="SaveBestOnly"/>.
    /// </summary>
    public int EverySteps { get; init; }

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run)
    {
        if (EverySteps > 0 && !SaveBestOnly && run.Step % EverySteps == 0 && run.Step < run.Steps) Save(run, run.Epoch);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        if (SaveBestOnly && !Improved(record)) return;
        Save(run, record.Epoch);
    }

    private void Save(TrainingRun run, int epoch)
    {
        var file = path.Replace("{epoch}", epoch.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        run.Model.Save(file, new() { WithOptimizer = WithOptimizer, Position = run.Position });
    }
}
