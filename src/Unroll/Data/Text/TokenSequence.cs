namespace Unroll.Data.Text;

/// <summary>The ids of a long text, one behind the other: in memory, or in a file when they are many.</summary>
public abstract class TokenSequence
{
    private protected TokenSequence()
    {
    }

    /// <summary>Number of ids.</summary>
    public abstract int Count { get; }

    /// <summary>Ids that stand in memory.</summary>
    /// <param name="ids">The ids; they are not copied.</param>
    public static TokenSequence Of(int[] ids) => new Memory(ids);

    /// <summary>Reads some ids.</summary>
    /// <param name="start">The first, from 0.</param>
    /// <param name="ids">Where they go; as many are read.</param>
    public abstract void Read(int start, Span<int> ids);

    private sealed class Memory(int[] all) : TokenSequence
    {
        public override int Count => all.Length;

        public override void Read(int start, Span<int> ids) => all.AsSpan(start, ids.Length).CopyTo(ids);
    }
}
