using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// What <see cref="MaxPooling1d"/>, <see cref="MaxPooling2d"/>, <see cref="AveragePooling1d"/> and <see cref="AveragePooling2d"/>
/// share: of every window one value, channel by channel.
/// </summary>
/// <remarks>What stands beyond the edges takes no part: a mean is that of the places inside.</remarks>
public abstract class Pooling : SpaceLayer
{
    private readonly Pool pool;

    private protected Pooling(Extent poolSize, int axes, bool takesLargest)
        : base(axes) => (PoolSize, pool) = (poolSize, takesLargest ? Pool.Max : Pool.Average);

    /// <summary>Places of a window along each axis, at least 1.</summary>
    public Extent PoolSize { get; }

    /// <summary>Distance of neighbouring windows along each axis. Default: null, as large as a window.</summary>
    public Extent? Strides { get; init; }

    /// <summary>What is done at the edges: <see cref="WindowPadding.Valid"/> (the default) or <see cref="WindowPadding.Same"/>.</summary>
    public WindowPadding Padding { get; init; }

    /// <inheritdoc/>
    protected override void Validate() => Report(
        Space.Fault("poolSize", PoolSize, Axes),
        Space.Fault("Strides", Strides ?? PoolSize, Axes),
        (Padding == WindowPadding.Causal, "Padding Causal is for convolutions; use Same or Valid"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        CheckSample(sample);
        return Space.Output(sample, Lay(sample), sample[^1]);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        CheckInput(input);
        var mask = Axes == 1 ? input.Mask : null;
        var windows = Lay(input.Values.Shape.Remove(0));
        return new(PoolOp.Apply(pool, input.Values, mask, windows), SequenceMask.Behind(mask, windows, Padding));
    }

    private SlidingWindows Lay(Shape sample) => Space.Lay(sample, PoolSize, Strides ?? PoolSize, 1, Padding, this);
}

/// <summary>The largest value of every few steps.</summary>
/// <remarks>
/// Input [batch, time, channels]; output [batch, steps, channels]. A masked step takes no part; the mask becomes that of the steps
/// that windows stand at, or with <see cref="WindowPadding.Valid"/> a window is real if all its steps are. A window without a real
/// step gives zeros.
/// <code>Sequential model = [new Conv1d(32, 5), new MaxPooling1d(2), new Lstm(32), new Dense(1)];</code>
/// </remarks>
/// <param name="poolSize">Steps of a window, at least 1.</param>
public sealed class MaxPooling1d(Extent poolSize) : Pooling(poolSize, axes: 1, takesLargest: true);

/// <summary>The largest value of every small field of a picture.</summary>
/// <remarks>Input [batch, height, width, channels]; output [batch, height', width', channels]. A mask ends here.</remarks>
/// <param name="poolSize">Places of a window: one number, or height and width.</param>
public sealed class MaxPooling2d(Extent poolSize) : Pooling(poolSize, axes: 2, takesLargest: true);

/// <summary>The mean of every few steps.</summary>
/// <remarks>Input [batch, time, channels]; output [batch, steps, channels]. Masks are as those of <see cref="MaxPooling1d"/>.</remarks>
/// <param name="poolSize">Steps of a window, at least 1.</param>
public sealed class AveragePooling1d(Extent poolSize) : Pooling(poolSize, axes: 1, takesLargest: false);

/// <summary>The mean of every small field of a picture.</summary>
/// <remarks>Input [batch, height, width, channels]; output [batch, height', width', channels]. A mask ends here.</remarks>
/// <param name="poolSize">Places of a window: one number, or height and width.</param>
public sealed class AveragePooling2d(Extent poolSize) : Pooling(poolSize, axes: 2, takesLargest: false);
