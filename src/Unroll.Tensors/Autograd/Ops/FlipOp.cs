using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>The steps of every sequence in reverse order: [batch, time, …].</summary>
internal sealed class FlipOp : SingleOp
{
    private Tensor x = null!;

    public static Tensor Apply(Tensor x)
    {
        var y = Workspace.New(x.Shape);
        var (time, width) = (x.Shape[1], x.Length / (x.Shape[0] * x.Shape[1]));
        for (var place = 0; place < x.Shape[0] * time; place++)
            x.Values.Slice(Mirror(place, time) * width, width).CopyTo(y.Values[(place * width)..]);
        if (Tape.Records(x)) Tape.Add<FlipOp>(y).x = x;
        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        var (time, width) = (x.Shape[1], x.Length / (x.Shape[0] * x.Shape[1]));
        for (var place = 0; place < x.Shape[0] * time; place++)
        {
            var target = dx.Slice(Mirror(place, time) * width, width);
            TensorPrimitives.Add(target, OutputGradient.Slice(place * width, width), target);
        }
    }

    private static int Mirror(int place, int time) => (place / time * time) + time - 1 - (place % time);
}
