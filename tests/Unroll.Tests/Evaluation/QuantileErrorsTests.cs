using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class QuantileErrorsTests
{
    [Fact]
    public void Errors_are_those_computed_by_hand()
    {
        // q = 0.1: 0.1 * 2 above, 0.9 * 1 below; q = 0.5: 0.5 * 1, 0.5 * 3.
        var errors = QuantileErrors.From([4, -1], [[2, 0], [5, -4]], [0.1, 0.5]);

        Assert.Equal((0.2 + 0.9) / 2, errors.Pinball[0], 1e-15);
        Assert.Equal((0.5 + 1.5) / 2, errors.Pinball[1], 1e-15);
        Assert.Equal([0.5, 0.5], errors.Below);
        Assert.Equal((0.55 + 1) / 2, errors.MeanPinball, 1e-15);
        Assert.Equal(1.55, errors.Crps, 1e-15);
        Assert.Equal(2 * 0.775 / 2.5, errors.WeightedQuantileLoss, 1e-15);
        Assert.Equal(2, errors.Count);
        Assert.Equal([0.1, 0.5], errors.Levels);
    }

    [Fact]
    public void The_median_costs_half_the_absolute_error_and_weighs_as_wape() => Prop.ForAll(
        Gen.Choose(-100, 100).Two().NonEmptyListOf().ToArbitrary(),
        draw =>
        {
            double[] actual = [.. draw.Select(values => values.Item1)];
            double[] forecast = [.. draw.Select(values => values.Item2)];
            var errors = QuantileErrors.From(actual, [forecast], [0.5]);
            var point = ForecastErrors.From(actual, forecast);

            Assert.Equal(point.Mae / 2, errors.MeanPinball, 1e-9);
            Assert.Equal(point.Wape / 100, errors.WeightedQuantileLoss, 1e-9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Many_quantiles_come_near_the_score_of_the_samples()
    {
        // The quantiles (k - 1/2) / m of m samples are the samples, and twice their pinball loss is their CRPS exactly.
        var samples = Enumerable.Range(0, 50).Select(i => Math.Sin(i) * i).Order().ToArray();
        double[] levels = [.. Enumerable.Range(0, 50).Select(k => (k + 0.5) / 50)];

        Assert.Equal(Crps.Of(3, samples), QuantileErrors.From([3], [.. samples.Select(s => new[] { s })], levels).Crps, 1e-12);
    }

    [Fact]
    public void Nothing_but_zeros_leaves_the_weighted_loss_undefined() =>
        Assert.True(double.IsNaN(QuantileErrors.From([0], [[1]], [0.5]).WeightedQuantileLoss));

    [Fact]
    public void Crps_by_hand()
    {
        // Samples 1, 3, y = 2: mean distance 1, mean difference (0 + 2 + 2 + 0) / 4 = 1, so 1 - 1/2.
        Assert.Equal(0.5, Crps.Of(2, [3, 1]), 1e-15);
        Assert.Equal(7, Crps.Of(2, [9]));
        Assert.Equal(0, Crps.Of(2, [2, 2, 2]));
        Assert.Equal((0.5 + 7) / 2, Crps.Mean([2, 2], [[1, 3], [9]]), 1e-15);
        Assert.Equal(0.5, Crps.Of(1e12 + 2, [1e12 + 3, 1e12 + 1]), 1e-15);
    }

    [Fact]
    public void Bad_quantiles_and_samples_are_refused()
    {
        Refused<ShapeException>(
            () => QuantileErrors.From([1], [[1]], [0.1, 0.5]),
            "1 rows of quantiles cannot be read with 2 levels. Give one row of forecasts for each level.");
        Refused<ShapeException>(
            () => QuantileErrors.From([1, 2], [[1]], [0.5]),
            "2 actual values cannot be compared with 1 forecasts of a quantile. Give one for every actual value.");
        Refused<OptionException>(
            () => QuantileErrors.From([1], [[1]], [1]),
            "A value of levels is 1, but must be between 0 and 1. Give a share, such as 0.8 for 80 %.");
        Assert.Throws<OptionException>(() => QuantileErrors.From([1], [[double.NaN]], [0.5]));
        Refused<ShapeException>(() => Crps.Of(1, []), "The sample series is empty, so there is nothing to judge. Give at least one value.");
        Refused<ShapeException>(
            () => Crps.Mean([1, 2], [[1]]), "2 actual values cannot be compared with 1 sets of samples. Give one for every actual value.");
        Assert.Throws<OptionException>(() => Crps.Of(double.NaN, [1]));
    }

    private static void Refused<TException>(Func<object> action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
