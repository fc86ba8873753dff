namespace Unroll.Evaluation;

/// <summary>Counts of the different sequences of so many tokens in a text.</summary>
/// <remarks>
/// A sequence is known by where it ends in the text, so that an entry is two numbers whatever its length, and two sequences are
/// told apart by their tokens, not by a hash alone. Open addressing with linear probing.
/// </remarks>
/// <param name="text">The text, with so many tokens in front that the first sequence is whole.</param>
/// <param name="length">Tokens of a sequence; 0: all are the same one.</param>
internal sealed class NGramTable(int[] text, int length)
{
    private const int Smallest = 16;

    private int[] ends = new int[Smallest]; // 1 more than where a sequence ends, so that 0 is an empty slot
    private int[] counts = new int[Smallest];
    private int used;

    /// <summary>Number of slots.</summary>
    public int Slots => ends.Length;

    /// <summary>How often the sequence in a slot was counted.</summary>
    public int CountAt(int slot) => counts[slot];

    /// <summary>Counts every sequence of the text that ends at a token.</summary>
    public void AddAll()
    {
        for (var end = length; end <= text.Length; end++) Add(end, 1);
    }

    /// <summary>Counts, for each sequence of another table, the same one without its first token.</summary>
    /// <param name="longer">Of sequences one token longer.</param>
    public void AddSuffixes(NGramTable longer)
    {
        foreach (var (end, _) in longer) Add(end, 1);
    }

    /// <summary>Counts a sequence.</summary>
    /// <param name="end">Where it ends in the text.</param>
    /// <param name="count">How often.</param>
    public void Add(int end, int count)
    {
        if (used >= ends.Length / 4 * 3) Resize(2 * ends.Length);
        var slot = Slot(At(end));
        if (ends[slot] == 0)
        {
            ends[slot] = end + 1;
            used++;
        }

        counts[slot] += count;
    }

    /// <summary>The slot of the sequence that ends at a place of the text.</summary>
    public int Find(int end) => Slot(At(end));

    /// <summary>The slot of a sequence; -1 if it was not counted.</summary>
    public int Find(ReadOnlySpan<int> gram)
    {
        var slot = Slot(gram);
        return ends[slot] == 0 ? -1 : slot;
    }

    /// <summary>All sequences: where one of each ends, and how often it was counted.</summary>
    public IEnumerator<(int End, int Count)> GetEnumerator()
    {
        for (var slot = 0; slot < ends.Length; slot++)
        {
            if (ends[slot] != 0) yield return (ends[slot] - 1, counts[slot]);
        }
    }

    private ReadOnlySpan<int> At(int end) => text.AsSpan(end - length, length);

    /// <summary>Gives back the room of slots that were kept for more.</summary>
    public void Trim() => Resize(Math.Max(Smallest, (used * 4 / 3) + 1));

    /// <summary>The slot where a sequence stands, or where it would.</summary>
    private int Slot(ReadOnlySpan<int> gram)
    {
        var slot = (int)((Hash(gram) * (ulong)ends.Length) >> 32);
        while (ends[slot] != 0 && !At(ends[slot] - 1).SequenceEqual(gram))
        {
            if (++slot == ends.Length) slot = 0;
        }

        return slot;
    }

    private static ulong Hash(ReadOnlySpan<int> gram)
    {
        var hash = 0UL;
        foreach (var id in gram) hash = (hash ^ (uint)id) * 0x9e3779b97f4a7c15; // 2^64 over the golden ratio
        return hash >> 32;
    }

    private void Resize(int slots)
    {
        var (oldEnds, oldCounts) = (ends, counts);
        (ends, counts) = (new int[slots], new int[slots]);
        for (var old = 0; old < oldEnds.Length; old++)
        {
            if (oldEnds[old] == 0) continue;
            var slot = Slot(At(oldEnds[old] - 1));
            (ends[slot], counts[slot]) = (oldEnds[old], oldCounts[old]);
        }
    }
}
