using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// What <see cref="Conv1d"/> and <see cref="Conv2d"/> share: y = activation(x ∗ W + b), the same kernel at every place of space.
/// </summary>
/// <remarks>The kernel is not turned round (a cross-correlation), as in all libraries of this field.</remarks>
public abstract class Convolution : SpaceLayer
{
    private Parameter kernel = null!;
    private Parameter? bias;

    private protected Convolution(int filters, Extent kernelSize, int axes)
        : base(axes) => (Filters, KernelSize) = (filters, kernelSize);

    /// <summary>Number of filters: the channels of the output, at least 1.</summary>
    public int Filters { get; }

    /// <summary>Places that the kernel covers along each axis, at least 1.</summary>
    public Extent KernelSize { get; }

    /// <summary>Distance of neighbouring windows along each axis, at least 1. Default: 1.</summary>
    public Extent Strides { get; init; } = 1;

    /// <summary>Distance of the kernel's places from each other along each axis, at least 1. Default: 1.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>What stands beyond the edges. Default: nothing, so that the output is smaller.</summary>
    public WindowPadding Padding { get; init; }

    /// <summary>Applied to the result. Default: linear.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Whether a bias is added. Default: true.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Draws the kernel. Default: Glorot uniform.</summary>
    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Draws the bias. Default: zeros. Ignored without a bias.</summary>
    public Initializer BiasInitializer { get; init; } = Initializer.Zeros;

    /// <summary>The penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>The penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>The rule that the kernel obeys; null: none.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>The rule that the bias obeys; null: none.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override void Validate() => Report(
        [(Filters < 1, $"filters must be at least 1, but is {Filters}"), .. Space.Faults(Axes, KernelSize, Strides, Dilation, Padding)]);

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        CheckSample(sample);
        var windows = Lay(sample);
        kernel = AddParameter("kernel", Space.Kernel(KernelSize, Axes, sample[^1], Filters), KernelInitializer, random);
        bias = UseBias ? AddParameter("bias", [Filters], BiasInitializer, random) : null;
        (kernel.Regularizer, kernel.Constraint) = (KernelRegularizer, KernelConstraint);
        if (bias is not null) (bias.Regularizer, bias.Constraint) = (BiasRegularizer, BiasConstraint);
        return Space.Output(sample, windows, Filters);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        CheckInput(input);
        var (x, mask) = (input.Values, Axes == 1 ? input.Mask : null);
        var windows = Lay(x.Shape.Remove(0));
        if (mask is not null) x = SelectOp.Apply(mask, x, null);
        var y = ConvolutionOp.Apply(x, kernel.Value, bias?.Value, windows).Activate(Activation);
        return new(y, SequenceMask.Behind(mask, windows, Padding));
    }

    private SlidingWindows Lay(Shape sample) => Space.Lay(sample, KernelSize, Strides, Dilation, Padding, this);
}
