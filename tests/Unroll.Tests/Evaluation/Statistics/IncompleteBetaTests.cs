using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class IncompleteBetaTests
{
    // Computed with 60 digits by mpmath 1.3 from the doubles nearest to the arguments.
    [Theory]
    [InlineData(0.3, 2.5, 3.5, 0.296752989295666378)]
    [InlineData(0.001, 0.5, 7, 0.0925523011298983603)]
    [InlineData(0.9, 120, 10, 0.158685533728243942)]
    [InlineData(0.999, 3, 0.2, 0.668541483901084631)]
    public void Incomplete_beta_matches_high_precision_values(double x, double a, double b, double expected) =>
        Close.To(expected, IncompleteBeta.Regularized(x, a, b));

    // I_x(1, b) = 1 - (1 - x)^b and I_x(a, 1) = x^a.
    [Theory]
    [InlineData(0.1, 3)]
    [InlineData(0.5, 0.25)]
    [InlineData(0.97, 40)]
    [InlineData(0.002, 500)]
    public void Incomplete_beta_with_one_shape_1_is_a_power(double x, double shape)
    {
        Close.To(1 - Math.Pow(1 - x, shape), IncompleteBeta.Regularized(x, 1, shape));
        Close.To(Math.Pow(x, shape), IncompleteBeta.Regularized(x, shape, 1));
    }

    // The arcsine law: I_x(1/2, 1/2) = 2 asin(sqrt(x)) / pi.
    [Theory]
    [InlineData(1e-8)]
    [InlineData(0.25)]
    [InlineData(0.7)]
    public void Incomplete_beta_of_two_halves_is_the_arcsine(double x) =>
        Close.To(2 * Math.Asin(Math.Sqrt(x)) / Math.PI, IncompleteBeta.Regularized(x, 0.5, 0.5));

    [Fact]
    public void Incomplete_beta_ends_at_0_and_1()
    {
        Assert.Equal(0, IncompleteBeta.Regularized(0, 2, 3));
        Assert.Equal(1, IncompleteBeta.Regularized(1, 2, 3));
        Assert.Equal(0, IncompleteBeta.Inverse(0, 2, 3));
        Assert.Equal(1, IncompleteBeta.Inverse(1, 2, 3));
    }

    // The inverses of the closed forms above.
    [Theory]
    [InlineData(0.025, 3)]
    [InlineData(0.5, 12500)]
    [InlineData(0.975, 0.5)]
    [InlineData(1e-200, 7)]
    public void Inverse_of_a_power_is_a_root(double probability, double shape)
    {
        Close.To(Math.Pow(probability, 1 / shape), IncompleteBeta.Inverse(probability, shape, 1));
        if (probability > 1e-10)
            Close.To(1 - Math.Pow(1 - probability, 1 / shape), IncompleteBeta.Inverse(probability, 1, shape), 1e-10);
    }

    // The second shape is at least 1: below, x may be so close to 1 that a double cannot tell them apart.
    [Fact]
    public void Inverse_leads_back_to_the_probability() => Prop.ForAll(
        Gen.Choose(1, 9999).Three().ToArbitrary(),
        draw =>
        {
            var (probability, a, b) = (draw.Item1 / 10000.0, draw.Item2 / 10.0, 1 + (draw.Item3 / 10.0));
            Close.To(probability, IncompleteBeta.Regularized(IncompleteBeta.Inverse(probability, a, b), a, b), 1e-10);
        }).QuickCheckThrowOnFailure();

    // I_x(a, b) + I_(1 - x)(b, a) = 1.
    [Fact]
    public void Two_tails_make_one() => Prop.ForAll(
        Gen.Choose(1, 1023).Three().ToArbitrary(),
        draw =>
        {
            var (x, a, b) = (draw.Item1 / 1024.0, draw.Item2 / 8.0, draw.Item3 / 8.0);
            Close.To(1, IncompleteBeta.Regularized(x, a, b) + IncompleteBeta.Regularized(1 - x, b, a));
        }).QuickCheckThrowOnFailure();
}
