using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>Row by row one of two tensors, as a mask says.</summary>
internal sealed class SelectOp : SingleOp
{
    private Tensor mask = null!;
    private Tensor yes = null!;
    private Tensor? no;

    private int Width => Output.Length / mask.Length;

    /// <summary>Rows of <paramref name="yes"/> where the mask is not zero, else of <paramref name="no"/>.</summary>
    /// <param name="mask">As many values as there are rows.</param>
    /// <param name="yes">[…], whose leading axes hold the rows.</param>
    /// <param name="no">Of the same shape; null for zeros.</param>
    public static Tensor Apply(Tensor mask, Tensor yes, Tensor? no)
    {
        var y = Workspace.New(yes.Shape);
        var width = y.Length / mask.Length;
        for (var row = 0; row < mask.Length; row++)
        {
            var target = y.Values.Slice(row * width, width);
            if (mask.Values[row] != 0) yes.Values.Slice(row * width, width).CopyTo(target);
            else if (no is not null) no.Values.Slice(row * width, width).CopyTo(target);
            else target.Clear();
        }

        if (Tape.Records(yes) || (no is not null && Tape.Records(no)))
        {
            var op = Tape.Add<SelectOp>(y);
            (op.mask, op.yes, op.no) = (mask, yes, no);
        }

        return y;
    }

    public override void Backward()
    {
        if (yes.RequiresGradient) AddRows(yes.GradientToAdd(), real: true);
        if (no is { RequiresGradient: true }) AddRows(no.GradientToAdd(), real: false);
    }

    private void AddRows(Span<float> target, bool real)
    {
        for (var row = 0; row < mask.Length; row++)
        {
            if (mask.Values[row] != 0 != real) continue;
            var sum = target.Slice(row * Width, Width);
            TensorPrimitives.Add(sum, OutputGradient.Slice(row * Width, Width), sum);
        }
    }
}
