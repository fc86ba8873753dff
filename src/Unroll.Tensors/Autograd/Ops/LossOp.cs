using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>A loss with its gradient, in one pass over the predictions.</summary>
internal sealed class LossOp : SingleOp
{
    private Tensor prediction = null!;
    private Tensor gradient = null!;

    /// <summary>Σ weight * loss / divisor over all entries (values along the last axis).</summary>
    /// <param name="prediction">[..., width]</param>
    /// <param name="target">As the prediction; for sparse losses one class number an entry.</param>
    /// <param name="weights">One an entry, or null.</param>
    /// <param name="divisor">What the sum is divided by.</param>
    /// <param name="delta">Where Huber turns from square to linear.</param>
    public static Tensor Apply(
        LossFunction loss, Tensor prediction, Tensor target, Tensor? weights, double divisor, double delta)
    {
        var width = prediction.Shape[^1];
        var entries = prediction.Length / width;
        var step = target.Length / entries;
        var gradient = Workspace.New(prediction.Shape);
        var sum = 0.0;
        for (var e = 0; e < entries; e++)
        {
            var weight = (weights is null ? 1.0 : weights.Values[e]) / divisor;
            var row = gradient.Values.Slice(e * width, width);
            if (weight == 0)
            {
                row.Clear(); // a masked entry may hold anything, even NaN
                continue;
            }

            sum += weight * LossKernel.Entry(
                loss, prediction.Values.Slice(e * width, width), target.Values.Slice(e * step, step), row, weight, delta);
        }

        var y = Workspace.New([]);
        y.Values[0] = (float)sum;
        if (Tape.Records(prediction))
        {
            var op = Tape.Add<LossOp>(y);
            (op.prediction, op.gradient) = (prediction, gradient);
        }

        return y;
    }

    public override void Backward()
    {
        var dy = OutputGradient[0];
        var target = prediction.GradientToAdd();
        var slope = gradient.Values;
        for (var i = 0; i < target.Length; i++) target[i] += dy * slope[i];
    }
}
