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
    private TState? latest;

    private protected FusedRecurrent(int units)
        : base(units)
    {
    }

    /// <summary>Activation of the candidate, and of an LSTM's output. Default: tanh.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

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
        var recurrentKernel = AddParameter("recurrent_kernel", [Units, Gates * Units], RecurrentInitializer, random);
        var bias = UseBias ? AddParameter("bias", BiasShape, BiasInitializer, random) : null;
        if (bias is not null) FillBias(bias.Value);
        weights = new(Cell, kernel.Value, recurrentKernel.Value, bias?.Value);
    }

    /// <summary>Changes the new bias, as the LSTM does for its forget gate.</summary>
    private protected virtual void FillBias(Tensor value)
    {
    }

    /// <summary>The whole-sequence operation.</summary>
    private protected abstract RecurrentOutput<TState> RunOperation(SequenceInputs inputs, TState? initial);

    private protected sealed override RecurrentOutput<TState> RunSteps(MaskedTensor input, TState? initial, Pass pass) => RunOperation(
        new SequenceInputs
        {
            X = input.Values,
            Weights = weights,
            Mask = input.Mask,
            RecurrentDropout = RecurrentDropoutMask(input.Values.Shape[0], pass),
            Reverse = GoBackwards,
            OutputAsProcessed = !OutputsInTime,
            ReturnSequences = ReturnSequences,
            RecomputeSteps = RecomputeSteps,
            Activation = Activation,
            RecurrentActivation = GateActivation,
        },
        initial);

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
        (RecomputeSteps < 0, $"RecomputeSteps must be 0 (keep all steps) or more, but is {RecomputeSteps}"),
    ];
}
