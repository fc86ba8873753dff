using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class IncompleteGammaTests
{
    // Computed with 60 digits by mpmath 1.3 from the doubles nearest to the arguments. For a = 1/2 they are
    // erfc(sqrt(x)) and erf(sqrt(x)).
    [Theory]
    [InlineData(0.5, 0.1, 0.34527915398142298, 0.65472084601857702)]
    [InlineData(0.5, 30, 0.999999999999990514, 9.48573757107384839e-15)]
    [InlineData(3.5, 2, 0.220222591524284079, 0.779777408475715921)]
    [InlineData(10, 40, 0.999999996074067774, 3.92593222628618819e-9)]
    [InlineData(1000, 1010, 0.627678944736994728, 0.372321055263005272)]
    [InlineData(1000, 800, 5.50141977617922814e-12, 0.99999999999449858)]
    public void Incomplete_gamma_matches_high_precision_values(double a, double x, double lower, double upper)
    {
        Close.To(lower, IncompleteGamma.Lower(a, x));
        Close.To(upper, IncompleteGamma.Upper(a, x));
    }

    // Q(1, x) = e^-x, and Q(n, x) = e^-x (1 + x + ... + x^(n - 1) / (n - 1)!): the Poisson sum.
    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(1, 600)]
    [InlineData(4, 2.5)]
    [InlineData(30, 45)]
    public void Incomplete_gamma_of_a_whole_shape_is_a_poisson_sum(int shape, double x)
    {
        var (term, sum) = (1.0, 0.0);
        for (var k = 0; k < shape; k++)
        {
            sum += term;
            term *= x / (k + 1);
        }

        Close.To(Math.Exp(-x) * sum, IncompleteGamma.Upper(shape, x));
    }

    [Fact]
    public void Incomplete_gamma_ends_at_0_and_1()
    {
        Assert.Equal(0, IncompleteGamma.Lower(2, 0));
        Assert.Equal(1, IncompleteGamma.Upper(2, 0));
        Assert.Equal(0, IncompleteGamma.Upper(2, double.PositiveInfinity));
        Assert.Equal(1, IncompleteGamma.Lower(2, double.PositiveInfinity));
    }
}
