using System.Text.Json.Serialization;
using Unroll.Autograd;

namespace Unroll;

/// <summary>A recurrent layer with a certain kind of state.</summary>
/// <typeparam name="TState">What is carried from step to step.</typeparam>
public abstract class Recurrent<TState> : Recurrent
    where TState : RecurrentState, IRecurrentState<TState>
{
    private readonly CarriedState<TState> carried = new();
    private Shape[] stateShapes = [];
    private Tensor[] learned = [];

    private protected Recurrent(int units)
        : base(units)
    {
    }

    /// <summary>
    /// The state after the last step of the latest batch, in memory of its own; null before the first batch. Kept
    /// only with <see cref="Recurrent.ReturnState"/> or <see cref="Recurrent.Stateful"/>.
    /// </summary>
    [JsonIgnore]
    public TState? FinalState => carried.Lend();

    /// <summary>The shape of each part of the state for one sample, without the batch axis. Default: a single [units].</summary>
    [JsonIgnore]
    protected virtual IReadOnlyList<Shape> StateShapes => [[Units]];

    /// <inheritdoc/>
    public override void ResetState() => carried.Forget();

    /// <summary>Makes the next batch of a <see cref="Recurrent.Stateful"/> layer start from a given state.</summary>
    /// <param name="state">Each part [batch, …].</param>
    public void SetState(TState state)
    {
        CheckState(state, state.Part(0).Rank == 0 ? 0 : state.Part(0).Shape[0]);
        carried.Put(state, stateShapes.Length);
    }

    /// <summary>Runs over a sequence from a given state, and returns all there is to know of it.</summary>
    /// <param name="input">[batch, time, features], with its mask if it has one.</param>
    /// <param name="initial">The state before the first step, each part [batch, …]; null for the layer's own way to start.</param>
    /// <param name="pass">Training or inference; default inference.</param>
    public RecurrentOutput<TState> Run(MaskedTensor input, TState? initial = null, Pass pass = default)
    {
        if (!IsBuilt) Build(input.Values.Shape.Remove(0), new Rng(0).Derive(Name));
        CheckInput(input);
        var batch = input.Values.Shape[0];
        CheckState(initial, batch);
        if (pass.Training && Dropout > 0)
            input = input with { Values = input.Values * DropoutMask(FeatureMaskShape(input.Values.Shape), Dropout, pass, 1) };
        var room = pass.State?.Of<TState>(Name);
        var start = initial ?? Start(room, batch, pass);
        pass.Observer?.OnRecurrent(this, input, start);
        var output = RunSteps(input, start, pass);
        if ((ReturnState || Stateful) && pass.Observer is null) carried.Put(output.State, stateShapes.Length);
        room?.Put(output.State, stateShapes.Length);
        return ZeroOutputForMask && output.Sequence is { } sequence && OutputMask(input) is { } mask
            ? output with { Sequence = SelectOp.Apply(mask, sequence, null) }
            : output;
    }

    /// <inheritdoc/>
    protected sealed override Shape OnBuild(Shape sample, Rng random)
    {
        CheckSample(sample);
        BuildWeights(sample.Remove(0), random);
        foreach (var parameter in Parameters) SetRules(parameter);
        stateShapes = [.. StateShapes];
        if (InitialState == InitialState.Learned)
            learned = [.. stateShapes.Select((shape, part) => AddParameter($"initial_state_{part}", shape, Initializer.Zeros, random).Value)];
        return ReturnSequences ? stateShapes[0].Insert(0, sample[0]) : stateShapes[0];
    }

    /// <inheritdoc/>
    protected sealed override MaskedTensor Forward(MaskedTensor input, Pass pass) => OutputOf(Run(input, null, pass), input);

    internal sealed override (MaskedTensor Output, RecurrentState State) CallFrom(MaskedTensor input, RecurrentState? initial, Pass pass)
    {
        if (pass.CheckNumbers) NumberCheck.Given(this, input);
        var made = Run(input, (TState?)initial, pass);
        var output = OutputOf(made, input);
        if (pass.CheckNumbers) NumberCheck.Made(this, output);
        return (output, made.State);
    }

    internal sealed override bool TakesStatesOf(Layer other) => other is Recurrent<TState> like && stateShapes.AsSpan().SequenceEqual(like.stateShapes);

    internal sealed override IReadOnlyList<Shape> PartShapes => stateShapes;

    internal sealed override RecurrentState StateFrom(ReadOnlySpan<Tensor> parts) => TState.FromParts(parts);

    private MaskedTensor OutputOf(RecurrentOutput<TState> made, MaskedTensor input) =>
        ReturnSequences ? new MaskedTensor(made.Sequence!, OutputMask(input)) : made.Last;

    /// <summary>Creates the weights.</summary>
    /// <param name="step">The shape of one step of the input: [features].</param>
    /// <param name="random">Source of the initial weights.</param>
    protected abstract void BuildWeights(Shape step, Rng random);

    /// <summary>Runs over all steps.</summary>
    /// <param name="input">Checked, with dropout applied.</param>
    /// <param name="initial">The state before the first step; null for zeros.</param>
    /// <param name="pass">Training or inference.</param>
    private protected abstract RecurrentOutput<TState> RunSteps(MaskedTensor input, TState? initial, Pass pass);

    /// <summary>The state after some steps in inference; unlike <see cref="Run"/> it carries nothing on and shows nothing.</summary>
    /// <param name="input">[batch, time, …], with its mask if it has one.</param>
    /// <param name="initial">The state before the first step; null for zeros.</param>
    internal TState StateAfter(MaskedTensor input, TState? initial) => RunSteps(input, initial, Pass.Inference).State;

    /// <summary>The state after a single step in inference, and what stands between: gates and the like.</summary>
    /// <param name="step">[batch, 1, …], with its mask if it has one.</param>
    /// <param name="before">The state before it; null for zeros.</param>
    /// <param name="gates">To be given each gate, [batch, …].</param>
    internal TState TraceStep(MaskedTensor step, TState? before, List<(string Name, Tensor Value)> gates)
    {
        ShowTo(gates);
        try
        {
            TraceGates(step.Values.Reshape(step.Values.Shape.Remove(1)), before);
            return StateAfter(step, before);
        }
        finally
        {
            ShowTo(null);
        }
    }

    /// <summary>Shows the gates of a step, where the operation that runs the layer does not.</summary>
    /// <param name="x">[batch, …]</param>
    /// <param name="before">The state before the step; null for zeros.</param>
    private protected virtual void TraceGates(Tensor x, TState? before)
    {
    }

    /// <summary>Whether outputs of all steps are in the order of processing, and that is from last to first.</summary>
    private protected bool OutputsReversed => GoBackwards && !OutputsInTime;

    /// <summary>The mask in the order in which outputs stand.</summary>
    private Tensor? OutputMask(MaskedTensor input) => OutputsReversed && input.Mask is { } mask ? FlipOp.Apply(mask) : input.Mask;

    /// <summary>Number of axes of one step of the input.</summary>
    private protected virtual int StepRank => 1;

    /// <summary>Number of features of the built layer: the last axis of its input.</summary>
    private protected int Features => InputShape[^1];

    /// <summary>A mask of 0 and 1 / (1 - rate).</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="rate">Share of zeros.</param>
    /// <param name="pass">Where random draws come from.</param>
    /// <param name="use">Which of the layer's masks it is.</param>
    private protected Tensor DropoutMask(Shape shape, float rate, Pass pass, ulong use) => Mask(shape, rate, 1 / (1 - rate), pass, use);

    /// <summary>A mask of 0 and another value.</summary>
    private protected Tensor Mask(Shape shape, float rate, float kept, Pass pass, ulong use)
    {
        var mask = Workspace.New(shape);
        pass.Random.Derive(Name).Derive(use).FillMask(mask.Values, rate, kept);
        return mask;
    }

    /// <summary>The mask for the recurrent products of this batch, [batch, …]; null where nothing is dropped.</summary>
    private protected Tensor? RecurrentDropoutMask(int batch, Pass pass) => pass.Training && RecurrentDropout > 0
        ? DropoutMask(stateShapes[0].Insert(0, batch), RecurrentDropout, pass, 2)
        : null;

    /// <summary>The same features at all steps: [batch, 1, …].</summary>
    private static Shape FeatureMaskShape(Shape input) => input.With(1, 1);

    /// <summary>The state before the first step, or null for zeros.</summary>
    private TState? Start(CarriedState<TState>? room, int batch, Pass pass)
    {
        if ((room?.Current ?? (Stateful ? carried.Current : null)) is { } state)
        {
            if (state.Part(0).Shape[0] == batch) return state;
            throw new ShapeException(
                $"{Title} {(room is null ? "is stateful and " : "")}carries the state of {state.Part(0).Shape[0]} rows, but this batch has {batch}. " +
                (room is null ? "Use batches of one size, or call ResetState first." : "Start with a new ModelState for another number of rows."));
        }

        return InitialState switch
        {
            InitialState.Random when pass.Training => RandomState(batch, pass),
            InitialState.Learned => LearnedState(batch),
            _ => null,
        };
    }

    private TState RandomState(int batch, Pass pass)
    {
        var parts = new Tensor[stateShapes.Length];
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part] = Workspace.New(stateShapes[part].Insert(0, batch));
            pass.Random.Derive(Name).Derive(3 + (ulong)part).FillNormal(parts[part].Values, InitialDeviation);
        }

        return TState.FromParts(parts);
    }

    private TState LearnedState(int batch)
    {
        var parts = new Tensor[learned.Length];
        for (var part = 0; part < parts.Length; part++) parts[part] = learned[part] + Workspace.NewZeros(stateShapes[part].Insert(0, batch));
        return TState.FromParts(parts);
    }

    private void SetRules(Parameter parameter)
    {
        if (parameter.Name == "bias") (parameter.Regularizer, parameter.Constraint) = (BiasRegularizer, BiasConstraint);
        else if (parameter.Name == "kernel") (parameter.Regularizer, parameter.Constraint) = (KernelRegularizer, KernelConstraint);
        else if (parameter.Name.StartsWith("recurrent_kernel", StringComparison.Ordinal))
            (parameter.Regularizer, parameter.Constraint) = (RecurrentRegularizer, RecurrentConstraint);
    }

    private void CheckSample(Shape sample)
    {
        if (sample.Rank == 1 + StepRank) return;
        throw new ShapeException(
            $"{Title} needs samples {InputAxes(batch: false)}, but got {sample}: its input is {InputAxes()}. " +
            (sample.Rank == 1 ? "Put an Embedding before it, or give the layer below ReturnSequences." : "Reshape the input."));
    }

    private protected virtual string InputAxes(bool batch = true) => batch ? "[batch, time, features]" : "[time, features]";

    private void CheckInput(MaskedTensor input)
    {
        var shape = input.Values.Shape;
        if (shape.Rank != 2 + StepRank || shape.Remove(0).Remove(0) != InputShape.Remove(0))
        {
            var got = shape.Rank == 3 ? $"{shape[2]}: input {shape.Describe("batch", "time", "features")}" : $"input {shape}";
            throw new ShapeException(
                StepRank == 1
                    ? $"{Title} was built for {Features} features but got {got}. Feed [batch, time, {Features}] or build a new layer."
                    : $"{Title} was built for steps {InputShape.Remove(0)} but got {shape}. Feed {InputAxes()} or build a new layer.");
        }

        if (shape[0] == 0 || shape[1] == 0)
            throw new ShapeException($"{Title} needs at least one sample and one step, but got {shape} = {InputAxes()}.");
        if (input.Mask is { } mask && mask.Shape != [shape[0], shape[1]])
        {
            throw new ShapeException(
                $"{Title} needs a mask [batch, time] = [{shape[0]}, {shape[1]}] for its input {shape}, but got {mask.Shape}.");
        }
    }

    /// <summary>A part of the state with its axes named, where they are those of most layers.</summary>
    private string StateText(Shape part) => StepRank == 1 ? part.Describe("batch", "units") : part.ToString();

    private void CheckState(TState? state, int batch)
    {
        for (var part = 0; state is not null && part < stateShapes.Length; part++)
        {
            var needed = stateShapes[part].Insert(0, batch);
            if (state.Part(part).Shape != needed)
                throw new ShapeException($"{Title} needs an initial state of shape {StateText(needed)}, but got {state.Part(part).Shape}.");
        }
    }
}
