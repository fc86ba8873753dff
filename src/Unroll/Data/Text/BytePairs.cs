using System.Runtime.InteropServices;

namespace Unroll.Data.Text;

/// <summary>Merges in the order of their rank, and what they make of words.</summary>
internal sealed class BytePairs
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<string> symbols = [];
    private readonly Dictionary<long, (int Rank, int Whole)> merges = [];

    /// <summary>Makes them of their texts.</summary>
    /// <param name="merges">Two parts with a blank between them each.</param>
    /// <exception cref="OptionException">One does not have two parts.</exception>
    public BytePairs(IReadOnlyList<string> merges)
    {
        ArgumentNullException.ThrowIfNull(merges);
        Merges = merges;
        for (var rank = 0; rank < merges.Count; rank++)
        {
            if (merges[rank]?.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
            {
                throw new OptionException(
                    $"A merge is two parts with a blank between them, such as 'e r', but number {rank + 1} is '{DataException.Shown(merges[rank] ?? "null")}'.",
                    nameof(BytePairTokenizer.Merges));
            }

            this.merges.TryAdd(Key(IdOf(left), IdOf(right)), (rank, IdOf(left + right)));
        }
    }

    /// <summary>Two parts with a blank between them each, the first learnt first.</summary>
    public IReadOnlyList<string> Merges { get; }

    /// <summary>All parts that merges know.</summary>
    public IReadOnlyList<string> Symbols => symbols;

    /// <summary>The key of two ids.</summary>
    public static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>The parts of a word: of all pairs of neighbours, the one learnt first is merged wherever it stands, until none is known.</summary>
    public string[] Split(ReadOnlySpan<char> word)
    {
        Span<int> parts = stackalloc int[1 + BytePairWords.Longest];
        Span<int> ends = stackalloc int[1 + BytePairWords.Longest];
        var count = Start(word, parts, ends);
        while (FirstLearnt(parts[..count]) is { } pair)
        {
            var kept = 0;
            for (var i = 0; i < count; i++, kept++)
            {
                var isPair = i + 1 < count && Key(parts[i], parts[i + 1]) == pair.Key;
                parts[kept] = isPair ? pair.Whole : parts[i];
                ends[kept] = ends[isPair ? ++i : i];
            }

            count = kept;
        }

        var tokens = new string[count];
        for (var i = 0; i < count; i++)
            tokens[i] = parts[i] >= 0 ? symbols[parts[i]] : Characters.Token(word[(i == 0 ? 0 : ends[i - 1])..ends[i]]);
        return tokens;
    }

    private int Start(ReadOnlySpan<char> word, Span<int> parts, Span<int> ends)
    {
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var (count, end) = (0, 0);
        foreach (var rune in word.EnumerateRunes())
        {
            var start = end;
            end += rune.Utf16SequenceLength;
            parts[count] = lookup.TryGetValue(word[start..end], out var id) ? id : -1; // -1: in no merge
            ends[count++] = end;
        }

        return count;
    }

    private (long Key, int Whole)? FirstLearnt(ReadOnlySpan<int> parts)
    {
        var (best, key, whole) = (int.MaxValue, 0L, 0);
        for (var i = 0; i + 1 < parts.Length; i++)
        {
            if (merges.TryGetValue(Key(parts[i], parts[i + 1]), out var merge) && merge.Rank < best)
                (best, key, whole) = (merge.Rank, Key(parts[i], parts[i + 1]), merge.Whole);
        }

        return best < int.MaxValue ? (key, whole) : null;
    }

    private int IdOf(string symbol)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, symbol, out var exists);
        if (exists) return id;
        symbols.Add(symbol);
        return id = symbols.Count - 1;
    }
}
