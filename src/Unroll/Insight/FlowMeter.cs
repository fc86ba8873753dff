using Unroll.Autograd;

namespace Unroll.Insight;

/// <summary>Looks on while a model runs, and takes vectors back through each recurrent layer.</summary>
internal sealed class FlowMeter(GradientFlowOptions options) : Observer
{
    private readonly HashSet<string> layers = [];

    /// <summary>What was measured so far.</summary>
    public List<GradientCurve> Curves { get; } = [];

    public override void OnRecurrent<TState>(Recurrent<TState> layer, MaskedTensor input, TState? initial)
        where TState : class
    {
        var states = States(layer, input, initial);
        var vectors = new BackwardVectors(states[^1].Parts, options);
        var meter = new LagMeter(input, states[^1].Parts.Count);
        meter.Add(vectors);
        var tape = new Tape();
        for (var step = states.Length - 1; step > 0; step--)
        {
            var at = At(layer, input, step);
            var spread = new MaskedTensor(vectors.Spread(at.Values), at.Mask is null ? null : vectors.Spread(at.Mask));
            using (tape.Record())
            {
                Tensor[] before = [.. states[step - 1].Parts.Select(vectors.Spread)];
                foreach (var part in before) part.RequiresGradient = true;
                vectors.StepBack(tape, before, layer.StateAfter(spread, TState.FromParts(before)).Parts);
            }

            meter.StepBack(at.Mask);
            meter.Add(vectors);
        }

        var name = layer.Name;
        for (var number = 1; !layers.Add(name); number++) name = $"{layer.Name}_{number}";
        var names = states[^1].PartNames;
        for (var part = 0; part < names.Count; part++)
            Curves.Add(new($"{name}/{names[part]}", meter.Log10Means(part), vectors.AreComplete));
    }

    /// <summary>The state after each step, in the order of processing.</summary>
    private static TState[] States<TState>(Recurrent<TState> layer, MaskedTensor input, TState? initial)
        where TState : RecurrentState, IRecurrentState<TState>
    {
        var states = new TState[input.Values.Shape[1]];
        for (var step = 0; step < states.Length; step++)
            states[step] = layer.StateAfter(At(layer, input, step), step == 0 ? initial : states[step - 1]);
        return states;
    }

    /// <summary>The input of a step, counted in the order of processing: [batch, 1, …].</summary>
    private static MaskedTensor At(Recurrent layer, MaskedTensor input, int step)
    {
        var t = layer.GoBackwards ? input.Values.Shape[1] - 1 - step : step;
        return new(input.Values.Slice(1, t, 1), input.Mask?.Slice(1, t, 1));
    }
}
