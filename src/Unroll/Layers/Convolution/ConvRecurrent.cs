using System.Text.Json.Serialization;
using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// What <see cref="ConvLstm1d"/>, <see cref="ConvLstm2d"/>, <see cref="ConvLstm3d"/> and <see cref="ConvGru2d"/> share: recurrent
/// layers whose state is a picture, and whose products are convolutions.
/// </summary>
/// <remarks>
/// Input [batch, time, space …, channels]; output [batch, space' …, filters] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, space' …, filters]. The convolution of the input makes space' of space, as <see cref="Padding"/>,
/// <see cref="Strides"/> and <see cref="Dilation"/> say; that of the state has the same kernel size, stride 1 and zeros beyond the
/// edges, so that space' stays.
/// </remarks>
/// <typeparam name="TState">What is carried from step to step.</typeparam>
public abstract class ConvRecurrent<TState> : SteppedRecurrent<TState>
    where TState : RecurrentState, IRecurrentState<TState>
{
    private readonly int axes;
    private SlidingWindows inputWindows;
    private Tensor kernel = null!;
    private Tensor? bias;

    private protected ConvRecurrent(int filters, Extent kernelSize, int axes)
        : base(filters) => (KernelSize, this.axes) = (kernelSize, axes);

    /// <summary>Number of filters: the channels of the state, at least 1.</summary>
    public int Filters => Units;

    /// <summary>The same number as <see cref="Filters"/>, as recurrent layers call it.</summary>
    [JsonIgnore]
    public override int Units => base.Units;

    /// <summary>Places that both kernels cover along each axis, at least 1.</summary>
    public Extent KernelSize { get; }

    /// <summary>Distance of the input's windows along each axis, at least 1. Default: 1.</summary>
    public Extent Strides { get; init; } = 1;

    /// <summary>Distance of the input kernel's places from each other along each axis, at least 1. Default: 1.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>What stands beyond the edges of the input. Default: nothing, so that the state is smaller.</summary>
    public WindowPadding Padding { get; init; }

    /// <summary>Activation of the candidate, and of an LSTM's output. Default: tanh.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Activation of the gates. Default: sigmoid.</summary>
    public Activation RecurrentActivation { get; init; } = Activation.Sigmoid;

    /// <summary>Number of gates, the candidate included.</summary>
    private protected abstract int Gates { get; }

    /// <summary>The shape of each part of the state: [space' …, filters].</summary>
    private protected Shape StateShape { get; private set; }

    /// <summary>The places that a convolution of the state looks at.</summary>
    private protected SlidingWindows StateWindows { get; private set; }

    private protected sealed override string WidthName => "filters";

    private protected sealed override int StepRank => axes + 1;

    /// <inheritdoc/>
    protected sealed override void BuildWeights(Shape step, Rng random)
    {
        inputWindows = Space.Lay(step, KernelSize, Strides, Dilation, Padding, this);
        StateShape = Space.Output(step, inputWindows, Filters);
        StateWindows = Space.Lay(StateShape, KernelSize, 1, 1, WindowPadding.Same, this);
        kernel = AddParameter("kernel", Space.Kernel(KernelSize, axes, step[^1], Gates * Filters), KernelInitializer, random).Value;
        BuildRecurrentWeights(random);
        bias = UseBias ? AddParameter("bias", [Gates * Filters], BiasInitializer, random).Value : null;
        if (bias is not null) FillBias(bias);
    }

    /// <summary>Creates the kernels of the state.</summary>
    private protected abstract void BuildRecurrentWeights(Rng random);

    /// <summary>A kernel of the state: [window …, filters, gates * filters].</summary>
    private protected Tensor RecurrentKernel(string name, int gates, Rng random) =>
        AddParameter(name, Space.Kernel(KernelSize, axes, Filters, gates * Filters), RecurrentInitializer, random).Value;

    /// <summary>Changes the new bias, as the LSTM does for its forget gate.</summary>
    private protected virtual void FillBias(Tensor value)
    {
    }

    /// <summary>x ∗ W + b of all steps: [batch, time, space …, channels] -> [batch, time, space' …, gates * filters].</summary>
    protected sealed override Tensor Prepare(Tensor x)
    {
        var (batch, time) = (x.Shape[0], x.Shape[1]);
        var y = ConvolutionOp.Apply(x.Reshape(x.Shape.Remove(1).With(0, batch * time)), kernel, bias, inputWindows);
        return y.Reshape(y.Shape.With(0, time).Insert(0, batch));
    }

    private protected override string InputAxes(bool batch = true) => batch ? Space.Names(axes, "batch", "time") : Space.Names(axes, "time");

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        .. base.Faults(),
        .. Space.Faults(axes, KernelSize, Strides, Dilation, Padding == WindowPadding.Causal && axes == 1 ? WindowPadding.Valid : Padding),
        (Padding == WindowPadding.Causal && axes == 1, "Padding Causal is for time, and this is space; use Same or Valid"),
        (!ChosenCurve.Has(Activation), $"Activation {Activation} has no recurrent form; use Tanh, Relu or another"),
        (!ChosenCurve.Has(RecurrentActivation), $"RecurrentActivation {RecurrentActivation} has no recurrent form; use Sigmoid or another"),
    ];
}
