using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>A weight times a mask, in memory that stays: for weights that are packed by those who read them.</summary>
internal sealed class MaskedWeightOp : Op
{
    private Tensor weight = null!;
    private Tensor mask = null!;
    private Tensor result = null!;

    public override bool Reached => result.HasGradient;

    /// <summary>result = weight ∘ mask</summary>
    public static void Apply(Tensor weight, Tensor mask, Tensor result)
    {
        TensorPrimitives.Multiply(weight.Data, mask.Data, result.Values);
        result.ClearGradient();
        result.RequiresGradient = weight.RequiresGradient;
        if (!Tape.Records(weight)) return;
        var op = Tape.Add<MaskedWeightOp>();
        (op.weight, op.mask, op.result) = (weight, mask, result);
    }

    public override void Backward()
    {
        var target = weight.GradientToAdd();
        TensorPrimitives.MultiplyAdd(result.Gradient!.Data, mask.Data, target, target);
    }
}
