using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>Some consecutive entries of one axis.</summary>
internal sealed class SliceOp : SingleOp
{
    private Tensor x = null!;
    private int axis;
    private int start;

    public static Tensor Apply(Tensor x, int axis, int start, int count)
    {
        if ((uint)axis >= (uint)x.Rank || start < 0 || count < 0 || count > x.Shape[axis] - start)
        {
            throw new ShapeException(
                $"Slice of axis {axis} from {start} to {start + count} does not fit a tensor of shape {x.Shape}.");
        }

        var y = Workspace.New(x.Shape.With(axis, count));
        var (stride, width, offset) = Runs(x.Shape, y.Shape, axis, start);
        for (var row = 0; row * width < y.Length; row++)
            x.Values.Slice((row * stride) + offset, width).CopyTo(y.Values[(row * width)..]);
        if (Tape.Records(x))
        {
            var op = Tape.Add<SliceOp>(y);
            (op.x, op.axis, op.start) = (x, axis, start);
        }

        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        var (stride, width, offset) = Runs(x.Shape, Output.Shape, axis, start);
        for (var row = 0; row * width < Output.Length; row++)
        {
            var target = dx.Slice((row * stride) + offset, width);
            TensorPrimitives.Add(target, OutputGradient.Slice(row * width, width), target);
        }
    }

    private static (int Stride, int Width, int Offset) Runs(Shape whole, Shape part, int axis, int start)
    {
        var stride = ConcatOp.Inner(whole, axis);
        return (stride, ConcatOp.Inner(part, axis), whole[axis] == 0 ? 0 : start * (stride / whole[axis]));
    }
}
