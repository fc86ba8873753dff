using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Kernels;

/// <summary>Sums of squares against plain ones, the same bits with every width and number of threads.</summary>
[Collection(nameof(GlobalState))]
public sealed class NormTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(100_003)]
    public void Sum_of_squares(int length)
    {
        var gradient = new float[length];
        new Rng(1).FillNormal(gradient, 100);
        double exact = 0, cut = 0;
        foreach (var value in gradient)
        {
            exact += (double)value * value;
            cut += Math.Pow(Math.Clamp(value, -50, 50), 2);
        }

        double? first = null;
        Forced.Everywhere([1, 2, 3], () =>
        {
            var sum = NormKernel.SumOfSquares(new UpdateArrays { Gradient = gradient });
            Assert.Equal(exact, sum, exact * 1e-13);
            Assert.Equal(first ??= sum, sum);
            Assert.Equal(cut, NormKernel.SumOfSquares(new UpdateArrays { Gradient = gradient, Limit = 50 }), cut * 1e-13);
        });
    }

    [Fact]
    public void Huge_values_and_NaN()
    {
        Assert.Equal(18e60, NormKernel.SumOfSquares(new UpdateArrays { Gradient = Enumerable.Repeat(1e30f, 18).ToArray() }), 1e55);
        foreach (var place in (int[])[3, 17])
        {
            var gradient = new float[18];
            gradient[place] = float.NaN;
            Assert.True(double.IsNaN(NormKernel.SumOfSquares(new UpdateArrays { Gradient = gradient, Limit = 1 })));
        }
    }
}
