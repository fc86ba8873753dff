namespace Unroll.Autograd;

/// <summary>y = x W + b on the last axis, as one operation.</summary>
internal sealed class LinearOp : SingleOp
{
    private Tensor x = null!;
    private Tensor kernel = null!;
    private Tensor? bias;

    /// <param name="x">[..., inputs]</param>
    /// <param name="kernel">[inputs, units]</param>
    /// <param name="bias">[units], or null.</param>
    /// <returns>[..., units]</returns>
    public static Tensor Apply(Tensor x, Tensor kernel, Tensor? bias)
    {
        var y = Workspace.New(x.Shape.With(x.Rank - 1, kernel.Shape[1]));
        Linear.Forward(x.Values, kernel, bias is null ? default : bias.Values, y.Values);
        if (Tape.Records(x, kernel) || (bias is not null && Tape.Records(bias)))
        {
            var op = Tape.Add<LinearOp>(y);
            (op.x, op.kernel, op.bias) = (x, kernel, bias);
        }

        return y;
    }

    public override void Backward()
    {
        var gradient = Output.Gradient!.Values;
        if (kernel.RequiresGradient) Linear.BackwardKernel(x.Values, gradient, kernel);
        if (bias is { RequiresGradient: true }) Linear.AddRows(gradient, bias.GradientToAdd());
        if (!x.RequiresGradient) return;
        var dx = x.GradientToSet(out var add);
        Linear.BackwardInput(gradient, kernel, dx, add);
    }
}
