using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>Tensors one behind the other along an axis.</summary>
internal sealed class ConcatOp : SingleOp
{
    private readonly List<Tensor> parts = [];
    private int axis;

    public static Tensor Apply(int axis, ReadOnlySpan<Tensor> parts)
    {
        if (parts.IsEmpty) throw new ShapeException("Concat needs at least one tensor.");
        var shape = parts[0].Shape;
        var length = 0;
        var records = false;
        foreach (var part in parts)
        {
            if (part.Rank != shape.Rank || (uint)axis >= (uint)shape.Rank || part.Shape.With(axis, 0) != shape.With(axis, 0))
            {
                throw new ShapeException(
                    $"Concat along axis {axis} cannot join {shape} and {part.Shape}: all other axes must be equal.");
            }

            length += part.Shape[axis];
            records |= Tape.Records(part);
        }

        var y = Workspace.New(shape.With(axis, length));
        var start = 0;
        foreach (var part in parts)
        {
            var width = Inner(part.Shape, axis);
            for (var row = 0; row * width < part.Length; row++)
                part.Values.Slice(row * width, width).CopyTo(y.Values[((row * Inner(y.Shape, axis)) + start)..]);
            start += width;
        }

        if (records)
        {
            var op = Tape.Add<ConcatOp>(y);
            op.axis = axis;
            op.parts.Clear();
            foreach (var part in parts) op.parts.Add(part);
        }

        return y;
    }

    public override void Backward()
    {
        var start = 0;
        var stride = Inner(Output.Shape, axis);
        foreach (var part in parts)
        {
            var width = Inner(part.Shape, axis);
            if (part.RequiresGradient)
            {
                var target = part.GradientToAdd();
                for (var row = 0; row * width < part.Length; row++)
                {
                    var values = target.Slice(row * width, width);
                    TensorPrimitives.Add(values, OutputGradient.Slice((row * stride) + start, width), values);
                }
            }

            start += width;
        }
    }

    /// <summary>Values in one run: from the axis inwards.</summary>
    internal static int Inner(Shape shape, int axis)
    {
        var product = 1;
        for (var inner = axis; inner < shape.Rank; inner++) product *= shape[inner];
        return product;
    }
}
