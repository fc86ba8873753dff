using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// What <see cref="SimpleRnn"/>, <see cref="Lstm"/> and <see cref="Gru"/> share: a whole sequence is one operation with a
/// backward pass through time of its own.
/// </summary>
/// <typeparam name="TState">What is carried from step to step.</typeparam>
public abstract class FusedRecurrent<TState> : Recurrent<TState>
    where TState : RecurrentState, IRecurrentState<TState>
{
    private RecurrentWeights weights = null!;
    private RecurrentWeights? droppedWeights;
    private TState? latest;

    private protected FusedRecurrent(int units)
        : base(units)
    {
    }

    /// <summary>Activation of the candidate, and of an LSTM's output. Default: tanh.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>
    /// Zoneout: the share of the hidden state's units that keep their old value at a step, in [0, 1): drawn anew for every
    /// step while training, a weighted mean of old and new in inference (Krueger et al. 2017). Default: 0.
    /// </summary>
    public float Zoneout { get; init; }

    /// <summary>
    /// Share of the recurrent kernel's weights dropped while training, in [0, 1): the same ones at all steps of a batch
    /// (weight-drop, Merity et al. 2018). Default: 0.
    /// </summary>
    public float WeightDropout { get; init; }

    /// <summary>
    /// Draws the bias of each gate, in the order in which the gates stand in the kernels; empty: all by
    /// <see cref="Recurrent.BiasInitializer"/>. Default: empty. Ignored without a bias.
    /// </summary>
    public IReadOnlyList<Initializer> GateBiasInitializers { get; init; } = [];

    /// <summary>
    /// In training, the number of steps of a segment: only the states between segments are kept, and the steps of each
    /// segment are computed again on the way back (Chen et al. 2016). Long sequences then need little memory, for up to
    /// half as much time again; the square root of the number of steps is a good choice. Default: 0, all steps are kept.
    /// </summary>
    public int RecomputeSteps { get; init; }

    /// <summary>Which kernels run it.</summary>
    private protected abstract RecurrentCell Cell { get; }

    /// <summary>Number of gates: how many times the units stand side by side in a kernel.</summary>
    private protected abstract int Gates { get; }

    /// <summary>The shape of the bias.</summary>
    private protected virtual Shape BiasShape => [Gates * Units];

    /// <summary>Activation of the gates.</summary>
    private protected virtual Activation GateActivation => Activation.Sigmoid;

    /// <inheritdoc/>
    protected sealed override void BuildWeights(Shape step, Rng random)
    {
        var kernel = AddParameter("kernel", [step[0], Gates * Units], KernelInitializer, random);
        var recurrentKernel = AddParameter("recurrent_kernel", [HiddenUnits, Gates * Units], RecurrentInitializer, random);
        var bias = UseBias ? AddParameter("bias", BiasShape, BiasInitializer, random) : null;
        if (bias is not null) FillBias(bias.Value);
        for (var gate = 0; gate < GateBiasInitializers.Count && bias is not null; gate++)
        {
            var part = new Tensor([Units]);
            GateBiasInitializers[gate].Fill(part, random.Derive("bias").Derive((ulong)gate));
            part.Values.CopyTo(bias.Value.Values[(gate * Units)..]);
        }

        var projection = BuildMore(random);
        weights = new(Cell, kernel.Value, recurrentKernel.Value, bias?.Value, projection);
        if (WeightDropout > 0) droppedWeights = new(Cell, kernel.Value, new Tensor(recurrentKernel.Value.Shape), bias?.Value, projection);
    }

    /// <summary>Creates weights beside kernel, recurrent kernel and bias.</summary>
    /// <returns>The projection of the hidden state, [units, hidden units]; null: none.</returns>
    private protected virtual Tensor? BuildMore(Rng random) => null;

    /// <summary>The weights of layer normalisation; null: there is none.</summary>
    private protected LayerNorm? Norm { get; set; }

    /// <summary>Creates the gains of layer normalisation, all ones.</summary>
    private protected LayerNorm BuildGains(Rng random) => new(
        AddParameter("kernel_gain", [Gates * Units], Initializer.Ones, random).Value,
        AddParameter("recurrent_gain", [Gates * Units], Initializer.Ones, random).Value);

    /// <summary>Changes the new bias, as the LSTM does for its forget gate.</summary>
    private protected virtual void FillBias(Tensor value)
    {
    }

    /// <summary>The whole-sequence operation.</summary>
    private protected abstract RecurrentOutput<TState> RunOperation(SequenceInputs inputs, TState? initial);

    private protected sealed override RecurrentOutput<TState> RunSteps(MaskedTensor input, TState? initial, Pass pass)
    {
        var inputs = new SequenceInputs
        {
            X = input.Values,
            Weights = pass.Training && droppedWeights is not null ? Drop(droppedWeights, pass) : weights,
            HiddenTaken = Taken(Zoneout, HiddenUnits, input.Values.Shape, pass, 8),
            Mask = input.Mask,
            RecurrentDropout = RecurrentDropoutMask(input.Values.Shape[0], pass),
            Reverse = GoBackwards,
            OutputAsProcessed = !OutputsInTime,
            ReturnSequences = ReturnSequences,
            RecomputeSteps = RecomputeSteps,
            Activation = Activation,
            RecurrentActivation = GateActivation,
            Norm = Norm,
        };
        return RunOperation(Extended(inputs, pass), initial);
    }

    /// <summary>What the input brings to gates: x W + b, with normalisation where the layer has it.</summary>
    /// <param name="x">[batch, features]</param>
    /// <param name="gate">The first gate.</param>
    /// <param name="count">How many; those that are normalised together.</param>
    private protected Tensor FromInput(Tensor x, int gate, int count) => Brought(x, weights.Kernel, Norm?.KernelGain, Bias(0), gate, count);

    /// <summary>What a hidden state brings to gates: h U, and the bias beside U where there is one.</summary>
    /// <param name="hidden">[batch, hidden units]</param>
    /// <param name="gate">The first gate.</param>
    /// <param name="count">How many; those that are normalised together.</param>
    private protected Tensor FromHidden(Tensor hidden, int gate, int count) =>
        Brought(hidden, weights.RecurrentKernel, Norm?.RecurrentGain, Bias(1), gate, count);

    private Tensor Brought(Tensor operand, Tensor kernel, Tensor? gain, Tensor? bias, int gate, int count)
    {
        var (first, width) = (gate * Units, count * Units);
        var sums = operand.MatMul(kernel.Slice(1, first, width));
        if (gain is not null)
        {
            Tensor Mean(Tensor values) => values.Mean(1).Reshape(values.Shape[0], 1);
            var distance = sums - Mean(sums);
            sums = gain.Slice(0, first, width) * distance / (Mean(distance * distance) + RowNorm.Epsilon).Sqrt();
        }

        return bias is null ? sums : sums + bias.Slice(0, first, width);
    }

    /// <summary>The part of a gate: [batch, gates * units] -> [batch, units].</summary>
    private protected Tensor PartOf(Tensor gates, int gate) => gates.Slice(1, gate * Units, Units);

    /// <summary>The bias beside the kernel, or that beside the recurrent kernel, [gates * units]; null where there is none.</summary>
    private Tensor? Bias(int row) => weights.Bias is not { } bias ? null
        : bias.Rank == 2 ? bias.Slice(0, row, 1).Reshape(Gates * Units)
        : row == 0 ? bias : null;

    /// <summary>What a cell takes beside what all take.</summary>
    private protected virtual SequenceInputs Extended(SequenceInputs inputs, Pass pass) => inputs;

    /// <summary>Zoneout as kernels take it: which units take their new value; null where all do.</summary>
    /// <param name="rate">Share of those that do not.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="input">[batch, time, features]</param>
    /// <param name="pass">Training or inference.</param>
    /// <param name="use">Which of the layer's masks it is.</param>
    private protected Tensor? Taken(float rate, int units, Shape input, Pass pass, ulong use)
    {
        if (rate == 0) return null;
        if (pass.Training) return StepMask(rate, 1, units, input, pass, use);
        var share = Workspace.New([SequenceArrays.Padded(units)]);
        share.Values.Fill(1 - rate);
        return share;
    }

    /// <summary>Zero or another value for every unit of every step, as kernels take it.</summary>
    private protected Tensor StepMask(float rate, float kept, int units, Shape input, Pass pass, ulong use) =>
        Mask([input[1], input[0], SequenceArrays.Padded(units)], rate, kept, pass, use);

    private RecurrentWeights Drop(RecurrentWeights dropped, Pass pass)
    {
        MaskedWeightOp.Apply(weights.RecurrentKernel, DropoutMask(weights.RecurrentKernel.Shape, WeightDropout, pass, 9), dropped.RecurrentKernel);
        return dropped;
    }

    /// <summary>A state of these tensors: that of the step before where it holds the same, as those of a re-used step do.</summary>
    private protected TState StateOf(params ReadOnlySpan<Tensor> parts)
    {
        var isSame = latest is not null;
        for (var part = 0; isSame && part < parts.Length; part++) isSame = ReferenceEquals(latest!.Part(part), parts[part]);
        return latest = isSame ? latest! : TState.FromParts(parts);
    }

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        .. base.Faults(),
        (!ChosenCurve.Has(Activation), $"Activation {Activation} has no recurrent form; use Tanh, Relu or another"),
        (!ChosenCurve.Has(GateActivation), $"RecurrentActivation {GateActivation} has no recurrent form; use Sigmoid or another"),
        (Zoneout is not (>= 0 and < 1), $"Zoneout must be in [0, 1), but is {Zoneout}"),
        (WeightDropout is not (>= 0 and < 1), $"WeightDropout must be in [0, 1), but is {WeightDropout}"),
        (GateBiasInitializers.Count != 0 && GateBiasInitializers.Count != Gates,
            $"GateBiasInitializers must be none or {Gates}, one for each gate, but are {GateBiasInitializers.Count}"),
        (RecomputeSteps < 0, $"RecomputeSteps must be 0 (keep all steps) or more, but is {RecomputeSteps}"),
    ];
}
