namespace Unroll.Insight;

/// <summary>Looks on while a model runs, and keeps what recurrent layers and attention compute.</summary>
internal sealed class Tracer : Observer
{
    private readonly HashSet<string> layers;
    private readonly Func<Tensor, Tensor> whole;
    private readonly string[] leading;

    /// <summary>A tracer of a whole model.</summary>
    public Tracer()
        : this([], [], x => x, ["batch"])
    {
    }

    private Tracer(List<TracedArray> arrays, HashSet<string> layers, Func<Tensor, Tensor> whole, string[] leading) =>
        (Arrays, this.layers, this.whole, this.leading) = (arrays, layers, whole, leading);

    /// <summary>What was kept so far.</summary>
    public List<TracedArray> Arrays { get; }

    public override void OnRecurrent<TState>(Recurrent<TState> layer, MaskedTensor input, TState? initial)
        where TState : class
    {
        var time = input.Values.Shape[1];
        Dictionary<string, Tensor> gates = [], parts = [];
        List<(string Name, Tensor Value)> shown = [];
        var state = initial;
        for (var step = 0; step < time; step++)
        {
            var t = layer.GoBackwards ? time - 1 - step : step;
            var mask = input.Mask?.Slice(1, t, 1);
            shown.Clear();
            state = layer.TraceStep(new(input.Values.Slice(1, t, 1), mask), state, shown);
            foreach (var (name, value) in shown) Keep(gates, name, value, t, time, mask);
            for (var part = state.PartNames.Count - 1; part >= 0; part--) Keep(parts, state.PartNames[part], state.Part(part), t, time, null);
        }

        var owner = FreeName(layer.Name);
        foreach (var (name, value) in gates.Concat(parts)) Add($"{owner}/{name}", value, ["time", .. UnitAxes(value.Rank - 2)]);
    }

    public override void OnAttention(Layer layer, Tensor weights) => Add(
        $"{FreeName(layer.Name)}/weights", weights, weights.Rank switch { 2 => ["time"], 3 => ["queries", "time"], _ => ["heads", "queries", "time"] });

    public override Observer Within(Func<Tensor, Tensor> whole, string? axis = null) =>
        new Tracer(Arrays, layers, x => this.whole(whole(x)), axis is null ? leading : [.. leading, axis]);

    /// <summary>Puts the values of a step into their array [batch, time, …], which is NaN where there are none.</summary>
    private static void Keep(Dictionary<string, Tensor> all, string name, Tensor value, int t, int time, Tensor? mask)
    {
        if (value.Length == 0) return; // of a state without this part, such as a window of one step
        var batch = value.Shape[0];
        if (!all.TryGetValue(name, out var array)) all[name] = array = Tensor.Full(value.Shape.Insert(1, time), float.NaN);
        var width = value.Length / batch;
        for (var row = 0; row < batch; row++)
        {
            if (mask is null || mask.Values[row] != 0)
                value.Values.Slice(row * width, width).CopyTo(array.Values[(((row * time) + t) * width)..]);
        }
    }

    private void Add(string name, Tensor value, string[] axes) => Arrays.Add(new(name, whole(value).Clone(), [.. leading, .. axes]));

    private static IEnumerable<string> UnitAxes(int count) => count == 1 ? ["units"] : Enumerable.Range(1, count).Select(axis => $"units_{axis}");

    /// <summary>The layer's name, with a number where it ran before or another one has it.</summary>
    private string FreeName(string name)
    {
        var free = name;
        for (var number = 1; !layers.Add(free); number++) free = $"{name}_{number}";
        return free;
    }
}
