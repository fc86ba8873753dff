namespace Unroll.Language;

/// <summary>What <see cref="Word2Vec"/> predicts.</summary>
public enum Word2VecModel
{
    /// <summary>A word from each word around it.</summary>
    SkipGram,

    /// <summary>A word from the mean of the words around it.</summary>
    ContinuousBagOfWords,
}

/// <summary>How <see cref="Word2Vec"/> learns. Defaults are those of the authors' program.</summary>
public sealed record Word2VecOptions
{
    /// <summary>Length of a vector, at least 1. Default: 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>
    /// The most words to either side that count as context, 1 to 100. For each word a distance from 1 to this is drawn, so that near words
    /// count more. Default: 5.
    /// </summary>
    public int Window { get; init; } = 5;

    /// <summary>Noise words that each word is told apart from, 1 to 100. Default: 5.</summary>
    public int Negatives { get; init; } = 5;

    /// <summary>How often the sentences are seen, at least 1. Default: 5.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>
    /// The first learning rate, more than 0 and less than 10; it falls in a straight line to a ten-thousandth of it. Default null: 0.025, and
    /// 0.075 for bags of words.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// The share t of all words above which words are left out at random, at least 0: one that makes up a share f is kept with probability
    /// √(t / f) + t / f. Default: 1e-3; 0: all are kept.
    /// </summary>
    public double Subsampling { get; init; } = 1e-3;

    /// <summary>How often a word must occur to get a vector, at least 1. Default: 5.</summary>
    public int MinFrequency { get; init; } = 5;

    /// <summary>What is predicted. Default: skip-gram.</summary>
    public Word2VecModel Model { get; init; }

    /// <summary>The seed of everything random. The same seed gives the same vectors, bit for bit, whatever the number of threads. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Told several times a second how far it is, and at the end; null: nobody.</summary>
    public IProgress<Word2VecProgress>? Progress { get; init; }

    /// <summary>Ends the training within a moment; what was learnt so far is the result.</summary>
    public CancellationToken Cancellation { get; init; }

    internal double FirstRate => LearningRate ?? (Model == Word2VecModel.SkipGram ? 0.025 : 0.075);

    internal void Check()
    {
        var faults = new List<string>();
        if (Width is < 1 or > 1 << 16) faults.Add($"Width must be from 1 to {1 << 16}, but is {Width}");
        if (Window is < 1 or > 100) faults.Add($"Window must be from 1 to 100, but is {Window}");
        if (Negatives is < 1 or > 100) faults.Add($"Negatives must be from 1 to 100, but is {Negatives}");
        if (Epochs < 1) faults.Add($"Epochs must be at least 1, but is {Epochs}");
        if (!(FirstRate is > 0 and < 10)) faults.Add($"LearningRate must be more than 0 and less than 10, but is {LearningRate}");
        if (!(Subsampling is >= 0 and <= 1)) faults.Add($"Subsampling must be from 0 to 1, but is {Subsampling}");
        if (MinFrequency < 1) faults.Add($"MinFrequency must be at least 1, but is {MinFrequency}");
        if (faults.Count > 0) throw new OptionException($"Word2VecOptions cannot be used: {string.Join("; ", faults)}.");
    }
}

/// <summary>How far the training of word vectors is.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">How many there are.</param>
/// <param name="Share">How much of all epochs is done, 0 … 1.</param>
/// <param name="WordsPerSecond">Words of the vocabulary read a second, those left out at random among them.</param>
/// <param name="Loss">
/// Mean over the predictions of this epoch so far of -log σ(x·y) of the target and -log σ(-x·y) of the noise; one word in 64 is looked at.
/// </param>
public readonly record struct Word2VecProgress(int Epoch, int Epochs, double Share, double WordsPerSecond, double Loss);
