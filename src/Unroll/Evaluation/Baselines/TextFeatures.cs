using Unroll.Data.Text;

namespace Unroll.Evaluation;

/// <summary>What a bag of words holds of a text: hashes of words, of runs of words and of parts of words.</summary>
internal sealed class TextFeatures
{
    private const ulong Basis = 14695981039346656037UL; // FNV-1a
    private const ulong Prime = 1099511628211UL;
    private const ulong RunFactor = 116049371; // fastText's
    private const int FewestBuckets = 1 << 10;
    private const int Sampled = 2000;

    /// <summary>Letters of scripts without cases that stand between two blanks at most, where words are parted.</summary>
    private const int LettersOfWord = 12;

    private readonly WordTokenizer tokenizer = new() { Punctuation = true };
    private readonly int wordNGrams;
    private readonly int characterNGrams;

    private TextFeatures(int wordNGrams, int characterNGrams, int buckets) =>
        (this.wordNGrams, this.characterNGrams, Buckets) = (wordNGrams, characterNGrams, buckets);

    /// <summary>How many different features there are: a power of two.</summary>
    public int Buckets { get; }

    /// <summary>The features that suit some texts: about four times as many buckets as they have words, as far as there may be so many.</summary>
    public static TextFeatures For(IReadOnlyList<string> texts, BagOfWordsOptions options)
    {
        var letters = texts.Sum(text => (long)text.Length);
        var buckets = (int)Math.Min(options.Buckets, Math.Max(FewestBuckets, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)letters)));
        var parts = options.CharacterNGrams ?? (MostlyHangul(texts) || !HasBlanks(texts) ? 3 : 0);
        return new TextFeatures(options.WordNGrams, parts, Math.Min(buckets, options.Buckets));
    }

    /// <summary>Whether most letters of texts, as far as a look at some of them shows, are Hangul syllables.</summary>
    public static bool MostlyHangul(IReadOnlyList<string> texts)
    {
        long hangul = 0, letters = 0;
        foreach (var text in texts.Take(Sampled))
        {
            foreach (var letter in text)
            {
                if (!char.IsLetter(letter)) continue;
                letters++;
                if (letter is >= '가' and <= '힣') hangul++;
            }
        }

        return hangul * 2 > letters;
    }

    /// <summary>Whether words stand between blanks, as far as a look at some texts shows: not so in Chinese, Japanese or Thai.</summary>
    public static bool HasBlanks(IReadOnlyList<string> texts)
    {
        long blanks = 0, others = 0;
        foreach (var text in texts.Take(Sampled))
        {
            foreach (var letter in text)
            {
                if (char.IsWhiteSpace(letter)) blanks++;
                else if (letter > 'ʯ' && char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.OtherLetter) others++;
            }
        }

        return others < LettersOfWord * blanks || others == 0;
    }

    /// <summary>The numbers of a text's features.</summary>
    public int[] Of(string text)
    {
        var words = tokenizer.Tokenize(text);
        var hashes = new ulong[words.Length];
        var features = new List<int>(words.Length * wordNGrams);
        for (var word = 0; word < words.Length; word++)
        {
            hashes[word] = Hash(words[word], Basis);
            features.Add(Bucket(hashes[word]));
            AddParts(words[word], features);
        }

        for (var first = 0; first < words.Length; first++)
        {
            var run = hashes[first];
            for (var next = first + 1; next < words.Length && next < first + wordNGrams; next++)
            {
                run = (run * RunFactor) + hashes[next];
                features.Add(Bucket(run));
            }
        }

        return [.. features];
    }

    /// <summary>Runs of letters within a word and its two ends.</summary>
    private void AddParts(string word, List<int> features)
    {
        if (characterNGrams == 0) return;
        var marked = $"<{word}>";
        for (var length = 1; length <= characterNGrams; length++)
        {
            for (var start = 0; start + length <= marked.Length; start++)
            {
                if (length > 1 || (start > 0 && start < marked.Length - 1)) features.Add(Bucket(Hash(marked.AsSpan(start, length), Basis ^ 1)));
            }
        }
    }

    private static ulong Hash(ReadOnlySpan<char> text, ulong basis)
    {
        foreach (var letter in text) basis = (basis ^ letter) * Prime;
        return basis;
    }

    /// <summary>The upper bits, which depend on all of a hash.</summary>
    private int Bucket(ulong hash) => (int)((hash * 0x9E3779B97F4A7C15) >> 32) & (Buckets - 1);
}
