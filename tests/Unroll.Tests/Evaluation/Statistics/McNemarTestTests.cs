using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public sealed class McNemarTestTests
{
    [Theory]
    [InlineData(6, 16, 0.0525)] // 2 (C(22,0) + ... + C(22,6)) / 2^22
    [InlineData(16, 6, 0.0525)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 4, 1)]
    [InlineData(0, 0, 1)]
    public void P_values_are_those_of_the_binomial_distribution(int onlyFirst, int onlySecond, double expected)
    {
        var test = new McNemarTest(onlyFirst, onlySecond);
        Assert.Equal(expected, test.PValue, 4);
        var (n, tail, ways) = (onlyFirst + onlySecond, 0.0, 1.0);
        for (var i = 0; i <= Math.Min(onlyFirst, onlySecond); i++)
        {
            tail += ways;
            ways *= (double)(n - i) / (i + 1);
        }

        Assert.Equal(Math.Min(1, 2 * tail / Math.Pow(2, n)), test.PValue, 1e-12);
    }

    [Fact]
    public void Samples_on_which_one_alone_is_right_are_counted()
    {
        Assert.Equal(new McNemarTest(2, 1), McNemarTest.Compare([0, 1, 2, 2, 0, 1], [1, 1, 0, 2, 1, 0], [0, 1, 2, 2, 1, 2]));
        Assert.Throws<ShapeException>(() => McNemarTest.Compare([0], [0, 1], [0, 1]));
    }
}
