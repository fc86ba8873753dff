using System.Text.Json.Serialization;
using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// One recurrent network for past and future: at every step it sees the targets of the step before and puts out those of its own,
/// or their distribution. Salinas et al. 2020, "DeepAR".
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, lookback + horizon, features]: the first <see cref="Targets"/> features are the targets, the others what is known
/// beside them; output [batch, horizon, targets * outputs], of one value for each target or the outputs of its
/// <see cref="Distribution"/>. Weights: those of the layers, each under its place, and of the dense <c>head</c>.
/// </para>
/// <code>
/// h_t = network(h_{t-1}, [y_{t-1}, other features of step t]);  y_0 = 0
/// output_t = h_t W + b
/// </code>
/// <para>
/// In training y_{t-1} of a future step is the true target where the mask [batch, lookback + horizon] is 1 (teacher forcing; Williams
/// and Zipser 1989), and the network's own output (a distribution's mean) where it is 0 or there is no mask. In inference no target of
/// the future is read. With all targets known the sequence is one call of the layers, else steps follow one by one; the bits are the
/// same. Steps of the past whose mask is 0 are passed over, and count as 0 where they are the step before. The output has no mask.
/// With <see cref="Pass.Sampling"/> it is a sample path, [batch, horizon, targets].
/// </para>
/// <code>
/// Sequential model = [new Autoregressive(new Lstm(40) { ReturnSequences = true }, 24) { Distribution = Distribution.StudentT }];
/// model.Compile(new Adam(), Loss.Likelihood(Distribution.StudentT));
/// </code>
/// <para>It needs the whole sequence, so a model that contains it cannot be stepped.</para>
/// </remarks>
public sealed class Autoregressive : Layer
{
    private Dense head = null!;

    /// <summary>A network of several layers, one behind the other.</summary>
    /// <param name="layers">Recurrent layers that return sequences, at least one.</param>
    /// <param name="horizon">Steps of the future, at least 1.</param>
    /// <param name="targets">How many features, the first ones, are targets; at least 1.</param>
    [JsonConstructor]
    public Autoregressive(IReadOnlyList<Layer> layers, int horizon, int targets = 1) => (Layers, Horizon, Targets) = (layers, horizon, targets);

    /// <summary>A network of one layer.</summary>
    /// <param name="layer">A recurrent layer that returns sequences.</param>
    /// <param name="horizon">Steps of the future, at least 1.</param>
    /// <param name="targets">How many features, the first ones, are targets; at least 1.</param>
    public Autoregressive(Layer layer, int horizon, int targets = 1)
        : this([layer], horizon, targets)
    {
    }

    /// <summary>The recurrent layers, in the order of their use.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Steps of the future.</summary>
    public int Horizon { get; }

    /// <summary>How many features, the first ones, are targets.</summary>
    public int Targets { get; }

    /// <summary>What the outputs describe; null: the targets themselves. Default: null.</summary>
    public Distribution? Distribution { get; init; }

    /// <summary>
    /// Share of known targets, in [0, 1], for which the network is fed its own output in training, drawn for each sample and step:
    /// so it learns to go on from its errors (Bengio et al. 2015). Default: 0.
    /// </summary>
    /// <remarks>Steps then follow one by one; masks that a layer draws for every step (zoneout) are the same at all of them.</remarks>
    public float ScheduledSampling { get; init; }

    internal override IEnumerable<Layer> Children => head is null ? Layers : [.. Layers, head];

    internal override bool NeedsWholeSequence => true;

    internal override bool KeepsTime => false;

    internal override int FutureSteps => Horizon;

    internal override bool LearnsFromTargets => true;

    private int Outputs => Distribution is { } distribution ? LikelihoodKernel.Outputs(distribution) : 1;

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Layers.Count == 0, "it has no layers"),
        (Layers.Distinct().Count() < Layers.Count, "a layer stands in it twice"),
        (Layers.Any(layer => layer is not Recurrent { ReturnSequences: true, GoBackwards: false, Stateful: false }),
            "all layers must be recurrent ones with ReturnSequences, neither backwards nor stateful"),
        (Horizon < 1, $"horizon must be at least 1, but is {Horizon}"),
        (Targets < 1, $"targets must be at least 1, but is {Targets}"),
        (ScheduledSampling is not (>= 0 and <= 1), $"ScheduledSampling must be in [0, 1], but is {ScheduledSampling}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        ForecastWindow.CheckSample(this, sample, Horizon, Targets, "the targets");
        var shape = sample;
        for (var place = 0; place < Layers.Count; place++) shape = BuildChild(Layers[place], $"{place}", shape, random);
        head = new Dense(Targets * Outputs);
        return BuildChild(head, "head", shape.With(0, Horizon), random);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        ForecastWindow.CheckInput(this, input.Values.Shape, Horizon);
        var (time, lookback) = (input.Values.Shape[1], input.Values.Shape[1] - Horizon);
        var taught = pass.Training && input.Mask is not null ? Taught(input.Mask, lookback, pass) : null;
        var isKnown = Horizon == 1 || (taught is not null && !taught.Values.Contains(0));
        var states = new RecurrentState?[Layers.Count];
        var (start, mask) = Start(input, isKnown && !pass.Sampling ? time : lookback + 1);
        var sequence = Run(new MaskedTensor(start, mask), states, pass);
        var outputs = head.Call(sequence.Slice(1, lookback, sequence.Shape[1] - lookback), pass).Values;
        return outputs.Shape[1] == Horizon && !pass.Sampling ? outputs : StepByStep(input.Values, outputs, taught, states, pass);
    }

    /// <summary>Goes on from the output of the first step of the future.</summary>
    private Tensor StepByStep(Tensor x, Tensor output, Tensor? taught, RecurrentState?[] states, Pass pass)
    {
        var lookback = x.Shape[1] - Horizon;
        var steps = new Tensor[Horizon];
        var silent = pass with { Observer = null }; // it has seen the past
        for (var step = 0; ; step++)
        {
            var own = pass.Sampling && Distribution is not null ? Drawn(output, step, pass) : Mean(output);
            steps[step] = pass.Sampling ? own : output;
            if (step == Horizon - 1) return Tensor.Concat(1, steps);
            var before = taught is null ? own : SelectOp.Apply(taught.Slice(1, step, 1), x.Slice(1, lookback + step, 1).Slice(2, 0, Targets), own);
            output = head.Call(Run(WithOthers(before, x, lookback + step + 1), states, silent), silent).Values;
        }
    }

    /// <summary>The layers one behind the other, each from its state, which moves on.</summary>
    private Tensor Run(MaskedTensor input, RecurrentState?[] states, Pass pass)
    {
        for (var place = 0; place < Layers.Count; place++)
            (input, states[place]) = ((Recurrent)Layers[place]).CallFrom(input, states[place], pass);
        return input.Values;
    }

    /// <summary>What the network sees of the first steps, and their mask; null where all are real.</summary>
    private (Tensor Steps, Tensor? Mask) Start(MaskedTensor input, int count)
    {
        var (batch, lookback) = (input.Values.Shape[0], input.Values.Shape[1] - Horizon);
        var known = input.Values.Slice(1, 0, count - 1).Slice(2, 0, Targets);
        var mask = ForecastWindow.PastMask(input.Mask, lookback);
        if (mask is not null)
        {
            known = SelectOp.Apply(input.Mask!.Slice(1, 0, count - 1), known, null);
            var future = Workspace.New([batch, count - lookback]);
            future.Values.Fill(1);
            mask = Tensor.Concat(1, mask, future);
        }

        return (WithOthers(Tensor.Concat(1, Workspace.NewZeros([batch, 1, Targets]), known), input.Values, 0), mask);
    }

    /// <summary>Targets of the steps before, [batch, steps, targets], beside the other features of the steps from a certain one on.</summary>
    private Tensor WithOthers(Tensor before, Tensor x, int first)
    {
        var others = x.Shape[2] - Targets;
        return others == 0 ? before : Tensor.Concat(2, before, x.Slice(1, first, before.Shape[1]).Slice(2, Targets, others));
    }

    /// <summary>Where the next step is fed the true target of a step of the future, [batch, horizon - 1].</summary>
    private Tensor Taught(Tensor mask, int lookback, Pass pass)
    {
        var (batch, count) = (mask.Shape[0], Horizon - 1);
        var taught = Workspace.New([batch, count]);
        for (var row = 0; row < batch; row++)
        {
            var steps = taught.Values.Slice(row * count, count);
            mask.Values.Slice((row * mask.Shape[1]) + lookback, count).CopyTo(steps);
            if (ScheduledSampling == 0) continue;
            var random = pass.Random.Derive(Name).Derive(1).Derive((ulong)row);
            foreach (ref var step in steps) step = random.NextSingle() < ScheduledSampling ? 0 : step;
        }

        return taught;
    }

    /// <summary>[batch, 1, targets * outputs] -> [batch, 1, targets]</summary>
    private Tensor Mean(Tensor output)
    {
        if (Outputs == 1) return output;
        var first = output.Reshape(output.Shape[0], 1, Targets, Outputs).Slice(3, 0, 1).Reshape(output.Shape[0], 1, Targets);
        return Distribution == Unroll.Distribution.NegativeBinomial ? first.Activate(Activation.Softplus) + (float)LikelihoodKernel.Smallest : first;
    }

    /// <summary>A draw for each target, from a stream for each sample and step; [batch, 1, targets].</summary>
    private Tensor Drawn(Tensor output, int step, Pass pass)
    {
        var drawn = Workspace.New(output.Shape.With(2, Targets));
        for (var row = 0; row < output.Shape[0]; row++)
        {
            var random = pass.Random.Derive(Name).Derive(2).Derive((ulong)row).Derive((ulong)step);
            for (var place = row * Targets; place < (row + 1) * Targets; place++)
            {
                var parameters = new DistributionParameters(Distribution!.Value, output.Values.Slice(place * Outputs, Outputs));
                drawn.Values[place] = (float)parameters.Sample(ref random);
            }
        }

        return drawn;
    }
}
