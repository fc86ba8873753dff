using System.Globalization;
using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>The mean pinball loss of several quantiles of each target; Koenker and Bassett 1978.</summary>
/// <remarks>
/// Predictions [batch, …, targets * levels], the levels of a target side by side; targets [batch, …, targets].
/// <code>max(τ e, (τ - 1) e), e = target - prediction, τ a level</code>
/// The mean is over levels and targets: the level 1/2 alone gives half the mean absolute error, and with ever more levels twice the
/// loss tends to the continuous ranked probability score.
/// <code>model.Compile(new Adam(), Loss.Quantile(0.1f, 0.5f, 0.9f));          // the last layer: new Dense(3) for one target</code>
/// </remarks>
public sealed class QuantileLoss : Loss
{
    private readonly float[] levels;

    /// <summary>A loss for some levels.</summary>
    /// <param name="levels">The shares of targets that should lie below: each in (0, 1), rising.</param>
    /// <exception cref="OptionException">The levels are none, out of range or out of order.</exception>
    public QuantileLoss(params IReadOnlyList<float> levels)
        : base("quantile")
    {
        this.levels = [.. levels];
        var isRising = this.levels.Length > 0;
        for (var i = 0; i < this.levels.Length; i++) isRising &= this.levels[i] > (i == 0 ? 0 : this.levels[i - 1]) && this.levels[i] < 1;
        if (!isRising)
        {
            throw new OptionException(
                $"Loss quantile needs levels in (0, 1) that rise, but got [{Text}]. Give it levels such as [0.1, 0.5, 0.9].", nameof(levels));
        }
    }

    /// <summary>The shares of targets that should lie below.</summary>
    public IReadOnlyList<float> Levels => levels;

    internal override int OutputsPerTarget => levels.Length;

    private string Text => string.Join(", ", levels.Select(level => level.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The quantile whose level is nearest to 1/2.</summary>
    internal override float Point(ReadOnlySpan<float> outputs)
    {
        var middle = 0;
        for (var i = 1; i < levels.Length; i++)
        {
            if (Math.Abs(levels[i] - 0.5f) < Math.Abs(levels[middle] - 0.5f)) middle = i;
        }

        return outputs[middle];
    }

    /// <inheritdoc/>
    public override Tensor Call(Tensor prediction, Tensor target, Tensor? weights = null, Tensor? mask = null)
    {
        TargetOutputs.Check(this, prediction.Shape, target.Shape, $"the levels {Text}");
        var (all, divisor) = EntryWeights.Combine(prediction.Shape, prediction.Length / prediction.Shape[^1], weights, mask);
        return LossOp.Apply(LossFunction.Quantile, prediction, target, all, divisor, levels);
    }
}
