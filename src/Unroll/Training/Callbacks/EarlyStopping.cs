namespace Unroll;

/// <summary>Ends training when a figure no longer gets better. Defaults are those of Keras 3.</summary>
public sealed class EarlyStopping : MonitorCallback
{
    private float[][]? bestWeights;

    /// <summary>How many epochs without a better figure are borne. Default: 0, the first one ends the run.</summary>
    public int Patience { get; init; }

    /// <summary>Whether the model goes back to the weights of its best epoch, however the run ends. Default: false.</summary>
    public bool RestoreBestWeights { get; init; }

    /// <summary>The epoch with the best figure; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainStart(TrainingRun run)
    {
        base.OnTrainStart(run);
        (bestWeights, BestEpoch) = (null, 0);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        if (Improved(record))
        {
            BestEpoch = record.Epoch;
            if (RestoreBestWeights) bestWeights = [.. run.Model.Parameters.Select(parameter => parameter.Value.ToArray())];
        }
        else if (Wait >= Math.Max(1, Patience))
        {
            run.Stop($"{Monitor} was best in epoch {BestEpoch}, and not better in {Wait} since");
        }
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingRun run)
    {
        if (bestWeights is null) return;
        foreach (var (parameter, values) in run.Model.Parameters.Zip(bestWeights)) values.CopyTo(parameter.Value.Values);
    }
}
