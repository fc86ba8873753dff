namespace Unroll;

/// <summary>Follows a training run, and may change or end it through the <see cref="TrainingRun"/> it is given.</summary>
public abstract class Callback
{
    /// <summary>Before the first epoch.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnTrainStart(TrainingRun run)
    {
    }

    /// <summary>Before each epoch.</summary>
    /// <param name="run">The run; <see cref="TrainingRun.Epoch"/> is the epoch that begins.</param>
    public virtual void OnEpochStart(TrainingRun run)
    {
    }

    /// <summary>After each step.</summary>
    /// <param name="run">The run; <see cref="TrainingRun.Figure"/> tells the epoch's mean loss and metrics so far.</param>
    public virtual void OnStepEnd(TrainingRun run)
    {
    }

    /// <summary>After the last step of each epoch, before validation.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnStepsEnd(TrainingRun run)
    {
    }

    /// <summary>After the validation of each epoch: the time for figures of one's own, which the other callbacks then may watch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="figures">The epoch's figures by name, to be added to; those of the validation part begin with <c>val_</c>.</param>
    public virtual void OnValidated(TrainingRun run, IDictionary<string, double> figures)
    {
    }

    /// <summary>After each epoch, validation included.</summary>
    /// <param name="run">The run.</param>
    /// <param name="record">The epoch's figures.</param>
    public virtual void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
    }

    /// <summary>After the last epoch, however the run ended.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnTrainEnd(TrainingRun run)
    {
    }
}

/// <summary>A callback that watches one figure of the history.</summary>
public abstract class MonitorCallback : Callback
{
    private bool largest;

    /// <summary>The figure to watch. Default: <c>val_loss</c>.</summary>
    public string Monitor { get; init; } = "val_loss";

    /// <summary>
    /// Whether large is good; null: so for accuracy, auc, f1, precision, recall, bleu, chrf and rouge, not for losses and errors.
    /// </summary>
    public bool? LargeIsGood { get; init; }

    /// <summary>By how much a figure must be better to count as better. Default: 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>The best value so far.</summary>
    protected double Best { get; private set; }

    /// <summary>Epochs since the best value.</summary>
    protected int Wait { get; set; }

    /// <inheritdoc/>
    public override void OnTrainStart(TrainingRun run)
    {
        largest = LargeIsGood ?? IsGoodWhereLarge(Monitor.StartsWith("val_", StringComparison.Ordinal) ? Monitor[4..] : Monitor);
        Best = largest ? double.NegativeInfinity : double.PositiveInfinity;
        Wait = 0;
    }

    /// <summary>Whether a figure is the better the larger it is, as far as its name tells.</summary>
    /// <param name="figure">Its name, without the mark of the validation part.</param>
    internal static bool IsGoodWhereLarge(string figure) =>
        figure is "auc" or "f1" or "precision" or "recall" or "bleu" or "chrf" ||
        figure.EndsWith("accuracy", StringComparison.Ordinal) || figure.StartsWith("rouge", StringComparison.Ordinal);

    /// <summary>Looks at the figure; whether it is better than ever before.</summary>
    /// <param name="record">The epoch's figures.</param>
    /// <exception cref="OptionException">The history has no such figure.</exception>
    protected bool Improved(EpochRecord record)
    {
        if (!record.Figures.TryGetValue(Monitor, out var value))
        {
            throw new OptionException(
                $"{GetType().Name} watches '{Monitor}', but the run has only: {string.Join(", ", record.Figures.Keys)}. " +
                (Monitor.StartsWith("val_", StringComparison.Ordinal)
                    ? "Set ValidationSplit or ValidationData, or watch another figure."
                    : "Watch one of these."),
                nameof(Monitor));
        }

        if (largest ? value - MinDelta > Best : value + MinDelta < Best)
        {
            Best = value;
            Wait = 0;
            return true;
        }

        Wait++;
        return false;
    }
}
