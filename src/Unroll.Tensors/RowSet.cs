namespace Unroll;

/// <summary>Some rows of a table, each once, in the order in which they were added. Emptied in no time.</summary>
internal sealed class RowSet(int rows)
{
    private readonly int[] added = new int[rows];
    private readonly int[] round = new int[rows]; // in which round a row was added last
    private int present = 1;
    private int count;

    /// <summary>The rows.</summary>
    public ReadOnlySpan<int> Rows => added.AsSpan(0, count);

    /// <summary>Adds a row that may be in the set already.</summary>
    public void Add(int row)
    {
        if (round[row] == present) return;
        round[row] = present;
        added[count++] = row;
    }

    /// <summary>Takes all rows out.</summary>
    public void Clear()
    {
        count = 0;
        if (++present > 0) return;
        present = 1;
        Array.Clear(round);
    }
}
