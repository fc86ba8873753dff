using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// A convolutional GRU over sequences of pictures: its reset gate works before the convolution of the state. Ballas et al. 2016,
/// "Delving Deeper into Convolutional Networks for Learning Video Representations", equations 5 to 8 (GRU-RCN, one layer).
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, height, width, channels]; output [batch, height', width', filters] or, with
/// <see cref="Recurrent.ReturnSequences"/>, [batch, time, height', width', filters]. Weights: kernel [kernel height, kernel width,
/// channels, 3 filters] and bias [3 filters] in the order z r h; recurrent kernels [kernel height, kernel width, filters,
/// 2 filters] of the gates z r and [kernel height, kernel width, filters, filters] of the candidate.
/// </para>
/// <code>
/// z = σ(x ∗ W_z + h ∗ U_z + b_z)            update gate
/// r = σ(x ∗ W_r + h ∗ U_r + b_r)            reset gate
/// n = tanh(x ∗ W_h + (r ∘ h) ∗ U_h + b_h)   candidate
/// h' = z ∘ h + (1 - z) ∘ n
/// </code>
/// <para>
/// As everywhere in Unroll z keeps; in the paper it renews. σ is <see cref="ConvRecurrent{TState}.RecurrentActivation"/>, tanh is
/// <see cref="ConvRecurrent{TState}.Activation"/>. A masked step keeps the state.
/// </para>
/// <code>Sequential model = [new ConvGru2d(32, 3) { Padding = WindowPadding.Same }, new GlobalAveragePooling2d(), new Dense(5)];</code>
/// </remarks>
/// <param name="filters">Number of filters: the channels of the state, at least 1.</param>
/// <param name="kernelSize">Places that the kernels cover: one number, or height and width.</param>
public sealed class ConvGru2d(int filters, Extent kernelSize) : ConvRecurrent<HiddenState>(filters, kernelSize, axes: 2)
{
    private Tensor gateKernel = null!, candidateKernel = null!;

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape> StateShapes => [StateShape];

    private protected override int Gates => 3;

    /// <inheritdoc/>
    protected override HiddenState Step(Tensor x, HiddenState state)
    {
        Tensor h = state.Hidden, seen = Dropped(h);
        var gates = ConvolutionOp.Apply(seen, gateKernel, x.Slice(3, 0, 2 * Filters), StateWindows).Activate(RecurrentActivation);
        Tensor z = gates.Slice(3, 0, Filters), r = gates.Slice(3, Filters, Filters);
        var n = ConvolutionOp.Apply(r * seen, candidateKernel, x.Slice(3, 2 * Filters, Filters), StateWindows).Activate(Activation);
        return new((z * h) + ((1 - z) * n));
    }

    private protected override void BuildRecurrentWeights(Rng random)
    {
        gateKernel = RecurrentKernel("recurrent_kernel_gates", 2, random);
        candidateKernel = RecurrentKernel("recurrent_kernel_candidate", 1, random);
    }
}
