using Unroll.Data;

namespace Unroll;

/// <summary>How <see cref="Model.Fit(Tensor, Tensor, FitOptions?)"/> trains. Defaults are those of Keras 3.</summary>
public sealed record FitOptions
{
    /// <summary>The epoch to end with: how often all samples are seen, at least 1. Default: 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>The number of epochs already run, when a run is resumed. Default: 0.</summary>
    public int InitialEpoch { get; init; }

    /// <summary>
    /// The number of steps already run of the epoch that comes first, when a run is resumed in the middle of one: it goes on as if it
    /// had not been interrupted, the figures of that epoch being those of its other steps. Default: 0.
    /// </summary>
    public int InitialStep { get; init; }

    /// <summary>Samples in one step, at least 1. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Share of the samples held out to validate with, in [0, 1): the last ones, taken before shuffling. Default: 0.
    /// Ignored when <see cref="ValidationData"/> is given.
    /// </summary>
    public double ValidationSplit { get; init; }

    /// <summary>Samples to validate with after each epoch; null: none, or the split.</summary>
    public Dataset? ValidationData { get; init; }

    /// <summary>Whether the samples come in a new order in each epoch. Default: true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Steps of time after which gradients go no further back (truncated backpropagation through time): each batch of
    /// sequences is cut into parts of so many steps, the weights change after each part, and the next part starts from the
    /// states that this one ended with. Targets must have a time axis, too. Default: 0, whole sequences.
    /// </summary>
    public int TbpttSteps { get; init; }

    /// <summary>
    /// Steps whose gradients are averaged before the weights change, at least 1: as if batches were so many times as large, in the
    /// memory of one. The last steps of an epoch make a group of their own. Default: 1.
    /// </summary>
    public int AccumulateSteps { get; init; } = 1;

    /// <summary>
    /// Whether each step looks for numbers that are NaN or infinite, in inputs, weights, outputs and gradients. The run then ends
    /// before the weights change, with <see cref="StopReason.NotFinite"/>, and <see cref="History.StopMessage"/> names the layer
    /// and the place. Default: false, since it takes time.
    /// </summary>
    public bool CheckNumbers { get; init; }

    /// <summary>
    /// How much each sample counts, [samples] or [samples, time]; null: all alike. Ignored for data sets, which bring
    /// their own.
    /// </summary>
    public Tensor? SampleWeights { get; init; }

    /// <summary>How much each class counts, by class number; null: all alike. Targets must be class numbers or one-hot.</summary>
    public IReadOnlyDictionary<int, float>? ClassWeights { get; init; }

    /// <summary>Follow the run and may end it or change it; called in this order.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>
    /// The seed of everything random in the run: order of samples, dropout, and the first weights if the model is not
    /// built yet. The same seed gives the same model, bit for bit, whatever the number of threads. Default: 0.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>Told of every step; null: nobody.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Ends the run after the present step; <see cref="History.StopReason"/> says so, and the model keeps what it learnt.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (Epochs < 1) faults.Add($"Epochs must be at least 1, but is {Epochs}");
        if (InitialEpoch < 0) faults.Add($"InitialEpoch must be 0 or more, but is {InitialEpoch}");
        if (InitialStep < 0) faults.Add($"InitialStep must be 0 or more, but is {InitialStep}");
        if (AccumulateSteps < 1) faults.Add($"AccumulateSteps must be at least 1, but is {AccumulateSteps}");
        if (AccumulateSteps > 1 && TbpttSteps > 0) faults.Add("AccumulateSteps and TbpttSteps cannot be used together");
        if (BatchSize < 1) faults.Add($"BatchSize must be at least 1, but is {BatchSize}");
        if (TbpttSteps < 0) faults.Add($"TbpttSteps must be 0 (whole sequences) or more, but is {TbpttSteps}");
        if (ValidationSplit is not (>= 0 and < 1)) faults.Add($"ValidationSplit must be in [0, 1), but is {ValidationSplit}");
        if (faults.Count > 0) throw new OptionException($"Fit: {string.Join("; ", faults)}.");
    }
}

/// <summary>Where a training run stands.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">The epoch to end with.</param>
/// <param name="Step">Number of the step within the epoch, from 1.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Samples">Samples seen in this epoch.</param>
/// <param name="Elapsed">Time since the epoch began.</param>
/// <param name="Loss">The mean loss of this epoch so far.</param>
public readonly record struct TrainingProgress(int Epoch, int Epochs, int Step, int Steps, int Samples, TimeSpan Elapsed, double Loss);
