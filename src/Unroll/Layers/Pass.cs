namespace Unroll;

/// <summary>How a model is being run: for training, with dropout, or for inference.</summary>
/// <param name="Training">Whether dropout and the like are active.</param>
/// <param name="Random">The source of this step's random draws; each layer derives a stream of its own by name.</param>
public readonly record struct Pass(bool Training, Rng Random)
{
    /// <summary>Inference: nothing random, nothing kept.</summary>
    public static Pass Inference => default;

    /// <summary>
    /// Where recurrent layers take the state from which they start, and leave the one they end with; null: each sequence
    /// starts anew.
    /// </summary>
    public ModelState? State { get; init; }

    /// <summary>
    /// Whether every layer looks for numbers that are NaN or infinite, in its weights, input and output; the first is told with
    /// its layer and place. Padding may hold anything. Default: false, since it takes time.
    /// </summary>
    public bool CheckNumbers { get; init; }

    /// <summary>
    /// Whether a layer that forecasts step by step draws each value from its distribution, feeds it to the next step and puts it
    /// out: a sample path. <see cref="Random"/> decides which. Default: false.
    /// </summary>
    public bool Sampling { get; init; }

    /// <summary>
    /// What the model should say, where that is known: training and evaluation give it to layers that score targets rather than
    /// say all that might come. Default: null.
    /// </summary>
    public Tensor? Targets { get; init; }

    /// <summary>Who looks on; null: nobody.</summary>
    internal Observer? Observer { get; init; }
}
