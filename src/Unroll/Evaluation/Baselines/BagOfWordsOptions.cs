namespace Unroll.Evaluation;

/// <summary>How a <see cref="BagOfWordsClassifier"/> learns.</summary>
public sealed record BagOfWordsOptions
{
    /// <summary>Length of the vectors, at least 1. Default: 16.</summary>
    public int Units { get; init; } = 16;

    /// <summary>Words of the longest run that has a vector of its own: 1 for words alone, 2 for pairs, too. Default: 2.</summary>
    public int WordNGrams { get; init; } = 2;

    /// <summary>
    /// Letters of the longest part of a word that has a vector of its own (Bojanowski et al. 2017); 0: words are not taken apart.
    /// Default null: 3 where most letters are Hangul, whose words carry their endings, or words are not parted by blanks, else 0.
    /// </summary>
    public int? CharacterNGrams { get; init; }

    /// <summary>Vectors at most, a power of two: what has the same hash shares one. Default: 2^20.</summary>
    public int Buckets { get; init; } = 1 << 20;

    /// <summary>How often all texts are seen; null: 5 times, and more often where there are few of them. Default: null.</summary>
    public int? Epochs { get; init; }

    /// <summary>Size of the first step, more than 0; it falls to nothing along a line. Default: 0.5.</summary>
    public float LearningRate { get; init; } = 0.5f;

    /// <summary>Seed of the first vectors and of the order of texts. Default: 0.</summary>
    public ulong Seed { get; init; }

    internal void Check()
    {
        var faults = new List<string>();
        if (Units < 1) faults.Add($"Units must be at least 1, but is {Units}");
        if (WordNGrams < 1) faults.Add($"WordNGrams must be at least 1, but is {WordNGrams}");
        if (CharacterNGrams < 0) faults.Add($"CharacterNGrams must be 0 (none) or more, but is {CharacterNGrams}");
        if (Buckets < 1 || !int.IsPow2(Buckets)) faults.Add($"Buckets must be a power of two, but is {Buckets}");
        if (Epochs < 1) faults.Add($"Epochs must be at least 1, but is {Epochs}");
        if (LearningRate is not (> 0 and < float.PositiveInfinity)) faults.Add($"LearningRate must be more than 0, but is {LearningRate}");
        if (faults.Count > 0) throw new OptionException($"BagOfWordsOptions cannot be used: {string.Join("; ", faults)}.");
    }
}
