using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class NelderMeadTests
{
    [Fact]
    public void Rosenbrocks_valley_is_followed_to_its_end()
    {
        var found = NelderMead.Minimize(
            p => Math.Pow(1 - p[0], 2) + (100 * Math.Pow(p[1] - (p[0] * p[0]), 2)), [-1.2, 1], [-2, -2], [2, 2], 1000);

        Assert.Equal(1, found[0], 1e-5);
        Assert.Equal(1, found[1], 1e-5);
    }

    [Fact]
    public void A_minimum_outside_is_met_on_the_side()
    {
        var found = NelderMead.Minimize(p => Math.Pow(p[0] - 3, 2) + Math.Pow(p[1] - 0.25, 2), [0.5, 0.9], [0, 0], [1, 1]);

        Assert.Equal(1, found[0], 1e-9);
        Assert.Equal(0.25, found[1], 1e-5);
    }

    [Fact]
    public void What_is_not_allowed_is_avoided()
    {
        var found = NelderMead.Minimize(p => p[0] < 0.3 ? double.NaN : p[0], [0.8], [0], [1]);

        Assert.Equal(0.3, found[0], 1e-5);
    }

    [Fact]
    public void The_same_search_finds_the_same_bits()
    {
        static double[] Find() => NelderMead.Minimize(p => Math.Cos(5 * p[0]) + Math.Sin(3 * p[1]), [0.4, 0.4], [0, 0], [2, 2]);

        Assert.Equal(Find(), Find());
    }
}
