namespace Unroll;

/// <summary>Sets the learning rate before each epoch.</summary>
/// <param name="schedule">From the epoch (from 1) and the present rate to the rate of the epoch.</param>
public sealed class LearningRateSchedule(Func<int, float, float> schedule) : Callback
{
    /// <summary>Divides the rate by a factor every so many epochs.</summary>
    /// <param name="every">How many epochs a rate lasts.</param>
    /// <param name="factor">What the rate is multiplied by then.</param>
    public static LearningRateSchedule Step(int every, float factor = 0.1f) =>
        new((epoch, rate) => epoch > 1 && (epoch - 1) % every == 0 ? rate * factor : rate);

    /// <summary>Multiplies the rate after every epoch.</summary>
    /// <param name="factor">By how much.</param>
    public static LearningRateSchedule Exponential(float factor) => new((epoch, rate) => epoch > 1 ? rate * factor : rate);

    /// <summary>Half a cosine from the first rate down to a last one (Loshchilov and Hutter 2017).</summary>
    /// <param name="first">The rate of the first epoch.</param>
    /// <param name="epochs">Epochs of the way down.</param>
    /// <param name="last">The rate after them.</param>
    public static LearningRateSchedule Cosine(float first, int epochs, float last = 0) => new((epoch, _) =>
        (float)(last + ((first - last) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (epoch - 1.0) / epochs))))));

    /// <inheritdoc/>
    public override void OnEpochStart(TrainingRun run) =>
        run.Optimizer.LearningRate = schedule(run.Epoch, run.Optimizer.LearningRate);
}

/// <summary>Lowers the learning rate when a figure no longer gets better. Defaults are those of Keras 3.</summary>
public sealed class ReduceOnPlateau : MonitorCallback
{
    private int rest;

    /// <summary>Makes the callback with Keras 3's smallest change, 1e-4.</summary>
    public ReduceOnPlateau() => MinDelta = 1e-4;

    /// <summary>What the rate is multiplied by. Default: 0.1.</summary>
    public float Factor { get; init; } = 0.1f;

    /// <summary>How many epochs without a better figure are borne. Default: 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>Epochs after a change in which none are counted. Default: 0.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate does not fall below this. Default: 0.</summary>
    public float MinLearningRate { get; init; }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        var better = Improved(record);
        if (rest > 0)
        {
            rest--;
            Wait = 0;
        }

        if (better || Wait < Math.Max(1, Patience)) return;
        run.Optimizer.LearningRate = Math.Max(MinLearningRate, run.Optimizer.LearningRate * Factor);
        (rest, Wait) = (Cooldown, 0);
    }
}
