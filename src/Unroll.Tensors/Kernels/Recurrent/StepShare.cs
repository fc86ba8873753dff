using Unroll.Threads;

namespace Unroll.Kernels;

/// <summary>What a thread does of each step: some rows through all units, or some units of all rows.</summary>
internal readonly struct StepShare
{
    /// <summary>The packed weights that a core's cache holds beside everything else, in floats.</summary>
    private const int CacheLength = 1 << 18;

    /// <summary>Fewer rows than this are not worth a thread of their own.</summary>
    private const int FewRows = 12;

    private StepShare(int batch, int member, int members, bool byUnits)
    {
        (Member, Members, ByUnits) = (member, members, byUnits);
        (FirstRow, LastRow) = Cut(batch);
        Batch = batch;
    }

    /// <summary>
    /// Whether members split the units, and wait for each other after every step; else they split the rows, which do not
    /// depend on each other.
    /// </summary>
    public bool ByUnits { get; }

    /// <summary>The rows that are this member's own (to copy inputs, say, even where units are split).</summary>
    public int FirstRow { get; }

    /// <summary>One after the last row.</summary>
    public int LastRow { get; }

    public int Members { get; }

    private int Member { get; }

    private int Batch { get; }

    /// <summary>The share of a member.</summary>
    public static StepShare Of(int batch, long weights, int member, int members) =>
        new(batch, member, members, members > 1 && (batch < FewRows * members || weights > CacheLength));

    /// <summary>How many threads to ask for: none beside the caller's where a step is short.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="weights">Multiply-adds of a row.</param>
    /// <param name="steps">Steps.</param>
    public static int Threads(int batch, long weights, int steps)
    {
        const long WorthMeeting = 1 << 16, WorthSharing = 1 << 17;
        var isWorth = Of(batch, weights, 0, 2).ByUnits ? batch * weights >= WorthMeeting : batch * weights * steps >= WorthSharing;
        return isWorth ? int.MaxValue : 1;
    }

    /// <summary>Waits for the other members, where units are split.</summary>
    public void Meet()
    {
        if (ByUnits) ThreadTeam.Meet(Members);
    }

    /// <summary>The tiles of this member in a product over all rows.</summary>
    public TilePart Tiles(PanelColumns columns, bool backwards = false)
    {
        var (firstPanel, lastPanel) = ByUnits ? Cut(columns.PanelCount) : (0, columns.PanelCount);
        return ByUnits
            ? new(0, Batch, firstPanel, lastPanel) { Backwards = backwards }
            : new(FirstRow, LastRow, firstPanel, lastPanel) { Backwards = backwards };
    }

    private (int First, int Last) Cut(int count) =>
        ((int)((long)Member * count / Members), (int)((long)(Member + 1) * count / Members));
}
