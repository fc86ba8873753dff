namespace Unroll;

/// <summary>
/// A recurrent layer whose units each remember only themselves, so that many can be stacked and gradients over time are plain
/// powers of one weight. Li et al. 2018, "Independently Recurrent Neural Network", equation 4.
/// </summary>
/// <remarks>
/// <para>
/// Input [batch, time, features]; output [batch, units] or, with <see cref="Recurrent.ReturnSequences"/>,
/// [batch, time, units]. Weights: kernel [features, units], recurrent kernel [units], bias [units].
/// </para>
/// <code>h' = relu(x W + u ∘ h + b)</code>
/// <para>relu is <see cref="Activation"/>. The recurrent weights are drawn uniformly from [0, 1].</para>
/// <code>Sequential model = [new IndRnn(64) { ReturnSequences = true }, new IndRnn(64), new Dense(1)];</code>
/// </remarks>
/// <param name="units">Number of units, at least 1.</param>
public sealed class IndRnn(int units) : SteppedRecurrent<HiddenState>(units)
{
    private Tensor kernel = null!, recurrentKernel = null!;
    private Tensor? bias;

    /// <summary>Activation of the new state. Default: relu, as in the paper.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    protected override void BuildWeights(Shape step, Rng random)
    {
        kernel = AddParameter("kernel", [step[0], Units], KernelInitializer, random).Value;
        recurrentKernel = AddParameter("recurrent_kernel", [Units], Initializer.Uniform(0.5f), random).Value;
        foreach (ref var weight in recurrentKernel.Values) weight += 0.5f;
        bias = UseBias ? AddParameter("bias", [Units], BiasInitializer, random).Value : null;
    }

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor x) => x.Linear(kernel, bias);

    /// <inheritdoc/>
    protected override HiddenState Step(Tensor x, HiddenState state) =>
        new((x + (Dropped(state.Hidden) * recurrentKernel)).Activate(Activation));
}
