using System.Runtime.InteropServices;

namespace Unroll.Data.Text;

/// <summary>
/// Learns the merges of byte pair encoding (Sennrich, Haddow and Birch 2016, algorithm 1). Counts of pairs are kept up to date at the
/// places where a merge changes them, and the best pair stands at the top of a queue.
/// </summary>
internal sealed class BytePairTrainer
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<string> symbols = [];
    private readonly List<(int[] Parts, int Length, long Count)> words = [];
    private readonly Dictionary<long, Pair> pairs = [];
    private readonly List<(long Key, Pair Pair)> risen = [];
    private readonly PriorityQueue<long, Rank> queue = new();

    private BytePairTrainer(IEnumerable<(string[] Symbols, long Count)> counted)
    {
        foreach (var (parts, count) in counted)
        {
            var word = words.Count;
            words.Add(([.. parts.Select(IdOf)], parts.Length, count));
            var own = words[word].Parts;
            for (var i = 0; i + 1 < own.Length; i++) Change(own[i], own[i + 1], word, count);
        }

        Queue();
    }

    /// <summary>Learns merges.</summary>
    /// <param name="words">The symbols that each word begins with and how often it occurs, each word once.</param>
    /// <param name="most">How many merges at most.</param>
    /// <returns>Two parts with a blank between them each, the first learnt first.</returns>
    public static IReadOnlyList<string> Learn(IEnumerable<(string[] Symbols, long Count)> words, int most)
    {
        var trainer = new BytePairTrainer(words);
        var merges = new List<string>();
        var known = new HashSet<long>();
        while (merges.Count < most && trainer.Best() is { } key)
        {
            // A pair may come back where a merge made one of its parts in another way.
            if (known.Add(key)) merges.Add($"{trainer.symbols[(int)(key >> 32)]} {trainer.symbols[(int)key]}");
            trainer.Merge(key);
        }

        return merges;
    }

    /// <summary>The most frequent pair, of several the one that comes first; null where none occurs twice.</summary>
    private long? Best()
    {
        while (queue.TryDequeue(out var key, out var rank))
        {
            // Ranks in the queue are those of the past, never worse than they are now.
            var now = RankOf(key, pairs[key]);
            if (now == rank) return rank.Count > 1 ? key : null;
            if (now.Count > 1) queue.Enqueue(key, now);
        }

        return null;
    }

    private void Merge(long key)
    {
        var (left, right) = ((int)(key >> 32), (int)key);
        var whole = IdOf(symbols[left] + symbols[right]);
        foreach (var word in pairs[key].Take()) MergeIn(word, left, right, whole);
        Queue();
    }

    private void MergeIn(int word, int left, int right, int whole)
    {
        ref var entry = ref CollectionsMarshal.AsSpan(words)[word];
        var (parts, length, count) = entry;
        var kept = 0;
        for (var i = 0; i < length; i++, kept++)
        {
            parts[kept] = parts[i];
            if (parts[i] != left || i + 1 == length || parts[i + 1] != right) continue;
            // x left right y becomes x whole y: three pairs go, two come.
            Change(left, right, word, -count);
            if (kept > 0)
            {
                Change(parts[kept - 1], left, word, -count);
                Change(parts[kept - 1], whole, word, count);
            }

            if (i + 2 < length)
            {
                Change(right, parts[i + 2], word, -count);
                Change(whole, parts[i + 2], word, count);
            }

            parts[kept] = whole;
            i++;
        }

        entry.Length = kept;
    }

    private void Change(int left, int right, int word, long count)
    {
        var key = BytePairs.Key(left, right);
        ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, key, out _);
        pair ??= new Pair();
        pair.Count += count;
        if (count < 0) return;
        pair.Add(word);
        if (!pair.HasRisen) risen.Add((key, pair));
        pair.HasRisen = true;
    }

    /// <summary>Queues the pairs that have become more frequent: only those may stand too low in the queue.</summary>
    private void Queue()
    {
        foreach (var (key, pair) in CollectionsMarshal.AsSpan(risen))
        {
            pair.HasRisen = false;
            queue.Enqueue(key, RankOf(key, pair));
        }

        risen.Clear();
    }

    private Rank RankOf(long key, Pair pair)
    {
        while (pair.Count > 0 && pair.First is var word)
        {
            var (parts, length, _) = words[word];
            var place = 0; // in characters, so that merges before it do not move it
            for (var i = 0; i + 1 < length; i++)
            {
                if (BytePairs.Key(parts[i], parts[i + 1]) == key) return new Rank(pair.Count, word, place);
                place += symbols[parts[i]].Length;
            }

            pair.DropFirst();
        }

        return new Rank(0, 0, 0);
    }

    private int IdOf(string symbol)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, symbol, out var exists);
        if (exists) return id;
        symbols.Add(symbol);
        return id = symbols.Count - 1;
    }

    /// <summary>How good a pair is: how often it occurs, then where it first does.</summary>
    private readonly record struct Rank(long Count, int Word, int Place) : IComparable<Rank>
    {
        /// <summary>The better one comes first.</summary>
        public int CompareTo(Rank other) => (other.Count, Word, Place).CompareTo((Count, other.Word, other.Place));
    }

    /// <summary>A pair of neighbours: how often it occurs, and the words in which it may.</summary>
    private sealed class Pair
    {
        private readonly List<int> words = [];
        private int first;
        private bool isSorted = true;

        public long Count { get; set; }

        /// <summary>Whether it is among those to be queued.</summary>
        public bool HasRisen { get; set; }

        /// <summary>The first word that may have it.</summary>
        public int First
        {
            get
            {
                Sort();
                return words[first];
            }
        }

        public void Add(int word)
        {
            if (words.Count > first && words[^1] == word) return;
            isSorted &= words.Count == first || words[^1] < word;
            words.Add(word);
        }

        public void DropFirst() => first++;

        /// <summary>All words that may have it, in their order; it is in none afterwards.</summary>
        public List<int> Take()
        {
            Sort();
            var taken = words[first..];
            words.Clear();
            first = 0;
            return taken;
        }

        private void Sort()
        {
            if (isSorted) return;
            int[] rest = [.. words.Skip(first).Distinct().Order()];
            words.Clear();
            words.AddRange(rest);
            (first, isSorted) = (0, true);
        }
    }
}
