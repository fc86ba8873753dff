using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class TailsTests
{
    // The sum of the binomial probabilities, term by term with 50 digits by mpmath 1.3.
    [Theory]
    [InlineData(12700, 25000, 0.5, 0.00580894699894921025)]
    [InlineData(12300, 25000, 0.49, 0.26556545281651002)]
    [InlineData(1_000_500, 5_000_000, 0.2, 0.288239588477362623)]
    [InlineData(1_005_000, 5_000_000, 0.2, 1.16020754841159797e-8)]
    public void Binomial_tail_matches_exact_sums(long successes, long trials, double probability, double expected) =>
        Close.To(expected, Tails.BinomialAtLeast(successes, trials, probability), 1e-10);

    // With 10 fair coins the tail is a count out of 2^10: 1, 11, 56, 176, 386, 638, ...
    [Theory]
    [InlineData(10, 1)]
    [InlineData(9, 11)]
    [InlineData(8, 56)]
    [InlineData(5, 638)]
    [InlineData(1, 1023)]
    [InlineData(0, 1024)]
    public void Binomial_tail_of_ten_coins_is_counted(long successes, int ways) =>
        Close.To(ways / 1024.0, Tails.BinomialAtLeast(successes, 10, 0.5));

    [Fact]
    public void Binomial_tail_far_out_vanishes_without_nan() =>
        Assert.Equal(0, Tails.BinomialAtLeast(19062, 25000, 0.5)); // 1.7e-1576

    // Critical values of the printed chi-squared tables (5% and 1%), three decimals.
    [Theory]
    [InlineData(3.841, 1, 0.05)]
    [InlineData(5.991, 2, 0.05)]
    [InlineData(7.815, 3, 0.05)]
    [InlineData(18.307, 10, 0.05)]
    [InlineData(6.635, 1, 0.01)]
    [InlineData(124.342, 100, 0.05)]
    public void Chi_squared_tail_matches_the_tables(double critical, double degrees, double expected) =>
        Assert.Equal(expected, Tails.ChiSquaredAtLeast(critical, degrees), 1e-4);

    // With two degrees of freedom the tail is e^(-x / 2).
    [Fact]
    public void Chi_squared_tail_of_two_degrees_is_exponential() =>
        Close.To(Math.Exp(-3.1), Tails.ChiSquaredAtLeast(6.2, 2));

    // No success in n trials: the upper end solves (1 - p)^n = 0.025. All successes: the mirror image.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(25000)]
    public void Exact_interval_without_success_is_a_root(long trials)
    {
        var end = Math.Pow(0.025, 1.0 / trials);
        var none = Tails.ClopperPearson(0, trials, 0.95);
        var all = Tails.ClopperPearson(trials, trials, 0.95);

        Assert.Equal(0, none.Lower);
        Close.To(1 - end, none.Upper, 1e-10);
        Close.To(end, all.Lower);
        Assert.Equal(1, all.Upper);
    }

    [Fact]
    public void Exact_interval_leaves_half_the_doubt_on_each_side()
    {
        var interval = Tails.ClopperPearson(19062, 25000, 0.95);

        Close.To(0.025, Tails.BinomialAtLeast(19062, 25000, interval.Lower), 1e-9);
        Close.To(0.975, Tails.BinomialAtLeast(19063, 25000, interval.Upper), 1e-9);
    }
}
