using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>y = e^x / Σ e^x along the last axis.</summary>
internal sealed class SoftmaxOp : SingleOp
{
    private Tensor x = null!;

    public static Tensor Apply(Tensor x)
    {
        if (x.Rank == 0) throw new ShapeException("Softmax needs at least one axis, but the tensor is a scalar.");
        var y = Workspace.New(x.Shape);
        Forward(x.Values, y.Values, x.Shape[^1]);
        if (Tape.Records(x)) Tape.Add<SoftmaxOp>(y).x = x;
        return y;
    }

    /// <summary>Row by row; the largest value is taken off first, so that nothing overflows.</summary>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        for (var start = 0; start < x.Length; start += width)
        {
            var row = y.Slice(start, width);
            TensorPrimitives.Subtract(x.Slice(start, width), TensorPrimitives.Max(x.Slice(start, width)), row);
        }

        CurveKernel.Forward(Activation.Exponential, y, y);
        for (var start = 0; start < x.Length; start += width)
        {
            var row = y.Slice(start, width);
            var sum = 0.0;
            foreach (var value in row) sum += value;
            TensorPrimitives.Multiply(row, (float)(1 / sum), row);
        }
    }

    public override void Backward()
    {
        // dx = y (dy - Σ dy y)
        var dx = x.GradientToAdd();
        var width = x.Shape[^1];
        for (var start = 0; start < dx.Length; start += width)
        {
            var y = Output.Values.Slice(start, width);
            var dy = OutputGradient.Slice(start, width);
            var sum = 0.0;
            for (var i = 0; i < width; i++) sum += dy[i] * y[i];
            for (var i = 0; i < width; i++) dx[start + i] += y[i] * (dy[i] - (float)sum);
        }
    }
}
