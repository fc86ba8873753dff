namespace Unroll;

/// <summary>
/// What all recurrent layers of a model carry from step to step. It belongs to whoever steps the model, not to the model:
/// one model can follow many sequences at once, each with a state of its own.
/// </summary>
/// <remarks>
/// <code>
/// var state = new ModelState();
/// foreach (var x in readings) Show(model.Step(x, state));   // x [batch, features]
/// </code>
/// A new state is empty: every layer starts as it does at the beginning of a sequence. It is written to files by
/// <see cref="Formats.StateFile"/>. A state belongs to one thread at a time.
/// </remarks>
public sealed class ModelState
{
    private readonly SortedDictionary<string, CarriedState> layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor[]> given = [];

    /// <summary>The parts of the state of each layer, by its name: each [batch, …].</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Tensor>> Parts
    {
        get
        {
            var all = layers.ToDictionary(pair => pair.Key, pair => pair.Value.Parts);
            foreach (var (name, parts) in given) all[name] = parts;
            return all;
        }
    }

    /// <summary>The memory that steps work in; the result of a step lives there until the next.</summary>
    internal Workspace Memory { get; } = new();

    /// <summary>Forgets everything: the next step is the first of a sequence.</summary>
    public void Reset()
    {
        given.Clear();
        foreach (var layer in layers.Values) layer.Forget();
    }

    /// <summary>A state of its own with the same values: to try several ways on from one point.</summary>
    public ModelState Clone()
    {
        var copy = new ModelState();
        foreach (var (name, parts) in Parts)
        {
            if (parts.Count > 0) copy.Give(name, [.. parts.Select(part => part.Clone())]);
        }

        return copy;
    }

    /// <summary>Sets what a layer will start from.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="parts">Its state, each part [batch, …].</param>
    internal void Give(string layer, Tensor[] parts) => given[layer] = parts;

    /// <summary>What a layer carries.</summary>
    /// <param name="layer">The layer's name.</param>
    internal CarriedState<TState> Of<TState>(string layer)
        where TState : RecurrentState, IRecurrentState<TState>
    {
        if (!layers.TryGetValue(layer, out var carried)) layers[layer] = carried = new CarriedState<TState>();
        var own = (CarriedState<TState>)carried;
        if (given.Count > 0 && given.Remove(layer, out var parts)) own.Put(TState.FromParts(parts), parts.Length);
        return own;
    }
}
