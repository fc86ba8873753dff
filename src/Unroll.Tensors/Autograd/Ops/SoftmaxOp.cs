using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>y = e^x / Σ e^x along the last axis; the largest value is taken off first, so that nothing overflows.</summary>
internal sealed class SoftmaxOp : SingleOp
{
    private Tensor x = null!;

    public static Tensor Apply(Tensor x)
    {
        if (x.Rank == 0) throw new ShapeException("Softmax needs at least one axis, but the tensor is a scalar.");
        var y = Workspace.New(x.Shape);
        SoftmaxKernel.Forward(x.Values, y.Values, x.Shape[^1]);
        if (Tape.Records(x)) Tape.Add<SoftmaxOp>(y).x = x;
        return y;
    }

    // dx = y (dy - Σ dy y)
    public override void Backward() => SoftmaxKernel.Backward(Output.Values, OutputGradient, x.GradientToAdd(), x.Shape[^1]);
}
