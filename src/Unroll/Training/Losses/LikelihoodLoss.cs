using Unroll.Autograd;
using Unroll.Kernels;

namespace Unroll;

/// <summary>The negative logarithm of the likelihood that the targets have under a distribution, its mean over targets.</summary>
/// <remarks>
/// Predictions [batch, …, targets * outputs], the outputs of a target side by side: what they are, <see cref="Unroll.Distribution"/>
/// says. Targets [batch, …, targets].
/// <code>
/// model.Compile(new Adam(), Loss.Likelihood(Distribution.StudentT));      // the last layer: new Dense(3) for one target
/// </code>
/// </remarks>
public sealed class LikelihoodLoss : Loss
{
    private static readonly LikelihoodLoss[] All =
    [
        new("gaussian", Distribution.Gaussian, LossFunction.Gaussian),
        new("studentT", Distribution.StudentT, LossFunction.StudentT),
        new("negativeBinomial", Distribution.NegativeBinomial, LossFunction.NegativeBinomial),
    ];

    private readonly LossFunction function;

    private LikelihoodLoss(string name, Distribution distribution, LossFunction function)
        : base(name) => (Distribution, this.function) = (distribution, function);

    /// <summary>The distribution that the outputs describe.</summary>
    public Distribution Distribution { get; }

    internal override int OutputsPerTarget => LikelihoodKernel.Outputs(Distribution);

    /// <summary>The loss of a distribution; there is one of each.</summary>
    internal static LikelihoodLoss Of(Distribution distribution) => All[(int)distribution];

    /// <summary>The mean.</summary>
    internal override float Point(ReadOnlySpan<float> outputs) => (float)LikelihoodKernel.Parameters(Distribution, outputs).Mean;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">Predictions and targets do not fit, or a target of the negative binomial distribution is no count.</exception>
    public override Tensor Call(Tensor prediction, Tensor target, Tensor? weights = null, Tensor? mask = null)
    {
        TargetOutputs.Check(this, prediction.Shape, target.Shape, $"the {Name} distribution");
        var (all, divisor) = EntryWeights.Combine(prediction.Shape, prediction.Length / prediction.Shape[^1], weights, mask);
        if (Distribution == Distribution.NegativeBinomial) CheckCounts(target, all);
        return LossOp.Apply(function, prediction, target, all, divisor, []);
    }

    /// <summary>Targets that count for anything are whole numbers from 0 on; NaN goes its way.</summary>
    private static void CheckCounts(Tensor target, Tensor? weights)
    {
        var width = weights is null ? 1 : target.Length / weights.Length;
        var values = target.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] < 0) && !(MathF.Floor(values[i]) < values[i])) continue;
            if (weights is not null && weights.Values[i / width] == 0) continue;
            throw new ShapeException(
                $"Loss negativeBinomial got the target {values[i]}, but its targets are counts: 0, 1, 2 and so on. Feed them as they are, not scaled.");
        }
    }
}

/// <summary>What losses with several outputs for each target say to shapes.</summary>
internal static class TargetOutputs
{
    /// <summary>Throws unless there are as many outputs as the targets need.</summary>
    public static void Check(Loss loss, Shape prediction, Shape target, string what)
    {
        var each = loss.OutputsPerTarget;
        if (prediction.Rank > 0 && target.Rank > 0 && prediction[^1] % each == 0 && prediction[0] == target[0] && prediction[^1] > 0
            && prediction.Size == (long)target.Size * each)
            return;
        var width = prediction.Rank == target.Rank ? target[^1] : 1;
        throw new ShapeException(
            $"Loss {loss.Name} cannot hold predictions {prediction} against targets {target}: it needs {each} outputs for each target, for {what}. " +
            $"Give the last layer {width * each} units or reshape the targets.");
    }
}
