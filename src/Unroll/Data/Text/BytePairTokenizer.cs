using System.Collections.Concurrent;

namespace Unroll.Data.Text;

/// <summary>
/// Cuts words into frequent parts: byte pair encoding (Sennrich, Haddow and Birch, ACL 2016). It starts from characters and merges
/// the pair of neighbours that is most frequent, over and over; frequent words become one token, rare ones several.
/// </summary>
/// <remarks>
/// <code>
/// var tokenizer = new BytePairTokenizer { Size = 4_000 }.Fit(texts);
/// var tokens = tokenizer.Tokenize("lower"); // ▁low, er
/// </code>
/// The sign ▁ (U+2581) stands for the blank before a word, as in SentencePiece, so that <see cref="Tokenizer.Join"/> gives the text
/// back, with one blank for each run of white space; in a text it counts as a blank itself. Parts do not reach from letters and
/// digits over to punctuation, and a run of more than 64 characters is cut. Of pairs that are equally frequent, the one that comes first
/// in the texts is merged first, and pairs that occur once are not merged. A character that the training texts did not have is a token
/// that the vocabulary does not know.
/// </remarks>
public sealed class BytePairTokenizer : Tokenizer
{
    private const int CachedWords = 1 << 16;

    private readonly BytePairs pairs = new([]);
    private readonly ConcurrentDictionary<string, string[]> cache = new(StringComparer.Ordinal);

    /// <summary>How many merges are learnt at most, at least 0. Default: 8,000. Ignored where <see cref="Merges"/> are given.</summary>
    public int Size
    {
        get;
        init => field = value >= 0 ? value : throw new OptionException(
            $"BytePairTokenizer.Size is a number of merges, at least 0, but is {value}.", nameof(Size));
    } = 8_000;

    /// <summary>Whether letters become small. Default: false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>The pairs that are merged, the first learnt first: two parts with a blank between them. Default: none, to be learnt.</summary>
    public IReadOnlyList<string> Merges
    {
        get => pairs.Merges;
        init => pairs = new BytePairs(value);
    }

    internal override bool KeepsSpaces => false;

    internal override string NewWord { get; } = BytePairWords.Blank.ToString();

    internal override IEnumerable<string> Symbols => pairs.Symbols;

    /// <summary>A tokenizer that has learnt its merges; itself where it has some.</summary>
    /// <param name="texts">Training texts; read once, so that they may be a stream.</param>
    public override Tokenizer Fit(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (Merges.Count > 0) return this;
        var words = new WordCounts();
        foreach (var text in texts)
        {
            var parts = new BytePairWords(Prepared(CanonicalForm.Compose(text)));
            while (parts.MoveNext()) words.Add(parts.Current);
        }

        return new BytePairTokenizer { Size = Size, Lowercase = Lowercase, Merges = BytePairTrainer.Learn(words.Split(), Size) };
    }

    internal override string Between(string? left, string right) => "";

    internal override string Written(string? left, string token)
    {
        var text = token.Replace(BytePairWords.Blank, ' ');
        return left is null && text.StartsWith(' ') ? text[1..] : text;
    }

    private protected override void Cut(string text, List<string> tokens)
    {
        var known = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = new BytePairWords(Prepared(text));
        while (words.MoveNext())
        {
            if (!known.TryGetValue(words.Current, out var parts))
            {
                parts = pairs.Split(words.Current);
                if (cache.Count < CachedWords) known[words.Current] = parts;
            }

            tokens.AddRange(parts);
        }
    }

    private string Prepared(string text) => Lowercase ? CanonicalForm.Compose(text.ToLowerInvariant()) : text;

    /// <summary>Different words and how often each occurs, in the order in which they come.</summary>
    private sealed class WordCounts
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
        private readonly List<long> counts = [];

        public void Add(ReadOnlySpan<char> word)
        {
            var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
            if (lookup.TryGetValue(word, out var place))
            {
                counts[place]++;
                return;
            }

            places.Add(word.ToString(), counts.Count);
            counts.Add(1);
        }

        public IEnumerable<(string[] Symbols, long Count)> Split() =>
            places.Select(word => (word.Key.EnumerateRunes().Select(rune => rune.ToString()).ToArray(), counts[word.Value]));
    }
}
