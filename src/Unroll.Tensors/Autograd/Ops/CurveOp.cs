using Unroll.Kernels;

namespace Unroll.Autograd;

/// <summary>An <see cref="Activation"/> of every value, or softmax along the last axis.</summary>
internal sealed class CurveOp : SingleOp
{
    private Activation activation;
    private Tensor x = null!;

    public static Tensor Apply(Activation activation, Tensor x)
    {
        if (activation == Activation.Linear) return x;
        if (activation == Activation.Softmax) return SoftmaxOp.Apply(x);
        var y = Workspace.New(x.Shape);
        if (ChosenCurve.Has(activation)) CurveKernel.Forward(activation, x.Values, y.Values);
        else GateForward(activation, x.Values, y.Values);
        if (Tape.Records(x))
        {
            var op = Tape.Add<CurveOp>(y);
            (op.activation, op.x) = (activation, x);
        }

        return y;
    }

    public override void Backward()
    {
        var dx = x.GradientToAdd();
        if (ChosenCurve.Has(activation)) CurveKernel.Backward(activation, Output.Values, OutputGradient, dx);
        else GateBackward(activation, x.Values, OutputGradient, dx);
    }

    /// <summary>The activations of the form x times a gate of x: Silu and Gelu.</summary>
    private static void GateForward(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = x[i] * (float)SelfGate(activation, x[i]).Gate;
    }

    private static void GateBackward(Activation activation, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var (gate, slope) = SelfGate(activation, x[i]);
            dx[i] += dy[i] * (float)(gate + (x[i] * slope));
        }
    }

    private static (double Gate, double Slope) SelfGate(Activation activation, double x)
    {
        if (activation == Activation.Silu)
        {
            var sigmoid = 1 / (1 + Math.Exp(-x));
            return (sigmoid, sigmoid * (1 - sigmoid));
        }

        return (NormalDistribution.Cumulative(x), NormalDistribution.Density(x));
    }
}
