namespace Unroll;

/// <summary>Looks on while layers run; only the vectors of embeddings may it exchange. A <see cref="Pass"/> takes it to them.</summary>
internal abstract class Observer
{
    /// <summary>A recurrent layer is about to run.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">[batch, time, …], checked.</param>
    /// <param name="initial">The state before the first step; null for zeros.</param>
    public abstract void OnRecurrent<TState>(Recurrent<TState> layer, MaskedTensor input, TState? initial)
        where TState : RecurrentState, IRecurrentState<TState>;

    /// <summary>An attention layer has run.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weights">[batch, time], [batch, queries, time] or [batch, heads, queries, time].</param>
    public virtual void OnAttention(Layer layer, Tensor weights)
    {
    }

    /// <summary>An embedding has looked up its vectors.</summary>
    /// <param name="vectors">[batch, …, units]</param>
    /// <param name="run">How many ids, up to its own place, each vector stands for.</param>
    /// <returns>The vectors that the model goes on with.</returns>
    public virtual Tensor OnEmbedding(Tensor vectors, int run) => vectors;

    /// <summary>The observer for a layer within another one that arranges its batches anew.</summary>
    /// <param name="whole">Makes of an array of the inner batch one of the outer batch.</param>
    /// <param name="axis">The axis behind the batch that it then has; null: no new one.</param>
    public virtual Observer Within(Func<Tensor, Tensor> whole, string? axis = null) => this;
}
