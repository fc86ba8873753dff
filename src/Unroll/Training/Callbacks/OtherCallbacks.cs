namespace Unroll;

/// <summary>Writes the figures of each epoch as a line of a CSV file.</summary>
/// <param name="path">The file; an older one is replaced, unless the run is resumed.</param>
public sealed class CsvLog(string path) : Callback
{
    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        var isNew = run.History.Epochs.Count <= 1 && run.InitialEpoch == 0;
        using var writer = new StreamWriter(path, append: !isNew);
        if (isNew) writer.WriteLine(HistoryCsv.Header(record));
        writer.WriteLine(HistoryCsv.Line(record));
    }
}

/// <summary>Ends the run when the loss becomes NaN or infinite.</summary>
public sealed class StopOnNaN : Callback
{
    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run)
    {
        if (!double.IsFinite(run.Figure("loss")))
            run.Stop($"the loss became {run.Figure("loss")} in step {run.Step} of epoch {run.Epoch}", StopReason.NotFinite);
    }
}

/// <summary>A callback made of functions.</summary>
public sealed class LambdaCallback : Callback
{
    /// <summary>Called before the first epoch.</summary>
    public Action<TrainingRun>? TrainStart { get; init; }

    /// <summary>Called before each epoch.</summary>
    public Action<TrainingRun>? EpochStart { get; init; }

    /// <summary>Called after each step.</summary>
    public Action<TrainingRun>? StepEnd { get; init; }

    /// <summary>Called after the validation of each epoch, with the figures to add to.</summary>
    public Action<TrainingRun, IDictionary<string, double>>? Validated { get; init; }

    /// <summary>Called after each epoch.</summary>
    public Action<TrainingRun, EpochRecord>? EpochEnd { get; init; }

    /// <summary>Called after the last epoch.</summary>
    public Action<TrainingRun>? TrainEnd { get; init; }

    /// <inheritdoc/>
    public override void OnTrainStart(TrainingRun run) => TrainStart?.Invoke(run);

    /// <inheritdoc/>
    public override void OnEpochStart(TrainingRun run) => EpochStart?.Invoke(run);

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run) => StepEnd?.Invoke(run);

    /// <inheritdoc/>
    public override void OnValidated(TrainingRun run, IDictionary<string, double> figures) => Validated?.Invoke(run, figures);

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record) => EpochEnd?.Invoke(run, record);

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingRun run) => TrainEnd?.Invoke(run);
}
