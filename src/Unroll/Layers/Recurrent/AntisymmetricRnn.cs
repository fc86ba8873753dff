namespace Unroll;

/// <summary>
/// A recurrent layer that takes small steps along a differential equation whose recurrent matrix is antisymmetric: its
/// gradients neither vanish nor explode by design. Chang et al. 2019, "AntisymmetricRNN", equation 7.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, units], recurrent kernel [units, units], bias [units].
/// </para>
/// <code>h' = h + ε tanh(x W + h (U - Uᵀ - γ I) + b)</code>
/// <para>ε is <see cref="StepSize"/>, γ is <see cref="Diffusion"/>.</para>
/// <code>Sequential model = [new AntisymmetricRnn(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class AntisymmetricRnn(int units) : SteppedRecurrent<HiddenState>(units)
{
    private Tensor kernel = null!, recurrentKernel = null!;
    private Tensor? bias;

    /// <summary>Length of a step along the equation, more than 0. Default: 0.1.</summary>
    public float StepSize { get; init; } = 0.1f;

    /// <summary>How fast a state fades, 0 or more: what keeps the steps stable. Default: 0.01.</summary>
    public float Diffusion { get; init; } = 0.01f;

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], Units], KernelInitializer, random).Value;
        recurrentKernel = AddParameter("recurrent_kernel", [Units, Units], RecurrentInitializer, random).Value;
        bias = UseBias ? AddParameter("bias", [Units], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

    /// <inheritdoc/>
    protected override HiddenState Step(Tensor x, HiddenState state)
    {
        var seen = Dropped(state.Hidden);
        var turned = seen.MatMul(recurrentKernel) - seen.MatMul(recurrentKernel.Transpose()) - (Diffusion * seen);
        return new(state.Hidden + (StepSize * (x + turned).Tanh()));
    }

    private protected override IEnumerable<(bool Fault, string Message)> Faults() =>
    [
        .. base.Faults(),
        (StepSize is not (> 0 and < float.PositiveInfinity), $"StepSize must be more than 0, but is {StepSize}"),
        (Diffusion is not (>= 0 and < float.PositiveInfinity), $"Diffusion must be 0 or more, but is {Diffusion}"),
    ];
}
