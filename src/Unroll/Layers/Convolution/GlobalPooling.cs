using System.Numerics.Tensors;
using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>
/// What <see cref="GlobalMaxPooling1d"/>, <see cref="GlobalMaxPooling2d"/>, <see cref="GlobalAveragePooling1d"/> and
/// <see cref="GlobalAveragePooling2d"/> share: of all places one value, channel by channel.
/// </summary>
/// <remarks>Input [batch, space …, channels], output [batch, channels].</remarks>
public abstract class GlobalPooling : SpaceLayer
{
    private readonly Pool pool;

    private protected GlobalPooling(int axes, bool takesLargest)
        : base(axes) => pool = takesLargest ? Pool.Max : Pool.Average;

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        CheckSample(sample);
        return [sample[^1]];
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        CheckInput(input);
        var x = input.Values;
        var places = x.Length / (x.Shape[0] * x.Shape[^1]);
        var whole = WindowAxis.One with { Length = places, Size = places };
        var y = PoolOp.Apply(
            pool, x.Reshape(x.Shape[0], places, x.Shape[^1]), Axes == 1 ? input.Mask : null, new(WindowAxis.One, WindowAxis.One, whole, x.Shape[^1]));
        return y.Reshape(x.Shape[0], x.Shape[^1]);
    }
}

/// <summary>The largest value of all steps. Masked steps take no part; a sequence without a real one gives zeros.</summary>
/// <remarks>Input [batch, time, channels], output [batch, channels].</remarks>
public sealed class GlobalMaxPooling1d() : GlobalPooling(axes: 1, takesLargest: true);

/// <summary>The largest value of a picture.</summary>
/// <remarks>Input [batch, height, width, channels], output [batch, channels].</remarks>
public sealed class GlobalMaxPooling2d() : GlobalPooling(axes: 2, takesLargest: true);

/// <summary>The mean of all steps. Masked steps take no part; a sequence without a real one gives zeros.</summary>
/// <remarks>Input [batch, time, channels], output [batch, channels].</remarks>
public sealed class GlobalAveragePooling1d() : GlobalPooling(axes: 1, takesLargest: false)
{
    /// <summary>
    /// Whether the sum is divided by the square root of the number of steps instead of the number, so that what few steps say is not
    /// lost in a long sequence, as in a bag of words. Default: false.
    /// </summary>
    public bool BySquareRoot { get; init; }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var mean = base.Forward(input, pass);
        return BySquareRoot ? mean.Values * Roots(input) : mean;
    }

    /// <summary>The square root of the number of steps of each sequence: [batch, 1].</summary>
    private static Tensor Roots(MaskedTensor input)
    {
        var (batch, time) = (input.Values.Shape[0], input.Values.Shape[1]);
        var roots = Workspace.New([batch, 1]);
        for (var row = 0; row < batch; row++)
            roots.Values[row] = MathF.Sqrt(input.Mask is { } mask ? TensorPrimitives.Sum<float>(mask.Values.Slice(row * time, time)) : time);
        return roots;
    }
}

/// <summary>The mean of a picture.</summary>
/// <remarks>Input [batch, height, width, channels], output [batch, channels].</remarks>
public sealed class GlobalAveragePooling2d() : GlobalPooling(axes: 2, takesLargest: false);
