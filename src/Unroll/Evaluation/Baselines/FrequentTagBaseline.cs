using System.Runtime.InteropServices;

namespace Unroll.Evaluation;

/// <summary>
/// The tagger that ignores what stands around a word: the tag that the word had most often in training, and for unknown words that which
/// words had most often that were seen once.
/// </summary>
public sealed class FrequentTagBaseline
{
    private readonly Dictionary<string, Dictionary<string, int>> counts = new(StringComparer.Ordinal);

    private FrequentTagBaseline(IEnumerable<(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)> sentences)
    {
        foreach (var (words, tags) in sentences)
        {
            for (var i = 0; i < words.Count; i++)
            {
                ref var ofWord = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, words[i], out _);
                ofWord ??= new Dictionary<string, int>(StringComparer.Ordinal);
                CollectionsMarshal.GetValueRefOrAddDefault(ofWord, tags[i], out _)++;
            }
        }

        if (counts.Count == 0) throw new ShapeException("There are no tagged words. Give at least one.");
        Unknown = counts.Values.Where(tags => tags.Values.Sum() == 1).SelectMany(tags => tags.Keys).CountBy(tag => tag).ToDictionary(StringComparer.Ordinal);
        if (Unknown.Count == 0)
            Unknown = counts.Values.SelectMany(tags => tags).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
    }

    /// <summary>What the baseline is called in tables.</summary>
    public string Name { get; } = "most frequent tag";

    /// <summary>How often each tag stood at words that were seen once.</summary>
    internal IReadOnlyDictionary<string, int> Unknown { get; }

    /// <summary>Counts the tags of words.</summary>
    /// <param name="sentences">Training sentences, a tag for each word.</param>
    /// <exception cref="ShapeException">There are no words.</exception>
    public static FrequentTagBaseline Fit(IEnumerable<(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)> sentences) => new(sentences);

    /// <summary>The tag of each word.</summary>
    /// <param name="words">The words of a sentence.</param>
    public string[] Tag(IReadOnlyList<string> words) => [.. words.Select(word => Of(word).MaxBy(pair => pair.Value).Key)];

    /// <summary>How often a word had each tag; of an unknown one, those of words seen once.</summary>
    internal IReadOnlyDictionary<string, int> Of(string word) => counts.TryGetValue(word, out var tags) ? tags : Unknown;

}
