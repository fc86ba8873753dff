using Unroll.Kernels;

namespace Unroll.Tests.Training;

/// <summary>Means, quantiles and draws of the distributions that models put out.</summary>
public sealed class DistributionParametersTests
{
    private const int Draws = 200_000;

    public static TheoryData<Distribution, float[]> Examples => new()
    {
        { Distribution.Gaussian, [1.5f, 0.5f] },
        { Distribution.StudentT, [-2, 1, 4] },
        { Distribution.NegativeBinomial, [3, -1] },
        { Distribution.NegativeBinomial, [-0.5f, 1] },
        { Distribution.NegativeBinomial, [200, -3] },
        { Distribution.NegativeBinomial, [40, -30] },
    };

    /// <summary>Published tables of Student's t and of the normal distribution.</summary>
    [Theory]
    [InlineData(0.975, 2, 4.302652729749464)]
    [InlineData(0.95, 3, 2.353363434801823)]
    [InlineData(0.975, 5, 2.570581835636197)]
    [InlineData(0.995, 30, 2.749995653567231)]
    [InlineData(0.025, 5, -2.570581835636197)]
    public void Quantiles_are_those_of_tables(double level, double freedom, double expected)
    {
        Assert.Equal(expected, StudentDistribution.Quantile(level, freedom), 1e-10);
        Assert.Equal(1.959963984540054, NormalDistribution.Quantile(0.975), 1e-13);
        Assert.Equal(-6.361340902404056, NormalDistribution.Quantile(1e-10), 1e-10);
        Assert.Equal(0, NormalDistribution.Quantile(0.5));
    }

    /// <summary>Each figure within five standard errors of what the draws say.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public void Draws_have_mean_deviation_and_quantiles(Distribution distribution, float[] outputs)
    {
        var parameters = new DistributionParameters(distribution, outputs);
        var random = new Rng(11);
        var draws = new double[Draws];
        for (var i = 0; i < draws.Length; i++) draws[i] = parameters.Sample(ref random);
        var mean = draws.Average();
        Assert.Equal(parameters.Mean, mean, 5 * parameters.Deviation / Math.Sqrt(Draws));
        var deviation = Math.Sqrt(draws.Average(x => (x - mean) * (x - mean)));
        Assert.Equal(1, deviation / parameters.Deviation, distribution == Distribution.StudentT ? 0.05 : 0.02);
        foreach (var level in new[] { 0.02, 0.1, 0.5, 0.75, 0.95 })
        {
            var quantile = parameters.Quantile(level);
            var noise = 5 * Math.Sqrt(level * (1 - level) / Draws);
            // Counts: at least the level lies at or below, and less than it below.
            Assert.InRange(draws.Count(x => x <= quantile) / (double)Draws, level - noise, distribution == Distribution.NegativeBinomial ? 1 : level + noise);
            Assert.InRange(draws.Count(x => x < quantile) / (double)Draws, 0, level + noise);
        }

        var again = new Rng(11);
        Assert.Equal(draws[0], parameters.Sample(ref again));
    }

    [Fact]
    public void Poisson_and_gamma_draws_have_their_mean_and_variance()
    {
        var random = new Rng(2);
        foreach (var mean in new[] { 0, 0.3, 5, 15.9, 100, 12345 })
        {
            var draws = Enumerable.Range(0, Draws).Select(_ => random.NextPoisson(mean)).ToArray();
            Assert.Equal(mean, draws.Average(), 5 * Math.Sqrt(mean / Draws));
            Assert.Equal(mean, draws.Average(x => (x - mean) * (x - mean)), 0.02 * mean);
            Assert.All(draws, x => Assert.True(x >= 0 && x == Math.Floor(x)));
        }

        foreach (var shape in new[] { 0.1, 1, 7.5 })
        {
            var draws = Enumerable.Range(0, Draws).Select(_ => random.NextGamma(shape)).ToArray();
            Assert.Equal(shape, draws.Average(), 5 * Math.Sqrt(shape / Draws));
            Assert.Equal(1, draws.Average(x => (x - shape) * (x - shape)) / shape, 0.08);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).NextPoisson(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).NextPoisson(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).NextGamma(0));
    }

    [Fact]
    public void Wrong_outputs_and_levels_are_told()
    {
        Assert.Equal(
            "A StudentT distribution has 3 outputs for each target, but 2 were given.",
            Assert.Throws<ShapeException>(() => new DistributionParameters(Distribution.StudentT, [1, 2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DistributionParameters(Distribution.Gaussian, [1, 2]).Quantile(1));
    }
}
