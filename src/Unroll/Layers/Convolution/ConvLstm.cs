using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// Long short-term memory over space: an LSTM whose states are pictures and whose products are convolutions. Shi et al. 2015,
/// "Convolutional LSTM Network", equation 3, without peepholes, as in Keras.
/// </summary>
/// <remarks>
/// Weights: kernel [window …, channels, 4 filters], recurrent kernel [window …, filters, 4 filters], bias [4 filters], the gates in
/// the order i f g o.
/// <code>
/// i = σ(x ∗ W_i + h ∗ U_i + b_i)      input gate
/// f = σ(x ∗ W_f + h ∗ U_f + b_f)      forget gate
/// g = tanh(x ∗ W_g + h ∗ U_g + b_g)   candidate
/// o = σ(x ∗ W_o + h ∗ U_o + b_o)      output gate
/// c' = f ∘ c + i ∘ g
/// h' = o ∘ tanh(c')
/// </code>
/// <para>
/// σ is <see cref="ConvRecurrent{TState}.RecurrentActivation"/>, tanh is <see cref="ConvRecurrent{TState}.Activation"/>. A masked
/// step keeps the state. <see cref="Recurrent.Dropout"/> and <see cref="Recurrent.RecurrentDropout"/> drop single places of single
/// channels, the same at all steps.
/// </para>
/// </remarks>
public abstract class ConvLstm : ConvRecurrent<LstmState>
{
    private Tensor recurrentKernel = null!;

    private protected ConvLstm(int filters, Extent kernelSize, int axes)
        : base(filters, kernelSize, axes)
    {
    }

    /// <summary>
    /// Whether the forget gate's bias starts at one, so that a new layer remembers (Jozefowicz et al. 2015).
    /// Default: true, as in Keras. Ignored without a bias.
    /// </summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Shape> StateShapes => [StateShape, StateShape];

    private protected sealed override int Gates => 4;

    /// <inheritdoc/>
    protected sealed override LstmState Step(Tensor x, LstmState state)
    {
        var sums = ConvolutionOp.Apply(Dropped(state.Hidden), recurrentKernel, x, StateWindows);
        var (hidden, cell) = LstmGatesOp.Apply(sums, state.Cell, Activation, RecurrentActivation);
        return new(hidden, cell);
    }

    private protected sealed override void BuildRecurrentWeights(Rng random) => recurrentKernel = RecurrentKernel("recurrent_kernel", Gates, random);

    private protected sealed override void FillBias(Tensor value)
    {
        if (UnitForgetBias) value.Values.Slice(Filters, Filters).Fill(1);
    }
}

/// <summary>A convolutional LSTM over one axis of space: sequences of profiles, such as spectra or rows of sensors.</summary>
/// <remarks>
/// Input [batch, time, width, channels]; output [batch, width', filters] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, width', filters]. Weights and equations: <see cref="ConvLstm"/>.
/// <code>Sequential model = [new ConvLstm1d(16, 5) { Padding = WindowPadding.Same, ReturnSequences = true }, new Dense(1)];</code>
/// </remarks>
/// <param name="filters">Number of filters: the channels of the state, at least 1.</param>
/// <param name="kernelSize">Places that the kernels cover, at least 1.</param>
public sealed class ConvLstm1d(int filters, Extent kernelSize) : ConvLstm(filters, kernelSize, axes: 1);

/// <summary>A convolutional LSTM over two axes of space: sequences of pictures.</summary>
/// <remarks>
/// Input [batch, time, height, width, channels]; output [batch, height', width', filters] or, with
/// <see cref="Recurrent.ReturnSequences"/>, [batch, time, height', width', filters]. Weights and equations: <see cref="ConvLstm"/>.
/// <code>
/// // The next picture at every step.
/// Sequential model =
/// [
///     new ConvLstm2d(32, 3) { Padding = WindowPadding.Same, ReturnSequences = true },
///     new Dense(1) { Activation = Activation.Sigmoid },
/// ];
/// </code>
/// </remarks>
/// <param name="filters">Number of filters: the channels of the state, at least 1.</param>
/// <param name="kernelSize">Places that the kernels cover: one number, or height and width.</param>
public sealed class ConvLstm2d(int filters, Extent kernelSize) : ConvLstm(filters, kernelSize, axes: 2);

/// <summary>A convolutional LSTM over three axes of space: sequences of volumes.</summary>
/// <remarks>
/// Input [batch, time, depth, height, width, channels]; output [batch, depth', height', width', filters] or, with
/// <see cref="Recurrent.ReturnSequences"/>, [batch, time, depth', height', width', filters]. Weights and equations:
/// <see cref="ConvLstm"/>.
/// <code>Sequential model = [new ConvLstm3d(8, 3) { Padding = WindowPadding.Same }, new Flatten(), new Dense(1)];</code>
/// </remarks>
/// <param name="filters">Number of filters: the channels of the state, at least 1.</param>
/// <param name="kernelSize">Places that the kernels cover: one number, or depth, height and width.</param>
public sealed class ConvLstm3d(int filters, Extent kernelSize) : ConvLstm(filters, kernelSize, axes: 3);
