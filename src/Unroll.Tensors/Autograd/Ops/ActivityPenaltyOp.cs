using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>The values as they are; on the way back the slopes of penalties on them are added to their gradient.</summary>
internal sealed class ActivityPenaltyOp : SingleOp
{
    private Tensor x = null!;
    private Tensor? mask;
    private float size;
    private float change;

    /// <param name="x">[batch, time, units]</param>
    /// <param name="mask">[batch, time] of 1 and 0, or null.</param>
    /// <param name="size">Factor of the mean of x².</param>
    /// <param name="change">Factor of the mean of (x_t - x_{t-1})².</param>
    public static Tensor Apply(Tensor x, Tensor? mask, float size, float change)
    {
        if (!Tape.Records(x)) return x;
        var y = Workspace.New(x.Shape);
        x.Values.CopyTo(y.Values);
        var op = Tape.Add<ActivityPenaltyOp>(y);
        (op.x, op.mask, op.size, op.change) = (x, mask, size, change);
        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        TensorPrimitives.Add(dx, OutputGradient, dx);
        var (batch, time, units) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var (real, pairs) = Counts(batch, time);
        for (var row = 0; row < batch; row++)
        {
            for (var t = 0; t < time; t++)
            {
                if (!IsReal(row, t, time)) continue;
                var here = ((row * time) + t) * units;
                var own = x.Values.Slice(here, units);
                // d/dx size Σ x² / n
                if (size != 0) TensorPrimitives.MultiplyAdd(own, 2 * size / (real * units), dx.Slice(here, units), dx.Slice(here, units));
                if (change == 0 || t == 0 || !IsReal(row, t - 1, time)) continue;
                // d/dx change Σ (x_t - x_{t-1})² / m, for both of them
                var (factor, before) = (2 * change / (pairs * units), here - units);
                for (var unit = 0; unit < units; unit++)
                {
                    var slope = factor * (x.Values[here + unit] - x.Values[before + unit]);
                    dx[here + unit] += slope;
                    dx[before + unit] -= slope;
                }
            }
        }
    }

    /// <summary>How many steps are real, and how many of them follow a real one; at least 1.</summary>
    private (float Real, float Pairs) Counts(int batch, int time)
    {
        float real = 0, pairs = 0;
        for (var row = 0; row < batch; row++)
        {
            for (var t = 0; t < time; t++)
            {
                if (!IsReal(row, t, time)) continue;
                real++;
                if (t > 0 && IsReal(row, t - 1, time)) pairs++;
            }
        }

        return (Math.Max(1, real), Math.Max(1, pairs));
    }

    private bool IsReal(int row, int t, int time) => mask is null || mask.Values[(row * time) + t] != 0;
}
