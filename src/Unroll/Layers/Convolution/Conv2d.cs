namespace Unroll;

/// <summary>A convolution over pictures: every output sees a small field of places. LeCun et al. 1998.</summary>
/// <remarks>
/// <para>
/// Input [batch, height, width, channels]; output [batch, height', width', filters]. Weights: kernel [kernel height, kernel
/// width, channels, filters], bias [filters].
/// </para>
/// <code>y_mn = activation(Σ_jk x[m stride + j dilation - before, n stride + k dilation - before] W_jk + b)</code>
/// <para>A mask ends here: it speaks of time. On every picture of a sequence, use it within a <see cref="TimeDistributed"/>.</para>
/// <code>Sequential model = [new Conv2d(32, 3) { Activation = Activation.Relu }, new MaxPooling2d(2), new Flatten(), new Dense(10)];</code>
/// </remarks>
/// <param name="filters">Number of filters: the channels of the output, at least 1.</param>
/// <param name="kernelSize">Places that the kernel covers: one number, or height and width.</param>
public sealed class Conv2d(int filters, Extent kernelSize) : Convolution(filters, kernelSize, axes: 2);
