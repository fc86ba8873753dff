using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// Long- and short-term patterns of many series: a convolution, two recurrent networks, of which one skips from season to season, and
/// beside them a linear model of each target alone. Lai et al. 2018, "LSTNet".
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, lookback, features], the first <see cref="Targets"/> of them the targets; output [batch, horizon * targets], all
/// targets of a step side by side. Weights: those of <c>convolution</c>, <c>recurrent</c>, <c>skipping</c>, <c>dense</c> and
/// <c>highway</c>.
/// </para>
/// <code>
/// c = relu(x ∗ W + b)                                     over `window` steps and all features
/// r = last state of a GRU over c
/// s = last states of a GRU over every `skip`-th step of c, one for each of the `skip` phases
/// y = [r, s] V + d + linear(last `highway` values of each target), the same weights for all targets
/// </code>
/// <para>
/// As in the authors' program the convolution has no padding, and candidates of the GRUs take tanh. A masked step counts as zeros for the
/// convolution and the linear model; the GRUs pass over what the convolution sees of it.
/// </para>
/// <code>Sequential model = [new LstNet(filters: 50, window: 6, units: 50, skip: 24, skipUnits: 5, highway: 24, horizon: 24, targets: 321)];</code>
/// <para>It needs the whole sequence, so a model that contains it cannot be stepped.</para>
/// </remarks>
/// <param name="filters">Number of filters, at least 1.</param>
/// <param name="window">Steps that the convolution sees, at least 1.</param>
/// <param name="units">Units of the recurrent network, at least 1.</param>
/// <param name="skip">Steps from one season to the next; 0: no skipping network.</param>
/// <param name="skipUnits">Units of the skipping network, at least 1. Ignored without <paramref name="skip"/>.</param>
/// <param name="highway">Values that the linear model of each target sees; 0: no linear model.</param>
/// <param name="horizon">Steps of the forecast, at least 1.</param>
/// <param name="targets">How many features, the first ones, are targets; at least 1.</param>
public sealed class LstNet(int filters, int window, int units, int skip, int skipUnits, int highway, int horizon = 1, int targets = 1) : Layer
{
    private Conv1d convolution = null!;
    private Gru recurrent = null!;
    private Gru? skipping;
    private Dense dense = null!;
    private Dense? linear;
    private Dropout[] dropouts = [];

    /// <summary>Number of filters.</summary>
    public int Filters { get; } = filters;

    /// <summary>Steps that the convolution sees.</summary>
    public int Window { get; } = window;

    /// <summary>Units of the recurrent network.</summary>
    public int Units { get; } = units;

    /// <summary>Steps from one season to the next; 0: no skipping network.</summary>
    public int Skip { get; } = skip;

    /// <summary>Units of the skipping network.</summary>
    public int SkipUnits { get; } = skipUnits;

    /// <summary>Values that the linear model of each target sees; 0: no linear model.</summary>
    public int Highway { get; } = highway;

    /// <summary>Steps of the forecast.</summary>
    public int Horizon { get; } = horizon;

    /// <summary>How many features, the first ones, are targets.</summary>
    public int Targets { get; } = targets;

    /// <summary>Share of what convolution and recurrent networks put out that is dropped while training, in [0, 1). Default: 0.2.</summary>
    public float Dropout { get; init; } = 0.2f;

    internal override IEnumerable<Layer> Children =>
        new Layer?[] { convolution, recurrent, skipping, dense, linear }.Concat(dropouts).OfType<Layer>();

    internal override bool NeedsWholeSequence => true;

    internal override bool KeepsTime => false;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Filters < 1, $"filters must be at least 1, but is {Filters}"),
        (Window < 1, $"window must be at least 1, but is {Window}"),
        (Units < 1, $"units must be at least 1, but is {Units}"),
        (Skip < 0, $"skip must be 0 (no skipping network) or more, but is {Skip}"),
        (Skip > 0 && SkipUnits < 1, $"skipUnits must be at least 1, but is {SkipUnits}"),
        (Highway < 0, $"highway must be 0 (no linear model) or more, but is {Highway}"),
        (Horizon < 1, $"horizon must be at least 1, but is {Horizon}"),
        (Targets < 1, $"targets must be at least 1, but is {Targets}"),
        (Dropout is not (>= 0 and < 1), $"Dropout must be in [0, 1), but is {Dropout}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        var needed = Math.Max(Window + Math.Max(Skip, 1) - 1, Highway);
        if (sample.Rank != 2 || sample[0] < needed || sample[1] < Targets)
        {
            throw new ShapeException(
                $"{Title} needs samples [lookback, features] of at least {needed} steps (window, skip and highway) and {Targets} features (the targets), " +
                $"but got {sample}. Give longer windows, or make them shorter here.");
        }

        convolution = new Conv1d(Filters, Window) { Activation = Activation.Relu };
        recurrent = new Gru(Units);
        skipping = Skip > 0 ? new Gru(SkipUnits) : null;
        dense = new Dense(Horizon * Targets);
        linear = Highway > 0 ? new Dense(Horizon) : null;
        dropouts = [new(Dropout), new(Dropout), new(Dropout)];
        var seen = BuildChild(convolution, "convolution", sample, random);
        var summary = BuildChild(recurrent, "recurrent", seen, random);
        if (skipping is not null)
        {
            BuildChild(skipping, "skipping", seen.With(0, seen[0] / Skip), random);
            BuildChild(dropouts[2], "skipping_dropout", [Skip * SkipUnits], random);
            summary = [Units + (Skip * SkipUnits)];
        }

        var output = BuildChild(dense, "dense", summary, random);
        if (linear is not null) BuildChild(linear, "highway", [Targets, Highway], random);
        BuildChild(dropouts[0], "convolution_dropout", seen, random);
        BuildChild(dropouts[1], "recurrent_dropout", [Units], random);
        return output;
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        CheckInput(input.Values.Shape);
        var seen = dropouts[0].Call(convolution.Call(input, pass), pass);
        var summary = dropouts[1].Call(recurrent.Call(seen, pass), pass).Values;
        if (skipping is not null) summary = Tensor.Concat(1, summary, dropouts[2].Call(Seasons(seen, skipping, pass), pass).Values);
        var forecast = dense.Call(summary, pass).Values;
        return linear is null ? forecast : forecast + Alone(input, linear, pass);
    }

    /// <summary>The last states of all phases of the season, side by side: [batch, time, filters] -> [batch, skip * units].</summary>
    private Tensor Seasons(MaskedTensor seen, Gru network, Pass pass)
    {
        var (batch, time) = (seen.Values.Shape[0], seen.Values.Shape[1]);
        var apart = new MaskedTensor(Apart(seen.Values), seen.Mask is null ? null : Apart(seen.Mask));
        if (pass.Observer is not null)
            pass = pass with { Observer = pass.Observer.Within(x => x.Reshape(x.Shape.With(0, Skip).Insert(0, batch)), "phase") };
        return network.Call(apart, pass).Values.Reshape(batch, Skip * SkipUnits);

        // The last whole seasons, each phase as a sequence of its own: [batch, time, …] -> [batch * skip, seasons, …]
        Tensor Apart(Tensor x)
        {
            var (seasons, width) = (time / Skip, x.Length / (batch * time));
            return x.Slice(1, time - (seasons * Skip), seasons * Skip).Reshape(batch, seasons, Skip, width).Transpose(0, 2, 1, 3)
                .Reshape(x.Shape.With(0, batch * Skip).With(1, seasons));
        }
    }

    /// <summary>The linear model of each target: [batch, lookback, features] -> [batch, horizon * targets].</summary>
    private Tensor Alone(MaskedTensor input, Dense model, Pass pass)
    {
        var (batch, first) = (input.Values.Shape[0], input.Values.Shape[1] - Highway);
        var last = input.Values.Slice(1, first, Highway).Slice(2, 0, Targets);
        if (input.Mask is not null) last = SelectOp.Apply(input.Mask.Slice(1, first, Highway), last, null);
        return model.Call(last.Transpose(0, 2, 1), pass).Values.Transpose(0, 2, 1).Reshape(batch, Horizon * Targets);
    }

    private void CheckInput(Shape input)
    {
        if (input.Rank == 3 && input[1] >= Math.Max(Window + Math.Max(Skip, 1) - 1, Highway) && input[2] == InputShape[1]) return;
        throw new ShapeException(
            $"{Title} was built for {InputShape[1]} features, but got {input} = [batch, lookback, features]. " +
            $"Feed [batch, {InputShape[0]}, {InputShape[1]}] or build a new layer.");
    }
}
