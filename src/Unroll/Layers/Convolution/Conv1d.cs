namespace Unroll;

/// <summary>A convolution over time: every output sees a few neighbouring steps of a sequence.</summary>
/// <remarks>
/// <para>
/// Input [batch, time, channels]; output [batch, steps, filters]. Weights: kernel [kernel size, channels, filters], bias
/// [filters].
/// </para>
/// <code>y_n = activation(Σ_k x[n stride + k dilation - before] W_k + b)</code>
/// <para>
/// Steps are time with <see cref="WindowPadding.Valid"/> less (kernel size - 1) dilation, divided by the stride and rounded up.
/// A masked step counts as zeros. The mask passes on where a step goes in and comes out, with
/// <see cref="WindowPadding.Same"/> or <see cref="WindowPadding.Causal"/>; with strides it is that of the steps that outputs stand
/// at, and with Valid padding a step is real if all are that it sees.
/// </para>
/// <code>Sequential model = [new Conv1d(32, 5) { Padding = WindowPadding.Causal, Activation = Activation.Relu }, new Gru(32), new Dense(1)];</code>
/// <para>It looks at several steps at once, so a model that contains it cannot be stepped.</para>
/// </remarks>
/// <param name="filters">Number of filters: the channels of the output, at least 1.</param>
/// <param name="kernelSize">Steps that the kernel covers, at least 1.</param>
public sealed class Conv1d(int filters, Extent kernelSize) : Convolution(filters, kernelSize, axes: 1);
