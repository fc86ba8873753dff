using Unroll.Autograd;

namespace Unroll;

/// <summary>
/// Keeps the outputs of the layer below small, and lets them change slowly from step to step, by penalties that only training
/// sees: the activation regularisation and the temporal activation regularisation of Merity, McCann and Socher 2017,
/// "Revisiting Activation Regularization for Language RNNs".
/// </summary>
/// <remarks>
/// Input and output [batch, time, units], the same values. Added to the loss, h the input, means over real steps and units:
/// <code>L2 mean(h_t²) + Temporal mean((h_t - h_{t-1})²)</code>
/// Their slopes go into the gradients; the loss that is told is without them.
/// <code>new Lstm(400) { ReturnSequences = true }, new ActivityRegularization { Temporal = 1 }, new Dropout(0.4f), new ActivityRegularization { L2 = 2 }</code>
/// </remarks>
public sealed class ActivityRegularization : Layer
{
    /// <summary>Factor of the mean of squares, 0 or more. Default: 0.</summary>
    public float L2 { get; init; }

    /// <summary>Factor of the mean of squared differences between a step and the one before, 0 or more. Default: 0.</summary>
    public float Temporal { get; init; }

    /// <inheritdoc/>
    protected override void Validate() => Report(
        (L2 is not (>= 0 and < float.PositiveInfinity), $"L2 must be 0 or more, but is {L2}"),
        (Temporal is not (>= 0 and < float.PositiveInfinity), $"Temporal must be 0 or more, but is {Temporal}"));

    /// <inheritdoc/>
    protected override Shape OnBuild(Shape sample, Rng random) => sample.Rank == 2
        ? sample
        : throw new ShapeException($"{Title} needs samples [time, units], but got {sample}. Give the layer below ReturnSequences.");

    /// <inheritdoc/>
    protected override MaskedTensor Forward(MaskedTensor input, Pass pass) => pass.Training && (L2 > 0 || Temporal > 0)
        ? input with { Values = ActivityPenaltyOp.Apply(input.Values, input.Mask, L2, Temporal) }
        : input;
}
