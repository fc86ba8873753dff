using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>An activation whose slope follows from its value, y = f(x) and f'(x) = s(y).</summary>
internal interface ICurve
{
    /// <summary>Applies it to one vector of each of several rows, in place.</summary>
    void Apply<V>(scoped ref float vector, nint row, int rows)
        where V : struct, ILanes<V>;

    V Slope<V>(V y)
        where V : struct, ILanes<V>;
}

/// <summary>The logistic function, known at compile time.</summary>
internal readonly struct SigmoidCurve : ICurve
{
    public void Apply<V>(scoped ref float vector, nint row, int rows)
        where V : struct, ILanes<V> => TileCurve.Apply<V, SigmoidFunction<V>>(ref vector, row, rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V y)
        where V : struct, ILanes<V> => y * (V.All(1f) - y);
}

/// <summary>The hyperbolic tangent, known at compile time.</summary>
internal readonly struct TanhCurve : ICurve
{
    public void Apply<V>(scoped ref float vector, nint row, int rows)
        where V : struct, ILanes<V> => TileCurve.Apply<V, TanhFunction<V>>(ref vector, row, rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V y)
        where V : struct, ILanes<V> => V.All(1f) - (y * y);
}

/// <summary>Any activation, chosen at run time; one well-predicted branch a vector.</summary>
internal readonly unsafe struct ChosenCurve(Activation activation) : ICurve
{
    private const float SeluScale = 1.05070098735548049342f, SeluAlpha = 1.67326324235437728481f, LeakySlope = 0.2f;

    /// <summary>Whether the slope of an activation follows from its value, as recurrent kernels need.</summary>
    public static bool Has(Activation activation) =>
        activation is not (Activation.Gelu or Activation.Silu or Activation.Softmax) && Enum.IsDefined(activation);

    public void Apply<V>(scoped ref float vector, nint row, int rows)
        where V : struct, ILanes<V>
    {
        for (var r = 0; r < rows; r++)
        {
            Apply(V.Load(ref vector)).Store(ref vector);
            vector = ref Unsafe.Add(ref vector, row);
        }
    }

    public V Apply<V>(V x)
        where V : struct, ILanes<V>
    {
        V zero = V.All(0f), one = V.All(1f);
        return activation switch
        {
            Activation.Tanh => Lanes.Tanh(x),
            Activation.Sigmoid => Lanes.Sigmoid(x),
            Activation.Relu => V.Max(zero, x),
            Activation.HardSigmoid => Clip((x + V.All(3f)) * V.All(1f / 6)),
            Activation.HardSigmoidKeras2 => Clip(V.MultiplyAdd(V.All(0.2f), x, V.All(0.5f))),
            Activation.Softplus => V.Max(zero, x) + Lanes.Each(Lanes.Exp(zero - V.Abs(x)), &LogOnePlus),
            Activation.Softsign => x / (one + V.Abs(x)),
            Activation.Elu => V.SelectLess(zero, x, x, Lanes.Exp(x) - one),
            Activation.Selu => V.All(SeluScale) * V.SelectLess(zero, x, x, V.All(SeluAlpha) * (Lanes.Exp(x) - one)),
            Activation.LeakyRelu => V.SelectLess(zero, x, x, V.All(LeakySlope) * x),
            Activation.Exponential => Lanes.Exp(x),
            _ => x,
        };
    }

    public V Slope<V>(V y)
        where V : struct, ILanes<V>
    {
        V zero = V.All(0f), one = V.All(1f);
        return activation switch
        {
            Activation.Tanh => one - (y * y),
            Activation.Sigmoid => y * (one - y),
            Activation.Relu => V.SelectLess(zero, y, one, zero),
            Activation.HardSigmoid => Inside(y, V.All(1f / 6)),
            Activation.HardSigmoidKeras2 => Inside(y, V.All(0.2f)),
            Activation.Softplus => one - Lanes.Exp(zero - y),
            Activation.Softsign => (one - V.Abs(y)) * (one - V.Abs(y)),
            Activation.Elu => V.SelectLess(zero, y, one, y + one),
            Activation.Selu => V.SelectLess(zero, y, V.All(SeluScale), y + V.All(SeluScale * SeluAlpha)),
            Activation.LeakyRelu => V.SelectLess(zero, y, one, V.All(LeakySlope)),
            Activation.Exponential => y,
            _ => one,
        };
    }

    private static V Clip<V>(V x)
        where V : struct, ILanes<V> => V.Max(V.All(0f), V.Min(V.All(1f), x));

    private static V Inside<V>(V y, V slope)
        where V : struct, ILanes<V> =>
        V.SelectLess(V.All(0f), y, V.SelectLess(y, V.All(1f), slope, V.All(0f)), V.All(0f));

    private static float LogOnePlus(float x) => MathF.Log(1 + x);
}
