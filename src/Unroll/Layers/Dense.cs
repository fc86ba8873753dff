namespace Unroll;

/// <summary>
/// A fully connected layer on the last axis: y = activation(x W + b). On sequences it works on every step.
/// </summary>
/// <remarks>
/// Input [..., inputs], output [..., units]. Weights: kernel [inputs, units], bias [units]. A mask passes through.
/// <code>new Dense(1) { Activation = Activation.Sigmoid }</code>
/// </remarks>
/// <param name="units">Number of outputs, at least 1.</param>
public sealed class Dense(int units) : Layer
{
    private Parameter kernel = null!;
    private Parameter? bias;

    /// <summary>Number of outputs.</summary>
    public int Units { get; } = units;

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
    protected override void Validate() => Report((Units < 1, $"units must be at least 1, but is {Units}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random)
    {
        if (sample.Rank == 0)
            throw new ShapeException($"{Title} needs samples with at least one axis. Reshape the input to [batch, features].");
        kernel = AddParameter("kernel", [sample[^1], Units], KernelInitializer, random);
        bias = UseBias ? AddParameter("bias", [Units], BiasInitializer, random) : null;
        (kernel.Regularizer, kernel.Constraint) = (KernelRegularizer, KernelConstraint);
        if (bias is not null) (bias.Regularizer, bias.Constraint) = (BiasRegularizer, BiasConstraint);
        return sample.With(sample.Rank - 1, Units);
    }

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
    {
        var x = input.Values;
        if (x.Rank < 2 || x.Shape[^1] != kernel.Value.Shape[0])
        {
            throw new ShapeException(
                $"{Title} was built for {kernel.Value.Shape[0]} features but got {x.Shape[^1]}: input {x.Shape} = " +
                $"[batch, …, features]. Feed {kernel.Value.Shape[0]} features or build a new layer.");
        }

        return input with { Values = x.Linear(kernel.Value, bias?.Value).Activate(Activation) };
    }
}
