using System.Text.Json.Serialization;
using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>What all recurrent layers share: the options, the masks and the state they carry.</summary>
/// <remarks>
/// Input [batch, time, features]; output [batch, units], the hidden state after the last step, or with
/// <see cref="ReturnSequences"/> [batch, time, units], that of every step. A masked step keeps the state, and its
/// output is the state kept, as in Keras.
/// </remarks>
public abstract class Recurrent : Layer
{
    private protected Recurrent(int units) => Units = units;

    /// <summary>Number of units: the width of the hidden state, at least 1.</summary>
    public int Units { get; }

    /// <summary>Activation of the candidate, and of an LSTM's output. Default: tanh.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Whether the output holds every step. Default: false, the last one only.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>Whether the state after the last step is kept, to be read as <c>FinalState</c>. Default: false.</summary>
    public bool ReturnState { get; init; }

    /// <summary>
    /// Whether time runs from the last step to the first. With <see cref="ReturnSequences"/> the output is in the
    /// order of processing, the last step first, as in Keras. Default: false.
    /// </summary>
    public bool GoBackwards { get; init; }

    /// <summary>
    /// Whether the next batch starts from the state that this one ended with, row by row, until
    /// <see cref="ResetState"/>. All batches must then have the same size. Default: false.
    /// </summary>
    public bool Stateful { get; init; }

    /// <summary>Where the first step starts from when no state is given or carried. Default: zeros.</summary>
    public InitialState InitialState { get; init; } = InitialState.Zero;

    /// <summary>Standard deviation of a random initial state. Default: 0.1. Ignored unless the state is random.</summary>
    public float InitialDeviation { get; init; } = 0.1f;

    /// <summary>
    /// Share of the inputs dropped while training, in [0, 1): the same features at all steps of a sample (Gal and
    /// Ghahramani 2016). Default: 0.
    /// </summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Share of the hidden state dropped in the recurrent products while training, in [0, 1): the same units at all
    /// steps of a sample (Gal and Ghahramani 2016). Default: 0.
    /// </summary>
    public float RecurrentDropout { get; init; }

    /// <summary>
    /// In training, the number of steps of a segment: only the states between segments are kept, and the steps of each
    /// segment are computed again on the way back (Chen et al. 2016). Long sequences then need little memory, for up to
    /// half as much time again; the square root of the number of steps is a good choice. Default: 0, all steps are kept.
    /// </summary>
    public int RecomputeSteps { get; init; }

    /// <summary>Whether a bias is added. Default: true.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Draws the kernel [features, gates * units]. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Draws the recurrent kernel [units, gates * units]. Default: orthogonal.</summary>
    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    /// <summary>Draws the bias. Default: zeros. Ignored without a bias.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <summary>Activation of the gates.</summary>
    private protected virtual Activation GateActivation => Activation.Sigmoid;

    /// <summary>Forgets the carried state of a <see cref="Stateful"/> layer: the next batch starts anew.</summary>
    public abstract void ResetState();

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (Units < 1, $"units must be at least 1, but is {Units}"),
        (!ChosenCurve.Has(Activation), $"Activation {Activation} has no recurrent form; use Tanh, Relu or another"),
        (!ChosenCurve.Has(GateActivation), $"RecurrentActivation {GateActivation} has no recurrent form; use Sigmoid or another"),
        (Dropout is not (>= 0 and < 1), $"Dropout must be in [0, 1), but is {Dropout}"),
        (RecurrentDropout is not (>= 0 and < 1), $"RecurrentDropout must be in [0, 1), but is {RecurrentDropout}"),
        (RecomputeSteps < 0, $"RecomputeSteps must be 0 (keep all steps) or more, but is {RecomputeSteps}"),
        (InitialDeviation is not (>= 0 and < float.PositiveInfinity), $"InitialDeviation must be 0 or more, but is {InitialDeviation}"));
}

/// <summary>A recurrent layer with a certain kind of state.</summary>
/// <typeparam name="TState">What is carried from step to step.</typeparam>
public abstract class Recurrent<TState> : Recurrent
    where TState : RecurrentState
{
    private RecurrentWeights weights = null!;
    private TState? carried;
    private TState? kept;
    private TState? latest;
    private bool isLent;

    private protected Recurrent(int units)
        : base(units)
    {
    }

    /// <summary>
    /// The state after the last step of the latest batch, in memory of its own; null before the first batch. Kept
    /// only with <see cref="Recurrent.ReturnState"/> or <see cref="Recurrent.Stateful"/>.
    /// </summary>
    [JsonIgnore]
    public TState? FinalState
    {
        get
        {
            isLent = true; // what was handed out is not written to again
            return kept;
        }
    }

    /// <summary>Which kernels run it.</summary>
    private protected abstract RecurrentCell Cell { get; }

    /// <summary>Number of gates: how many times the units stand side by side in a kernel.</summary>
    private protected abstract int Gates { get; }

    /// <summary>The shape of the bias.</summary>
    private protected virtual Shape BiasShape => [Gates * Units];

    /// <inheritdoc/>
    public override void ResetState() => carried = null;

    /// <summary>Makes the next batch of a <see cref="Recurrent.Stateful"/> layer start from a given state.</summary>
    /// <param name="state">Each part [batch, units].</param>
    public void SetState(TState state)
    {
        CheckState(state, state.Part(0).Rank == 0 ? 0 : state.Part(0).Shape[0]);
        carried = Keep(state, null);
    }

    /// <summary>Runs over a sequence from a given state, and returns all there is to know of it.</summary>
    /// <param name="input">[batch, time, features], with its mask if it has one.</param>
    /// <param name="initial">The state before the first step, each part [batch, units]; null for the layer's own way to start.</param>
    /// <param name="pass">Training or inference; default inference.</param>
    public RecurrentOutput<TState> Run(MaskedTensor input, TState? initial = null, Pass pass = default)
    {
        if (!IsBuilt) Build(input.Values.Shape.Remove(0), new Rng(0).Derive(Name));
        CheckInput(input);
        CheckState(initial, input.Values.Shape[0]);
        var x = input.Values;
        var batch = x.Shape[0];
        if (pass.Training && Dropout > 0)
            x *= DropoutMask([batch, 1, x.Shape[2]], Dropout, pass.Random.Derive(Name).Derive(1));
        var inputs = new SequenceInputs
        {
            X = x,
            Weights = weights,
            Mask = input.Mask,
            RecurrentDropout = pass.Training && RecurrentDropout > 0
                ? DropoutMask([batch, Units], RecurrentDropout, pass.Random.Derive(Name).Derive(2))
                : null,
            Reverse = GoBackwards,
            OutputAsProcessed = true,
            ReturnSequences = ReturnSequences,
            RecomputeSteps = RecomputeSteps,
            Activation = Activation,
            RecurrentActivation = GateActivation,
        };
        var output = Steps(inputs, initial ?? Start(batch, pass));
        if (ReturnState || Stateful) (kept, isLent) = (Keep(output.State, isLent ? null : kept), false);
        if (Stateful) carried = kept;
        return output;
    }

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank != 2)
        {
            throw new ShapeException(
                $"{Title} needs samples [time, features], but got {sample}: its input is [batch, time, features]. " +
                (sample.Rank == 1 ? "Put an Embedding before it, or give the layer below ReturnSequences." : "Reshape the input."));
        }

        var kernel = AddParameter("kernel", [sample[1], Gates * Units], KernelInitializer, random);
        var recurrentKernel = AddParameter("recurrent_kernel", [Units, Gates * Units], RecurrentInitializer, random);
        var bias = UseBias ? AddParameter("bias", BiasShape, BiasInitializer, random) : null;
        if (bias is not null) FillBias(bias.Value);
        weights = new(Cell, kernel.Value, recurrentKernel.Value, bias?.Value);
        return ReturnSequences ? [sample[0], Units] : [Units];
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var output = Run(input, null, pass);
        return ReturnSequences
            ? new MaskedTensor(output.Sequence!, GoBackwards && input.Mask is { } mask ? Reversed(mask) : input.Mask)
            : output.Last;
    }

    /// <summary>The whole-sequence operation.</summary>
    private protected abstract RecurrentOutput<TState> Steps(SequenceInputs inputs, TState? initial);

    /// <summary>Makes a state of its parts.</summary>
    private protected abstract TState FromParts(ReadOnlySpan<Tensor> parts);

    /// <summary>The number of parts of a state.</summary>
    private protected abstract int PartCount { get; }

    /// <summary>Changes the new bias, as the LSTM does for its forget gate.</summary>
    private protected virtual void FillBias(Tensor value)
    {
    }

    /// <summary>A state of these tensors: that of the step before where it holds the same, as those of a re-used step do.</summary>
    private protected TState StateOf(ReadOnlySpan<Tensor> parts)
    {
        var isSame = latest is not null;
        for (var part = 0; isSame && part < parts.Length; part++) isSame = ReferenceEquals(latest!.Part(part), parts[part]);
        return latest = isSame ? latest! : FromParts(parts);
    }

    private static Tensor DropoutMask(Shape shape, float rate, Rng random)
    {
        var mask = Workspace.New(shape);
        random.FillDropoutMask(mask.Values, rate);
        return mask;
    }

    private static Tensor Reversed(Tensor mask)
    {
        var reversed = Workspace.New(mask.Shape);
        var (batch, time) = (mask.Shape[0], mask.Shape[1]);
        for (var row = 0; row < batch; row++)
        {
            mask.Values.Slice(row * time, time).CopyTo(reversed.Values[(row * time)..]);
            reversed.Values.Slice(row * time, time).Reverse();
        }

        return reversed;
    }

    private TState? Start(int batch, Pass pass)
    {
        if (Stateful && carried is not null)
        {
            if (carried.Part(0).Shape[0] == batch) return carried;
            throw new ShapeException(
                $"{Title} is stateful and carries the state of {carried.Part(0).Shape[0]} rows, but this batch has {batch}. " +
                "Use batches of one size, or call ResetState first.");
        }

        if (InitialState == InitialState.Zero || !pass.Training) return null;
        var parts = new Tensor[PartCount];
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part] = Workspace.New([batch, Units]);
            pass.Random.Derive(Name).Derive(3 + (ulong)part).FillNormal(parts[part].Values, InitialDeviation);
        }

        return FromParts(parts);
    }

    /// <summary>Copies a state out of the step's memory, into that of an earlier copy where it fits.</summary>
    private TState Keep(TState state, TState? room)
    {
        if (room is null || ReferenceEquals(room, state) || room.Part(0).Shape != state.Part(0).Shape)
        {
            var parts = new Tensor[PartCount];
            for (var part = 0; part < parts.Length; part++) parts[part] = state.Part(part).Clone();
            return FromParts(parts);
        }

        for (var part = 0; part < PartCount; part++) state.Part(part).Values.CopyTo(room.Part(part).Values);
        return room;
    }

    private void CheckInput(MaskedTensor input)
    {
        var shape = input.Values.Shape;
        if (shape.Rank != 3 || shape[2] != weights.Inputs)
        {
            var got = shape.Rank == 3 ? $"{shape[2]}: input {shape.Describe("batch", "time", "features")}" : $"input {shape}";
            throw new ShapeException(
                $"{Title} was built for {weights.Inputs} features but got {got}. " +
                $"Feed [batch, time, {weights.Inputs}] or build a new layer.");
        }

        if (shape[0] == 0 || shape[1] == 0)
            throw new ShapeException(
                $"{Title} needs at least one sample and one step, but got {shape.Describe("batch", "time", "features")}.");
        if (input.Mask is { } mask && mask.Shape != [shape[0], shape[1]])
        {
            throw new ShapeException(
                $"{Title} needs a mask [batch, time] = [{shape[0]}, {shape[1]}] for its input {shape}, but got {mask.Shape}.");
        }
    }

    private void CheckState(TState? state, int batch)
    {
        for (var part = 0; state is not null && part < PartCount; part++)
        {
            if (state.Part(part).Shape != [batch, Units])
            {
                throw new ShapeException(
                    $"{Title} needs an initial state of shape [{batch}, {Units}] = [batch, units], but got {state.Part(part).Shape}.");
            }
        }
    }
}
