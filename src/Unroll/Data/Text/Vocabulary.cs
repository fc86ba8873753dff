using System.Runtime.InteropServices;

namespace Unroll.Data.Text;

/// <summary>Which tokens a <see cref="Vocabulary"/> keeps.</summary>
public sealed record VocabularyOptions
{
    /// <summary>The most ids, special symbols included. Default null: no limit.</summary>
    public int? Size { get; init; }

    /// <summary>How often a token must occur to be kept, at least 1. Default: 1.</summary>
    public int MinFrequency { get; init; } = 1;

    /// <summary>Symbols of your own, which take the ids behind the four that every vocabulary has. Default: none.</summary>
    public IReadOnlyList<string> Specials { get; init; } = [];

    internal void Check()
    {
        var faults = new List<string>();
        if (Size is { } size && size <= Vocabulary.SpecialCount + Specials.Count)
            faults.Add($"Size must be more than {Vocabulary.SpecialCount + Specials.Count}, the number of special symbols, but is {size}");
        if (MinFrequency < 1) faults.Add($"MinFrequency must be at least 1, but is {MinFrequency}");
        if (faults.Count > 0) throw new OptionException($"VocabularyOptions cannot be used: {string.Join("; ", faults)}.");
    }
}

/// <summary>Tokens and their ids: four special symbols, then tokens by how often they occur, the most frequent first.</summary>
/// <remarks>
/// <code>
/// var vocabulary = Vocabulary.Build(texts.Select(tokenizer.Tokenize), new() { MinFrequency = 2, Size = 10_000 });
/// var id = vocabulary.IdOf("film");
/// </code>
/// </remarks>
public sealed class Vocabulary
{
    /// <summary>The id of padding, which embeddings mask: <c>&lt;pad&gt;</c>.</summary>
    public const int Padding = 0;

    /// <summary>The id of tokens that are not in the vocabulary: <c>&lt;unk&gt;</c>.</summary>
    public const int Unknown = 1;

    /// <summary>The id that begins a text: <c>&lt;bos&gt;</c>.</summary>
    public const int Start = 2;

    /// <summary>The id that ends a text or a line: <c>&lt;eos&gt;</c>.</summary>
    public const int End = 3;

    internal const int SpecialCount = 4;

    private static readonly string[] Symbols = ["<pad>", "<unk>", "<bos>", "<eos>"];

    private readonly string[] tokens;
    private readonly Dictionary<string, int> ids;
    private int[]? sorted; // the ids behind the special symbols, by the letters of their tokens

    /// <summary>Makes a vocabulary of tokens in the order of their ids.</summary>
    /// <param name="tokens">All tokens, with the four special symbols at the front.</param>
    /// <exception cref="DataException">The special symbols are not there, or a token stands there twice.</exception>
    public Vocabulary(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        this.tokens = [.. tokens];
        if (!this.tokens.AsSpan().StartsWith(Symbols))
            throw new DataException($"A vocabulary begins with the symbols {string.Join(", ", Symbols)}. Put them in front of the tokens.");
        ids = new Dictionary<string, int>(this.tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < this.tokens.Length; id++)
        {
            if (!ids.TryAdd(this.tokens[id], id))
                throw new DataException($"The token '{DataException.Shown(this.tokens[id])}' stands twice in the vocabulary. Give each token once.");
        }
    }

    /// <summary>Number of ids: the size that an <see cref="Embedding"/> needs.</summary>
    public int Count => tokens.Length;

    /// <summary>All tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>The token of an id.</summary>
    /// <param name="id">From 0 to <see cref="Count"/> - 1.</param>
    public string this[int id] => tokens[id];

    /// <summary>Counts tokens and keeps the frequent ones; of two that occur equally often, the first seen comes first.</summary>
    /// <param name="texts">The tokens of each text; read once, so that they may be a stream.</param>
    /// <param name="options">Which tokens are kept; null: all.</param>
    public static Vocabulary Build(IEnumerable<IReadOnlyList<string>> texts, VocabularyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new VocabularyOptions();
        options.Check();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var token in text) CollectionsMarshal.GetValueRefOrAddDefault(counts, token, out _)++;
        }

        string[] specials = [.. Symbols, .. options.Specials];
        foreach (var special in specials) counts.Remove(special);
        var kept = counts.Where(pair => pair.Value >= options.MinFrequency).OrderByDescending(pair => pair.Value).Select(pair => pair.Key);
        return new Vocabulary([.. specials.Concat(kept).Take(options.Size ?? int.MaxValue)]);
    }

    /// <summary>The id of a token; <see cref="Unknown"/> where it has none.</summary>
    /// <param name="token">The token.</param>
    public int IdOf(string token) => ids.GetValueOrDefault(token, Unknown);

    /// <summary>Whether a token has an id of its own.</summary>
    /// <param name="token">The token.</param>
    public bool Contains(string token) => ids.ContainsKey(token);

    /// <summary>The ids of all tokens that begin with some letters, without the special symbols, in the order of their letters.</summary>
    internal ReadOnlySpan<int> BeginningWith(string letters)
    {
        sorted ??= [.. Enumerable.Range(SpecialCount, Count - SpecialCount).OrderBy(id => tokens[id], StringComparer.Ordinal)];
        var first = FirstFrom(token => string.CompareOrdinal(token, letters) >= 0);
        return sorted.AsSpan(first..FirstFrom(token => string.CompareOrdinal(token, 0, letters, 0, letters.Length) > 0));

        int FirstFrom(Predicate<string> isBehind)
        {
            var (low, high) = (0, sorted.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (isBehind(tokens[sorted[middle]])) high = middle;
                else low = middle + 1;
            }

            return low;
        }
    }
}
