using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public class AutoregressiveBaselineTests
{
    [Fact]
    public void A_noiseless_process_is_recovered_exactly()
    {
        var series = Process(2, 1.4, -0.8, 40);
        var baseline = new AutoregressiveBaseline(2);

        baseline.Fit(series);

        Assert.Equal(2, baseline.Intercept, 1e-10);
        Assert.Equal([1.4, -0.8], baseline.Coefficients, (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Equal(Process(2, 1.4, -0.8, 41)[^1], baseline.Next(series), 1e-10);
    }

    [Fact]
    public void Any_stationary_process_is_recovered() => Prop.ForAll(
        Gen.Choose(-90, 90).Three().ToArbitrary(),
        draw =>
        {
            // Complex poles of radius r at angle w: a1 = 2 r cos(w), a2 = -r^2.
            var (radius, angle) = (0.9 + (draw.Item1 / 1000.0), 1.5 + (draw.Item2 / 100.0));
            var (first, second) = (2 * radius * Math.Cos(angle), -radius * radius);
            var baseline = new AutoregressiveBaseline(2);

            baseline.Fit(Process(draw.Item3, first, second, 30));

            Assert.Equal(draw.Item3, baseline.Intercept, 1e-6);
            Assert.Equal(first, baseline.Coefficients[0], 1e-7);
            Assert.Equal(second, baseline.Coefficients[1], 1e-7);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_noisy_process_is_recovered_to_its_sampling_error()
    {
        var rng = new Random(11);
        var series = new double[20_000];
        for (var t = 1; t < series.Length; t++) series[t] = 0.5 + (0.7 * series[t - 1]) + rng.NextDouble() - 0.5;
        var baseline = new AutoregressiveBaseline(1);

        baseline.Fit(series);

        // Standard error of the coefficient: sqrt((1 - 0.7^2) / 20000) = 0.005; four of them.
        Assert.Equal(0.7, baseline.Coefficients[0], 0.02);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1e12)]
    [InlineData(1e-300)]
    public void A_constant_series_has_no_slopes(double level)
    {
        var baseline = new AutoregressiveBaseline(4);

        baseline.Fit(Enumerable.Repeat(level, 100).ToArray());

        Assert.Equal([0, 0, 0, 0], baseline.Coefficients);
        Assert.Equal(level, baseline.Intercept, Math.Abs(level) * 1e-14);
    }

    [Fact]
    public void A_straight_line_is_continued()
    {
        var series = Enumerable.Range(0, 50).Select(t => 7 + (0.25 * t)).ToArray();
        var baseline = new AutoregressiveBaseline(5);

        baseline.Fit(series);

        Assert.Equal(7 + (0.25 * 50), baseline.Next(series), 1e-10);
        Assert.All(baseline.Coefficients, coefficient => Assert.InRange(coefficient, -1.01, 1.01));
    }

    [Fact]
    public void A_wave_that_needs_two_lags_is_continued_with_ten()
    {
        var series = Enumerable.Range(0, 80).Select(t => 100 + Math.Cos(0.3 * t)).ToArray();
        var baseline = new AutoregressiveBaseline(10);

        baseline.Fit(series);

        Assert.Equal(100 + Math.Cos(0.3 * 80), baseline.Next(series), 1e-9);
    }

    [Fact]
    public void A_second_fit_forgets_the_first()
    {
        var baseline = new AutoregressiveBaseline(1);
        baseline.Fit([1, 2, 4, 8, 16]);
        Assert.Equal(2, baseline.Coefficients[0], 1e-12);

        baseline.Fit([3, 3, 3, 3]);

        Assert.Equal(3, baseline.Next([100]), 1e-12);
    }

    private static double[] Process(double intercept, double first, double second, int length)
    {
        var series = new double[length];
        (series[0], series[1]) = (1, -3);
        for (var t = 2; t < length; t++) series[t] = intercept + (first * series[t - 1]) + (second * series[t - 2]);
        return series;
    }
}
