namespace Unroll;

/// <summary>What a recurrent layer carries from step to step.</summary>
/// <remarks>
/// The first part is what the layer puts out at every step. A cell of your own may need a state of its own:
/// <code>
/// public sealed record TraceState(Tensor Hidden, Tensor Trace) : RecurrentState, IRecurrentState&lt;TraceState&gt;
/// {
///     public override IReadOnlyList&lt;Tensor&gt; Parts => [Hidden, Trace];
///
///     public static TraceState FromParts(ReadOnlySpan&lt;Tensor&gt; parts) => new(parts[0], parts[1]);
/// }
/// </code>
/// </remarks>
public abstract record RecurrentState
{
    /// <summary>The parts of the state, each [batch, …], in a fixed order.</summary>
    public abstract IReadOnlyList<Tensor> Parts { get; }

    /// <summary>What traces call the parts, by the letters of the papers. Default: h, then state_1, state_2 …</summary>
    public virtual IReadOnlyList<string> PartNames => [.. Parts.Select((_, part) => part == 0 ? "h" : $"state_{part}")];

    /// <summary>One of the parts, without making a list.</summary>
    internal virtual Tensor Part(int index) => Parts[index];
}

/// <summary>A kind of state that can be put together again from its parts.</summary>
/// <typeparam name="TSelf">The state itself.</typeparam>
public interface IRecurrentState<TSelf>
    where TSelf : RecurrentState, IRecurrentState<TSelf>
{
    /// <summary>A state of these parts.</summary>
    /// <param name="parts">In the order of <see cref="RecurrentState.Parts"/>.</param>
    static abstract TSelf FromParts(ReadOnlySpan<Tensor> parts);
}

/// <summary>The state of <see cref="SimpleRnn"/>, <see cref="Gru"/> and other cells with a single state.</summary>
/// <param name="Hidden">The hidden state h, [batch, units].</param>
public sealed record HiddenState(Tensor Hidden) : RecurrentState, IRecurrentState<HiddenState>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden];

    /// <inheritdoc/>
    public static HiddenState FromParts(ReadOnlySpan<Tensor> parts) => new(parts[0]);

    internal override Tensor Part(int index) => Hidden;
}

/// <summary>The state of <see cref="Lstm"/> and other cells with a memory beside the hidden state.</summary>
/// <param name="Hidden">The hidden state h, [batch, units]; of an <see cref="Lstm"/> with projection [batch, projection units].</param>
/// <param name="Cell">The cell state c, [batch, units].</param>
public sealed record LstmState(Tensor Hidden, Tensor Cell) : RecurrentState, IRecurrentState<LstmState>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden, Cell];

    /// <inheritdoc/>
    public override IReadOnlyList<string> PartNames => ["h", "c"];

    /// <inheritdoc/>
    public static LstmState FromParts(ReadOnlySpan<Tensor> parts) => new(parts[0], parts[1]);

    internal override Tensor Part(int index) => index == 0 ? Hidden : Cell;
}

/// <summary>Where a recurrent layer starts when it is given no state.</summary>
public enum InitialState
{
    /// <summary>From zeros.</summary>
    Zero,

    /// <summary>
    /// From small normal draws (deviation <see cref="Recurrent.InitialDeviation"/>), anew for every batch while
    /// training; from zeros in inference.
    /// </summary>
    Random,

    /// <summary>From weights of the layer, which are zeros at first and learnt like all others.</summary>
    Learned,
}

/// <summary>What a recurrent layer makes of a sequence.</summary>
/// <param name="Sequence">The hidden state at every step, [batch, time, units]; null unless <see
/// cref="Recurrent.ReturnSequences"/>.</param>
/// <param name="Last">The hidden state after the last step, [batch, units].</param>
/// <param name="State">The whole state after the last step.</param>
/// <typeparam name="TState">The kind of state.</typeparam>
public readonly record struct RecurrentOutput<TState>(Tensor? Sequence, Tensor Last, TState State)
    where TState : RecurrentState;
