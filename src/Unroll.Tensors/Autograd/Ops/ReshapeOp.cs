using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>The same values under other axes; no copy.</summary>
internal sealed class ReshapeOp : SingleOp
{
    private Tensor x = null!;

    public static Tensor Apply(Tensor x, Shape shape)
    {
        if (shape.Size != x.Length)
        {
            throw new ShapeException(
                $"Reshape cannot turn {x.Shape} into {shape}: the one holds {x.Length} values, the other {shape.Size}.");
        }

        var y = x.View(shape);
        if (Tape.Records(x)) Tape.Add<ReshapeOp>(y).x = x;
        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        TensorPrimitives.Add(dx, OutputGradient, dx);
    }
}
