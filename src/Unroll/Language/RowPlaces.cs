using System.Numerics;

namespace Unroll.Language;

/// <summary>Numbers rows in the order in which they are first asked for.</summary>
internal sealed class RowPlaces
{
    private int[] keys = new int[1024]; // a row + 1; 0: free
    private int[] values = new int[1024];
    private readonly List<int> rows = [];

    /// <summary>Number of rows.</summary>
    public int Count => rows.Count;

    /// <summary>The row of a place.</summary>
    public int this[int place] => rows[place];

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        rows.Clear();
        Array.Clear(keys);
    }

    /// <summary>The place of a row.</summary>
    public int Of(int row)
    {
        var slot = Slot(row);
        if (keys[slot] != 0) return values[slot];
        if (2 * (rows.Count + 1) > keys.Length)
        {
            Grow();
            slot = Slot(row);
        }

        (keys[slot], values[slot]) = (row + 1, rows.Count);
        rows.Add(row);
        return rows.Count - 1;
    }

    /// <summary>Where a row stands, or the free slot where it would (multiplicative hashing, linear probing).</summary>
    private int Slot(int row)
    {
        var slot = (int)(((uint)row * 2654435769u) >> (32 - BitOperations.Log2((uint)keys.Length)));
        while (keys[slot] != 0 && keys[slot] != row + 1) slot = (slot + 1) & (keys.Length - 1);
        return slot;
    }

    private void Grow()
    {
        (keys, values) = (new int[2 * keys.Length], new int[2 * keys.Length]);
        for (var place = 0; place < rows.Count; place++)
        {
            var slot = Slot(rows[place]);
            (keys[slot], values[slot]) = (rows[place] + 1, place);
        }
    }
}
