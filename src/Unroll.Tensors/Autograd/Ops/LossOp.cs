using System.Numerics.Tensors;
using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>A loss with its gradient, in one pass over the predictions.</summary>
internal sealed class LossOp : SingleOp
{
    private const int PartLength = 1 << 14, MostParts = 1024;

    private Tensor prediction = null!;
    private Tensor gradient = null!;

    /// <summary>Σ weight * loss / divisor over all entries (values along the last axis).</summary>
    /// <param name="prediction">[..., width]</param>
    /// <param name="target">As the prediction; for sparse losses one class number an entry, for quantiles and likelihoods [..., targets].</param>
    /// <param name="weights">One an entry, or null.</param>
    /// <param name="divisor">What the sum is divided by.</param>
    /// <param name="settings">Huber: where it turns from square to linear; smoothed: the share; quantile loss: the levels; else not read.</param>
    public static Tensor Apply(
        LossFunction loss, Tensor prediction, Tensor target, Tensor? weights, double divisor, ReadOnlySpan<float> settings)
    {
        var width = prediction.Shape[^1];
        var entries = prediction.Length / width;
        var step = target.Length / entries;
        var gradient = Workspace.New(prediction.Shape);
        var rows = Math.Max(Math.Max(1, PartLength / width), (entries + MostParts - 1) / MostParts);
        Span<double> sums = stackalloc double[(entries + rows - 1) / rows];
        var work = new Work
        {
            Loss = loss,
            Prediction = prediction.Values,
            Target = target.Values,
            Weights = weights is null ? default : weights.Values,
            Gradient = gradient.Values,
            Width = width,
            Step = step,
            Divisor = divisor,
            Settings = settings,
            Rows = rows,
            Sums = sums,
        };
        ThreadTeam.Run(ref work, sums.Length);
        var sum = 0.0;
        foreach (var part in sums) sum += part;
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
        if (dy == 1 && prediction.TakeGradient(gradient)) return;
        var target = prediction.GradientToSet(out var add);
        if (add) TensorPrimitives.MultiplyAdd(gradient.Values, dy, target, target);
        else TensorPrimitives.Multiply(gradient.Values, dy, target);
    }

    private ref struct Work : IParallelKernel
    {
        public LossFunction Loss;
        public ReadOnlySpan<float> Prediction;
        public ReadOnlySpan<float> Target;
        public ReadOnlySpan<float> Weights;
        public ReadOnlySpan<float> Settings;
        public Span<float> Gradient;
        public Span<double> Sums;
        public int Width;
        public int Step;
        public int Rows;
        public double Divisor;

        public void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            var sum = 0.0;
            var last = Math.Min(Prediction.Length / Width, (part + 1) * Rows);
            for (var e = part * Rows; e < last; e++)
            {
                var weight = (Weights.IsEmpty ? 1.0 : Weights[e]) / Divisor;
                var row = Gradient.Slice(e * Width, Width);
                if (weight == 0)
                {
                    row.Clear(); // a masked entry may hold anything, even NaN
                    continue;
                }

                sum += weight * LossKernel.Entry<V>(
                    Loss, Prediction.Slice(e * Width, Width), Target.Slice(e * Step, Step), row, weight, Settings);
            }

            Sums[part] = sum;
        }
    }
}
