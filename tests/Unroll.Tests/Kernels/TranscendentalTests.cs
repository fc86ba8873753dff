using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Kernels;

/// <summary>
/// Exp, Sigmoid and Tanh over all floats: every 2039th bit pattern of both signs (2.1 million values) and the edges,
/// against double precision.
/// </summary>
/// <remarks>
/// The limits are what all floats between 1/16384 and 128 of both signs gave: Exp 1.049 at -5.8442, Sigmoid 1.9991 at
/// -0.000345, Tanh 1.352 at 0.5577 units in the last place.
/// </remarks>
[Collection(nameof(GlobalState))]
public sealed class TranscendentalTests(ITestOutputHelper output)
{
    private const int Stride = 2039;
    private const int First = 0;
    private const int Last = 0x7F800000;

    [Fact]
    public void Exp() => Check(Activation.Exponential, Math.Exp, 1.1);

    [Fact]
    public void Sigmoid() => Check(Activation.Sigmoid, x => 1 / (1 + Math.Exp(-x)), 2);

    [Fact]
    public void Tanh() => Check(Activation.Tanh, Math.Tanh, 1.4);

    [Fact]
    public void Tanh_is_odd_to_the_last_bit() => Forced.Everywhere([1], () =>
    {
        float[] x = [0, 1e-40f, 1e-6f, 0.3f, 0.5499f, 0.55f, 0.5501f, 1.7f, 8.6f, 12, float.PositiveInfinity];
        var minus = Array.ConvertAll(x, value => -value);
        CurveKernel.Forward(Activation.Tanh, x, x);
        CurveKernel.Forward(Activation.Tanh, minus, minus);
        Near.Bits(Array.ConvertAll(x, value => -value), minus, "tanh(-x)");
    });

    [Theory]
    [InlineData(Activation.Exponential, 0, 1, float.PositiveInfinity)]
    [InlineData(Activation.Sigmoid, 0, 0.5f, 1)]
    [InlineData(Activation.Tanh, -1, 0, 1)]
    public void Edges(Activation activation, float atMinusInfinity, float atZero, float atInfinity) => Forced.Everywhere([1], () =>
    {
        float[] x = [float.NegativeInfinity, float.MinValue, -0f, 0, float.MaxValue, float.PositiveInfinity, float.NaN];
        var y = new float[x.Length];
        CurveKernel.Forward(activation, x, y);
        Assert.Equal([atMinusInfinity, atMinusInfinity, atZero, atZero, atInfinity, atInfinity, float.NaN], y);
    });

    private void Check(Activation activation, Func<double, double> exact, double limit)
    {
        var x = Sample();
        var expected = Array.ConvertAll(x, value => exact(value));
        float[]? first = null;
        Forced.Everywhere([2], () =>
        {
            var y = new float[x.Length];
            CurveKernel.Forward(activation, x, y);
            if (first is not null)
            {
                Near.Bits(first, y, "the same bits for every width");
                return;
            }

            first = y;
            var (worst, at) = Worst(x, expected, y);
            output.WriteLine($"{activation}: {worst:F3} units in the last place at {at:G9}");
            Assert.True(worst <= limit, $"{activation}({at:G9}) is {worst:F3} units in the last place off");
        });
    }

    private static (double Worst, float At) Worst(float[] x, double[] expected, float[] y)
    {
        var (worst, at) = (0.0, 0f);
        for (var i = 0; i < x.Length; i++)
        {
            if (float.IsInfinity((float)expected[i]) && y[i].Equals((float)expected[i])) continue;
            var error = Math.Abs(y[i] - expected[i]) / Unit(expected[i]);
            if (!(error <= worst)) (worst, at) = (error, x[i]);
        }

        return (worst, at);
    }

    /// <summary>The distance between neighbouring floats about a value.</summary>
    private static double Unit(double value)
    {
        var size = (float)Math.Min(Math.Abs(value), float.MaxValue);
        return size == float.MaxValue ? size - MathF.BitDecrement(size) : MathF.BitIncrement(size) - (double)size;
    }

    private static float[] Sample()
    {
        var values = new List<float>();
        for (var bits = First; bits < Last; bits += Stride)
        {
            values.Add(BitConverter.Int32BitsToSingle(bits));
            values.Add(-BitConverter.Int32BitsToSingle(bits));
        }

        return [.. values];
    }
}
