namespace Unroll;

/// <summary>
/// The memory of one step. While a workspace is entered, operations on this thread take their results from it;
/// when the next step enters, all of it is used again. After the first step it has grown to what a step needs, and
/// no later step allocates.
/// </summary>
/// <remarks>
/// <code>
/// using (workspace.Enter())
/// {
///     var y = model.Call(x, Pass.Inference).Values;   // lives until the next Enter
///     kept = y.Clone();                               // lives on
/// }
/// </code>
/// A workspace belongs to one thread at a time.
/// </remarks>
public sealed class Workspace
{
    private const int SmallestChunk = 1 << 16;

    [ThreadStatic]
    private static Workspace? current;

    private readonly List<AlignedMemory> chunks = [];
    private readonly List<Tensor> tensors = [];
    private int chunk;
    private int used;
    private int borrowed;
    private long total;
    private long peak;

    /// <summary>The workspace that operations on this thread use, or null for ordinary memory.</summary>
    public static Workspace? Current => current;

    /// <summary>Bytes held for re-use by the next steps.</summary>
    public long Bytes
    {
        get
        {
            var sum = 0L;
            foreach (var memory in chunks) sum += (long)memory.Length * sizeof(float);
            return sum;
        }
    }

    /// <summary>Whether a step is running in it.</summary>
    internal bool IsEntered { get; private set; }

    /// <summary>Starts a step: everything made in the last one is given up, and this thread works here until disposal.</summary>
    public Scope Enter()
    {
        if (IsEntered)
            throw new InvalidOperationException("This workspace is already entered: a step cannot hold another one.");
        Reset();
        var outer = current;
        current = this;
        IsEntered = true;
        return new Scope(this, outer);
    }

    /// <summary>A tensor whose values are whatever the memory held before, from the current workspace if there is one.</summary>
    internal static Tensor New(Shape shape) => current?.Take(shape) ?? new Tensor(shape);

    /// <summary>A tensor of zeros, from the current workspace if there is one.</summary>
    internal static Tensor NewZeros(Shape shape)
    {
        var tensor = New(shape);
        if (tensor.IsTemporary) tensor.Values.Clear();
        return tensor;
    }

    /// <summary>Memory for intermediate values of a step; not cleared.</summary>
    internal static Span<float> NewSpan(int length) => New([length]).Values;

    /// <summary>Memory that an operation needs while it runs and no longer.</summary>
    /// <remarks>
    /// On disposal all is given back that was taken from the workspace since, by whatever way: results and gradients come first.
    /// </remarks>
    internal static Scratch Lend() => new(current);

    /// <summary>A pooled tensor object without memory of its own.</summary>
    internal Tensor Borrow()
    {
        if (borrowed == tensors.Count) tensors.Add(new Tensor([0], [], 0));
        return tensors[borrowed++];
    }

    private Tensor Take(Shape shape)
    {
        var length = shape.Size;
        var room = (length + AlignedMemory.Line - 1) / AlignedMemory.Line * AlignedMemory.Line;
        while (chunk < chunks.Count && used + room > chunks[chunk].Length)
        {
            chunk++;
            used = 0;
        }

        if (chunk == chunks.Count)
            chunks.Add(new AlignedMemory(Math.Max(room, SmallestChunk)));
        var tensor = Borrow();
        tensor.Reuse(shape, chunks[chunk].Array, chunks[chunk].Start + used);
        used += room;
        total += room;
        peak = Math.Max(peak, total);
        return tensor;
    }

    /// <summary>One chunk that holds all replaces the many of a growing step.</summary>
    private void Reset()
    {
        if (chunks.Count > 1 && peak <= Array.MaxLength - AlignedMemory.Line)
        {
            chunks.Clear();
            chunks.Add(new AlignedMemory((int)peak));
        }

        chunk = used = borrowed = 0;
        total = peak = 0;
    }

    /// <summary>Gives back on disposal what was taken from a workspace.</summary>
    internal readonly ref struct Scratch
    {
        private readonly Workspace? owner;
        private readonly (int Chunk, int Used, int Borrowed, long Total) before;

        internal Scratch(Workspace? owner)
        {
            this.owner = owner;
            if (owner is not null) before = (owner.chunk, owner.used, owner.borrowed, owner.total);
        }

        /// <summary>Gives all back.</summary>
        public void Dispose()
        {
            if (owner is not null) (owner.chunk, owner.used, owner.borrowed, owner.total) = before;
        }
    }

    /// <summary>Ends the step on disposal: the thread goes back to the workspace it used before.</summary>
    public readonly ref struct Scope
    {
        private readonly Workspace inner;
        private readonly Workspace? outer;

        internal Scope(Workspace inner, Workspace? outer) => (this.inner, this.outer) = (inner, outer);

        /// <summary>Leaves the workspace; its memory stays readable until it is entered again.</summary>
        public void Dispose()
        {
            inner.IsEntered = false;
            current = outer;
        }
    }
}
