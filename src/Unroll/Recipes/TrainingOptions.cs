using System.Text.Json.Serialization;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>How a recipe trains: the words of <see cref="Model.Compile"/> and <see cref="FitOptions"/> in a file.</summary>
public sealed record TrainingOptions
{
    /// <summary>What changes the weights. Default: RMSprop.</summary>
    [JsonConverter(typeof(OptimizerConverter))]
    public Optimizer Optimizer { get; init; } = new RmsProp();

    /// <summary>What is made small. Default: the mean squared error.</summary>
    [JsonConverter(typeof(LossConverter))]
    public Loss Loss { get; init; } = Loss.MeanSquaredError;

    /// <summary>What else is told after each epoch. Default: nothing.</summary>
    [JsonConverter(typeof(MetricListConverter))]
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>How often all samples are seen, at least 1. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Samples in one step, at least 1. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Steps whose gradients are averaged before the weights change, at least 1. Default: 1.</summary>
    public int AccumulateSteps { get; init; } = 1;

    /// <summary>Share of the training samples held out to validate with: the last ones. Default: 0.</summary>
    public double ValidationSplit { get; init; }

    /// <summary>Whether the samples come in a new order in each epoch. Default: true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether each step looks for numbers that are NaN or infinite, and the run ends by naming the first. Default: false.</summary>
    public bool CheckNumbers { get; init; }

    /// <summary>When to end before the last epoch; null: never.</summary>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>When to lower the learning rate; null: never.</summary>
    public ReduceOnPlateauOptions? ReduceOnPlateau { get; init; }

    /// <summary>When the mean of the weights over steps takes their place; null: never.</summary>
    public WeightAverageOptions? WeightAverage { get; init; }

    /// <summary>The rate that the learning rate falls to along half a cosine over all epochs; null: it stays.</summary>
    public float? CosineTo { get; init; }

    /// <summary>The callbacks that these options ask for, new ones.</summary>
    internal IEnumerable<Callback> Callbacks()
    {
        yield return new StopOnNaN();
        if (CosineTo is { } last) yield return LearningRateSchedule.Cosine(Optimizer.LearningRate, Epochs, last);
        if (WeightAverage is { } average)
        {
            yield return new WeightAverage
            { Monitor = average.Monitor, Patience = average.Patience, Start = average.Start, Decay = average.Decay };
        }

        if (ReduceOnPlateau is { } plateau)
        {
            yield return new ReduceOnPlateau
            { Monitor = plateau.Monitor, Factor = plateau.Factor, Patience = plateau.Patience, MinLearningRate = plateau.MinLearningRate };
        }

        if (EarlyStopping is { } early)
        {
            yield return new EarlyStopping
            { Monitor = early.Monitor, Patience = early.Patience, MinDelta = early.MinDelta, RestoreBestWeights = early.RestoreBestWeights };
        }
    }
}

/// <summary>The options of <see cref="EarlyStopping"/> in a recipe.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>The figure to watch. Default: <c>val_loss</c>.</summary>
    public string Monitor { get; init; } = "val_loss";

    /// <summary>How many epochs without a better figure are borne. Default: 0.</summary>
    public int Patience { get; init; }

    /// <summary>By how much a figure must be better to count. Default: 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether the model goes back to its best epoch. Default: false.</summary>
    public bool RestoreBestWeights { get; init; }
}

/// <summary>The options of <see cref="Unroll.ReduceOnPlateau"/> in a recipe.</summary>
public sealed record ReduceOnPlateauOptions
{
    /// <summary>The figure to watch. Default: <c>val_loss</c>.</summary>
    public string Monitor { get; init; } = "val_loss";

    /// <summary>What the rate is multiplied by. Default: 0.1.</summary>
    public float Factor { get; init; } = 0.1f;

    /// <summary>How many epochs without a better figure are borne. Default: 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The rate does not fall below this. Default: 0.</summary>
    public float MinLearningRate { get; init; }
}

/// <summary>The options of <see cref="Unroll.WeightAverage"/> in a recipe.</summary>
public sealed record WeightAverageOptions
{
    /// <summary>The figure to watch. Default: <c>val_loss</c>.</summary>
    public string Monitor { get; init; } = "val_loss";

    /// <summary>How many epochs without a better figure begin the average. Default: 5. Ignored with a start.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>The epoch before which the average begins; null: the patience decides.</summary>
    public int? Start { get; init; }

    /// <summary>Share of the average that each step keeps; 0: the plain mean of all steps. Default: 0.</summary>
    public float Decay { get; init; }
}
