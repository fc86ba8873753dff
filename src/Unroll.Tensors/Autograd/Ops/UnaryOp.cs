using System.Numerics.Tensors;

namespace Unroll.Autograd;

/// <summary>A function of every value, for cells and losses written from operators.</summary>
internal enum Function
{
    Log,
    Sqrt,
    Square,
    Abs,
    Negate,
}

/// <summary>y = f(x), value by value.</summary>
internal sealed class UnaryOp : SingleOp
{
    private Function function;
    private Tensor x = null!;

    public static Tensor Apply(Function function, Tensor x)
    {
        var y = Workspace.New(x.Shape);
        switch (function)
        {
            case Function.Log: TensorPrimitives.Log(x.Values, y.Values); break;
            case Function.Sqrt: TensorPrimitives.Sqrt(x.Values, y.Values); break;
            case Function.Square: TensorPrimitives.Multiply(x.Values, x.Values, y.Values); break;
            case Function.Abs: TensorPrimitives.Abs(x.Values, y.Values); break;
            default: TensorPrimitives.Negate(x.Values, y.Values); break;
        }

        if (Tape.Records(x))
        {
            var op = Tape.Add<UnaryOp>(y);
            (op.function, op.x) = (function, x);
        }

        return y;
    }

    public override void Backward()
    {
        var values = x.Values;
        var results = Output.Values;
        var dy = OutputGradient;
        var dx = x.GradientToAdd();
        for (var i = 0; i < dx.Length; i++) dx[i] += dy[i] * Slope(values[i], results[i]);
    }

    private float Slope(float value, float result) => function switch
    {
        Function.Log => 1 / value,
        Function.Sqrt => 0.5f / result,
        Function.Square => 2 * value,
        Function.Abs => MathF.Sign(value),
        _ => -1,
    };
}
