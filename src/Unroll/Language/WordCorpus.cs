using System.Runtime.InteropServices;
using Unroll.Data;

namespace Unroll.Language;

/// <summary>
/// Sentences as numbers of their words, the most frequent word first. What fits is kept after the first reading; longer texts are read
/// anew for each epoch.
/// </summary>
internal sealed class WordCorpus
{
    private const int Break = -1; // ends a sentence
    private const int Unknown = -2;

    private readonly IEnumerable<IReadOnlyList<string>> sentences;
    private readonly List<int>? kept;
    private Dictionary<string, int>? numbers;

    /// <summary>Reads all sentences once.</summary>
    /// <param name="sentences">Tokenized sentences.</param>
    /// <param name="minFrequency">How often a word must occur to be counted in.</param>
    /// <param name="mostKept">Words and ends of sentences that are kept in memory at most.</param>
    /// <exception cref="DataException">Fewer than two words occur often enough.</exception>
    public WordCorpus(IEnumerable<IReadOnlyList<string>> sentences, int minFrequency, int mostKept = 100_000_000)
    {
        this.sentences = sentences;
        kept = [];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new List<long>();
        foreach (var sentence in sentences)
        {
            foreach (var word in sentence)
            {
                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, word, out var isKnown);
                if (!isKnown)
                {
                    place = counts.Count;
                    counts.Add(0);
                }

                CollectionsMarshal.AsSpan(counts)[place]++;
                kept?.Add(place);
            }

            kept?.Add(Break);
            if (kept?.Count > mostKept) kept = null;
        }

        int[] order = [.. Enumerable.Range(0, counts.Count).Where(place => counts[place] >= minFrequency).OrderByDescending(place => counts[place])];
        if (order.Length < 2)
        {
            throw new DataException(
                $"{(order.Length == 0 ? "No word occurs" : "Only one word occurs")} at least {minFrequency} times in the sentences. " +
                "Give more text, or a smaller MinFrequency.");
        }

        string[] words = [.. places.Keys]; // in the order of their places: nothing was ever removed
        Words = [.. order.Select(place => words[place])];
        Counts = [.. order.Select(place => counts[place])];
        Total = Counts.Sum();
        if (kept is not null) Number(CollectionsMarshal.AsSpan(kept), order, counts.Count);
    }

    /// <summary>The words, the most frequent first; of two that occur equally often the one seen first.</summary>
    public string[] Words { get; }

    /// <summary>How often each occurs.</summary>
    public long[] Counts { get; }

    /// <summary>How often all together occur.</summary>
    public long Total { get; }

    /// <summary>Whether the numbers are in memory.</summary>
    public bool IsKept => kept is not null;

    /// <summary>All sentences, without words that have no number; cut into pieces where they are longer than a limit.</summary>
    public IEnumerable<ReadOnlyMemory<int>> Sentences(int longest)
    {
        var piece = new int[longest];
        var length = 0;
        foreach (var word in Numbers())
        {
            if (word >= 0) piece[length++] = word;
            if (length == 0 || (word != Break && length < longest)) continue;
            yield return piece.AsMemory(0, length);
            length = 0;
        }
    }

    private IEnumerable<int> Numbers()
    {
        if (kept is not null)
        {
            foreach (var word in kept) yield return word;
            yield break;
        }

        if (numbers is null)
        {
            numbers = new Dictionary<string, int>(Words.Length, StringComparer.Ordinal);
            for (var word = 0; word < Words.Length; word++) numbers.Add(Words[word], word);
        }

        foreach (var sentence in sentences)
        {
            foreach (var word in sentence) yield return numbers.GetValueOrDefault(word, Unknown);
            yield return Break;
        }
    }

    /// <summary>From places in the order of the first reading to numbers by frequency.</summary>
    private static void Number(Span<int> words, int[] order, int count)
    {
        var byPlace = new int[count];
        Array.Fill(byPlace, Unknown);
        for (var word = 0; word < order.Length; word++) byPlace[order[word]] = word;
        foreach (ref var word in words)
        {
            if (word != Break) word = byPlace[word];
        }
    }
}
