using System.Runtime.InteropServices;

namespace Unroll.Data.Text;

/// <summary>
/// Turns text into ids of words and back, over an index of words ranked by how often they occur.
/// </summary>
/// <remarks>
/// Words are what stands between blanks after every ASCII punctuation mark except the apostrophe, and every tab and
/// line break, has become a blank and ASCII letters are in lower case. Ids: 0 padding, 1 start of text, 2 unknown
/// word, 3 unused, then rank + 3 (4 for the most frequent word); see <see cref="KerasTokenizerOptions"/>.
/// <code>
/// var tokenizer = KerasTokenizer.Fit(texts, new KerasTokenizerOptions { NumWords = 10_000 });
/// var ids = tokenizer.Encode("A fine film.");
/// </code>
/// </remarks>
public sealed class KerasTokenizer
{
    private readonly Dictionary<string, int> ranks;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Dictionary<int, string> words;

    /// <summary>Makes a tokenizer from an index of words.</summary>
    /// <param name="ranks">Word to rank: 1 for the most frequent word. Words in lower case.</param>
    /// <param name="options">Ids, or null for the defaults.</param>
    /// <exception cref="DataException">A rank is below 1, or two words have the same rank.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public KerasTokenizer(IReadOnlyDictionary<string, int> ranks, KerasTokenizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        Options = options ?? new KerasTokenizerOptions();
        Options.Check();
        this.ranks = new Dictionary<string, int>(ranks, StringComparer.Ordinal);
        lookup = this.ranks.GetAlternateLookup<ReadOnlySpan<char>>();
        words = new Dictionary<int, string>(this.ranks.Count);
        foreach (var (word, rank) in this.ranks)
        {
            if (rank < 1) throw new DataException($"The word '{DataException.Shown(word)}' has rank {rank}. Ranks start at 1.");
            if (words.TryAdd(rank, word)) continue;
            throw new DataException(
                $"The words '{DataException.Shown(words[rank])}' and '{DataException.Shown(word)}' both have rank " +
                $"{rank}. Give each its own.");
        }
    }

    /// <summary>The ids in use.</summary>
    public KerasTokenizerOptions Options { get; }

    /// <summary>Word to rank: 1 for the most frequent word.</summary>
    public IReadOnlyDictionary<string, int> WordIndex => ranks;

    /// <summary>
    /// One more than the largest id that <see cref="Encode"/> can give: the size that an embedding needs.
    /// </summary>
    public int VocabularySize
    {
        get
        {
            var all = Math.Max(Options.IndexFrom, Options.UnknownId) + 1L + (words.Count == 0 ? 0 : words.Keys.Max());
            return (int)Math.Min(all, Options.NumWords ?? int.MaxValue);
        }
    }

    /// <summary>
    /// Ranks the words of texts by how often they occur; of two that occur equally often, the first seen ranks first.
    /// </summary>
    /// <param name="texts">Training texts.</param>
    /// <param name="options">Ids, or null for the defaults.</param>
    /// <returns>A tokenizer that knows every word of the texts.</returns>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static KerasTokenizer Fit(IEnumerable<string> texts, KerasTokenizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            var clean = Clean(text);
            foreach (var range in clean.AsSpan().Split(' '))
            {
                var word = clean.AsSpan(range);
                if (word.Length > 0) CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out _)++;
            }
        }

        // A dictionary without removals enumerates in the order of insertion, and OrderByDescending is stable.
        var ranked = counts.OrderByDescending(pair => pair.Value).Select((pair, place) => (pair.Key, Rank: place + 1));
        return new KerasTokenizer(ranked.ToDictionary(pair => pair.Key, pair => pair.Rank, StringComparer.Ordinal), options);
    }

    /// <summary>A text's words: lower case, without punctuation.</summary>
    /// <param name="text">Any text.</param>
    public static string[] Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Turns a text into ids.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The start id, if there is one, then one id for each word.</returns>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = Clean(text);
        var ids = new List<int>((text.Length / 5) + 1);
        if (Options.StartId is { } start) ids.Add(start);
        foreach (var range in clean.AsSpan().Split(' '))
        {
            var word = clean.AsSpan(range);
            if (word.Length == 0) continue;
            if (lookup.TryGetValue(word, out var rank)) ids.Add(IdOf(rank));
            else if (!Options.DropUnknown) ids.Add(Options.UnknownId);
        }

        return [.. ids];
    }

    /// <summary>Turns ids into text: padding and the start id leave no trace, ids without a word become "?".</summary>
    /// <param name="ids">Ids as <see cref="Encode"/> gives them, padded or not.</param>
    /// <returns>Words with a blank between them.</returns>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var shown = ids
            .Where(id => id != KerasTokenizerOptions.PaddingId && id != Options.StartId)
            .Select(id => id != Options.UnknownId && words.TryGetValue(id - Options.IndexFrom, out var word) ? word : "?");
        return string.Join(' ', shown);
    }

    private int IdOf(int rank)
    {
        var id = rank + (long)Options.IndexFrom;
        return id < (Options.NumWords ?? int.MaxValue) ? (int)id : Options.UnknownId;
    }

    /// <summary>
    /// The text with blanks for punctuation and ASCII capitals lowered; other letters stay as they are.
    /// </summary>
    private static string Clean(string text) => string.Create(text.Length, text, static (clean, text) =>
    {
        for (var i = 0; i < clean.Length; i++)
        {
            var letter = text[i];
            if (char.IsAsciiLetterUpper(letter)) clean[i] = (char)(letter | 0x20);
            else clean[i] = IsSeparator(letter) ? ' ' : letter;
        }
    });

    private static bool IsSeparator(char letter) => letter switch
    {
        '\t' or '\n' or '\r' => true,
        '\'' => false,
        _ => letter is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(letter),
    };
}
