namespace Unroll;

/// <summary>A state that outlives the step that made it, in memory of its own.</summary>
internal abstract class CarriedState
{
    /// <summary>Its parts, or none where nothing is carried yet.</summary>
    public abstract IReadOnlyList<Tensor> Parts { get; }

    /// <summary>Carries nothing any more.</summary>
    public abstract void Forget();
}

/// <summary>A state of one kind that outlives the step that made it.</summary>
/// <remarks>
/// Two copies take turns: the step that starts from one may still need it for its backward pass when the other is written.
/// </remarks>
internal sealed class CarriedState<TState> : CarriedState
    where TState : RecurrentState, IRecurrentState<TState>
{
    private TState? spare;
    private TState? lent;

    /// <summary>The state; null where nothing is carried.</summary>
    public TState? Current { get; private set; }

    public override IReadOnlyList<Tensor> Parts => Current?.Parts ?? [];

    /// <summary>The state, to be handed out: it is not written to again.</summary>
    public TState? Lend() => lent = Current;

    /// <summary>Takes a copy of a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="parts">Number of its parts.</param>
    public void Put(TState state, int parts)
    {
        var room = ReferenceEquals(spare, lent) ? null : spare;
        for (var part = 0; room is not null && part < parts; part++)
        {
            if (room.Part(part).Shape != state.Part(part).Shape) room = null;
        }

        room ??= New(state, parts);
        for (var part = 0; part < parts; part++) state.Part(part).Values.CopyTo(room.Part(part).Values);
        (spare, Current) = (Current, room);
    }

    public override void Forget() => Current = null;

    private static TState New(TState like, int parts)
    {
        var copies = new Tensor[parts];
        for (var part = 0; part < parts; part++) copies[part] = new Tensor(like.Part(part).Shape);
        return TState.FromParts(copies);
    }
}
