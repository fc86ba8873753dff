namespace Unroll.Language;

/// <summary>
/// Draws words with probabilities that follow the power 3/4 of how often they occur (Mikolov et al. 2013, section 2.2), in the same time
/// for any number of words: by alias tables (Walker 1977; Vose 1991), where each place of a row of equal places is shared by two words.
/// </summary>
internal sealed class NoiseWords
{
    private const double Power = 0.75;

    private readonly uint[] thresholds; // a draw below it is the word of the place, else its alias
    private readonly int[] aliases;

    /// <param name="counts">How often each word occurs.</param>
    public NoiseWords(ReadOnlySpan<long> counts)
    {
        var (shares, sum) = (new double[counts.Length], 0.0);
        for (var word = 0; word < shares.Length; word++) sum += shares[word] = Math.Pow(counts[word], Power);
        Largest = shares.Max() / sum;
        for (var word = 0; word < shares.Length; word++) shares[word] *= shares.Length / sum; // 1: exactly a place
        (thresholds, aliases) = (new uint[shares.Length], new int[shares.Length]);
        var (small, large) = (new Stack<int>(), new Stack<int>());
        for (var word = shares.Length - 1; word >= 0; word--) (shares[word] < 1 ? small : large).Push(word);
        while (small.Count > 0 && large.Count > 0)
        {
            var (word, giver) = (small.Pop(), large.Pop());
            (thresholds[word], aliases[word]) = ((uint)(shares[word] * 4294967296.0), giver);
            shares[giver] -= 1 - shares[word];
            (shares[giver] < 1 ? small : large).Push(giver);
        }

        foreach (var word in small.Concat(large)) (thresholds[word], aliases[word]) = (uint.MaxValue, word);
    }

    /// <summary>The largest probability of a word.</summary>
    public double Largest { get; }

    /// <summary>A word.</summary>
    public int Draw(ref Rng random)
    {
        var place = random.NextInt32(thresholds.Length);
        return random.NextUInt32() < thresholds[place] ? place : aliases[place];
    }
}
