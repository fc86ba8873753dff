using System.Numerics.Tensors;

namespace Unroll;

/// <summary>
/// Judges and keeps the mean of the weights over the steps of training instead of the last ones: averaged stochastic gradient
/// descent (Polyak and Juditsky 1992), begun when a figure no longer gets better (Merity, Keskar and Socher 2018, "NT-ASGD"), or
/// an exponential average.
/// </summary>
/// <remarks>
/// Training itself goes on from its own weights. The average stands in the model while it is validated, when other callbacks look
/// at the end of an epoch, and after the run; give it before callbacks that keep weights.
/// <code>Callbacks = [new WeightAverage { Patience = 5 }, new EarlyStopping { Patience = 10, RestoreBestWeights = true }]</code>
/// </remarks>
public sealed class WeightAverage : MonitorCallback
{
    private float[][]? average;
    private float[][]? own; // the weights of the training, while the average stands in the model
    private long count;

    /// <summary>The epoch before which the average begins; null: <see cref="Patience"/> decides. Default: null.</summary>
    public int? Start { get; init; }

    /// <summary>How many epochs without a better figure begin the average. Default: 5. Ignored with <see cref="Start"/>.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Share of the average that each step keeps, in [0, 1), such as 0.999; 0: the plain mean of all steps. Default: 0.</summary>
    public float Decay { get; init; }

    /// <summary>Whether the average has begun.</summary>
    public bool IsActive => average is not null;

    /// <inheritdoc/>
    public override void OnTrainStart(TrainingRun run)
    {
        base.OnTrainStart(run);
        (average, own, count) = (null, null, 0);
        if (Decay is not (>= 0 and < 1)) throw new OptionException($"WeightAverage: Decay must be in [0, 1), but is {Decay}.", nameof(Decay));
    }

    /// <inheritdoc/>
    public override void OnEpochStart(TrainingRun run)
    {
        GiveBack(run);
        if (!IsActive && Start is { } start && run.Epoch >= start) Begin(run);
    }

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run)
    {
        if (average is null) return;
        count++;
        var share = Decay > 0 ? Math.Max(1 - Decay, 1f / count) : 1f / count;
        for (var i = 0; i < average.Length; i++)
        {
            ReadOnlySpan<float> weights = run.Model.Parameters[i].Value.Data;
            TensorPrimitives.Lerp(average[i], weights, share, average[i]);
        }
    }

    /// <inheritdoc/>
    public override void OnStepsEnd(TrainingRun run) => PutIn(run);

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        if (IsActive || Start is not null || Improved(record) || Wait < Math.Max(1, Patience)) return;
        Begin(run);
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingRun run)
    {
        PutIn(run);
        own = null;
    }

    private void Begin(TrainingRun run)
    {
        average = [.. run.Model.Parameters.Select(parameter => parameter.Value.ToArray())];
        count = 0;
    }

    /// <summary>Puts the average into the model, unless it stands there, or no step has gone into it.</summary>
    private void PutIn(TrainingRun run)
    {
        if (average is null || own is not null || count == 0) return;
        own = [.. run.Model.Parameters.Select(parameter => parameter.Value.ToArray())];
        Copy(average, run);
    }

    private void GiveBack(TrainingRun run)
    {
        if (own is not null) Copy(own, run);
        own = null;
    }

    private static void Copy(float[][] weights, TrainingRun run)
    {
        for (var i = 0; i < weights.Length; i++) weights[i].CopyTo(run.Model.Parameters[i].Value.Values);
    }
}
