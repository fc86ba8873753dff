namespace Unroll;

/// <summary>What a recurrent layer carries from step to step.</summary>
public abstract record RecurrentState
{
    /// <summary>The parts of the state, each [batch, units], in a fixed order.</summary>
    public abstract IReadOnlyList<Tensor> Parts { get; }

    /// <summary>One of the parts, without making a list.</summary>
    internal abstract Tensor Part(int index);
}

/// <summary>The state of <see cref="SimpleRnn"/> and <see cref="Gru"/>.</summary>
/// <param name="Hidden">The hidden state h, [batch, units].</param>
public sealed record HiddenState(Tensor Hidden) : RecurrentState
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden];

    internal override Tensor Part(int index) => Hidden;
}

/// <summary>The state of <see cref="Lstm"/>.</summary>
/// <param name="Hidden">The hidden state h, [batch, units].</param>
/// <param name="Cell">The cell state c, [batch, units].</param>
public sealed record LstmState(Tensor Hidden, Tensor Cell) : RecurrentState
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Parts => [Hidden, Cell];

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
}

/// <summary>What a recurrent layer makes of a sequence.</summary>
/// <param name="Sequence">The hidden state at every step, [batch, time, units]; null unless <see
/// cref="Recurrent.ReturnSequences"/>.</param>
/// <param name="Last">The hidden state after the last step, [batch, units].</param>
/// <param name="State">The whole state after the last step.</param>
/// <typeparam name="TState">The kind of state.</typeparam>
public readonly record struct RecurrentOutput<TState>(Tensor? Sequence, Tensor Last, TState State)
    where TState : RecurrentState;
