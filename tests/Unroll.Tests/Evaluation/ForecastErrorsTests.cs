using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class ForecastErrorsTests
{
    // By hand: e = -2, 2, 0, 5; |e| = 2, 2, 0, 5; e^2 = 4, 4, 0, 25; mean(y) = 11.25.
    private static readonly double[] Actual = [10, 20, 5, 10];
    private static readonly double[] Forecast = [12, 18, 5, 5];

    [Fact]
    public void Errors_are_those_computed_by_hand()
    {
        var errors = ForecastErrors.From(Actual, Forecast);

        Assert.Equal(4, errors.Count);
        Assert.Equal(5.0 / 4, errors.Bias, 1e-15);
        Assert.Equal(9.0 / 4, errors.Mae, 1e-15);
        Assert.Equal(33.0 / 4, errors.Mse, 1e-15);
        Assert.Equal(Math.Sqrt(33.0 / 4), errors.Rmse, 1e-15);
        Assert.Equal(5, errors.MaxError);
        Assert.Equal(100 * (0.2 + 0.1 + 0 + 0.5) / 4, errors.Mape, 1e-12);
        Assert.Equal(100 * ((4.0 / 22) + (4.0 / 38) + 0 + (10.0 / 15)) / 4, errors.Smape, 1e-12);
        Assert.Equal(100 * 9.0 / 45, errors.Wape, 1e-12);
        Assert.Equal(1 - (33 / 118.75), errors.R2, 1e-12); // 625 - 4 * 11.25^2 = 118.75
        Assert.Null(errors.Mase);
        Assert.Equal(Math.Sqrt(33 / 118.75), errors.Rse, 1e-12);
        // Deviations -1.25, 8.75, -6.25, -1.25 and 2, 8, -5, -5: products -2.5 + 70 + 31.25 + 6.25, squares of the second 118.
        Assert.Equal(105 / Math.Sqrt(118.75 * 118), errors.Correlation, 1e-12);
    }

    [Fact]
    public void A_constant_forecast_has_no_correlation()
    {
        Assert.True(double.IsNaN(ForecastErrors.From([1, 2, 6], [0.1, 0.1, 0.1]).Correlation));
        Assert.True(double.IsNaN(ForecastErrors.From([0.1, 0.1, 0.1], [1, 2, 6]).Correlation));
        Assert.True(double.IsNaN(ForecastErrors.From([0.1, 0.1, 0.1], [1, 2, 6]).Rse));
    }

    [Fact]
    public void Pooled_errors_are_those_computed_by_hand()
    {
        // The second series: e = 1, -1; its training changes by 2, so its MASE is 1/2; that of the first is 2.25 / 1.
        var pooled = ForecastErrors.Pool(
            [ForecastErrors.From(Actual, Forecast, [1, 2, 1]), ForecastErrors.From([4, 2], [3, 3], [1, 3, 5])]);

        Assert.Equal(6, pooled.Count);
        Assert.Equal(5.0 / 6, pooled.Bias, 1e-12);
        Assert.Equal(11.0 / 6, pooled.Mae, 1e-12);
        Assert.Equal(35.0 / 6, pooled.Mse, 1e-12);
        Assert.Equal(5, pooled.MaxError);
        Assert.Equal((20 + 37.5) / 2, pooled.Mape, 1e-12);
        Assert.Equal((100 * ((4.0 / 22) + (4.0 / 38) + (10.0 / 15)) / 4 / 2) + (100 * ((2.0 / 7) + (2.0 / 5)) / 2 / 2), pooled.Smape, 1e-12);
        Assert.Equal(100 * 11.0 / 51, pooled.Wape, 1e-12);
        Assert.Equal((2.25 + 0.5) / 2, pooled.Mase!.Value, 1e-12);
        // Squares 625 + 20, mean 51/6: 645 - 51^2 / 6 = 211.5.
        Assert.Equal(1 - (35 / 211.5), pooled.R2, 1e-12);
        Assert.Equal(105 / Math.Sqrt(118.75 * 118), pooled.Correlation, 1e-12);
    }

    [Fact]
    public void One_series_pooled_is_itself()
    {
        var errors = ForecastErrors.From(Actual, Forecast, [1, 2, 1]);

        Assert.Equal(errors, ForecastErrors.Pool([errors]));
    }

    [Fact]
    public void Owa_is_the_mean_of_two_ratios()
    {
        var errors = ForecastErrors.From(Actual, Forecast, [1, 2, 1]);
        var naive2 = ForecastErrors.From(Actual, [10, 10, 10, 10], [1, 2, 1]);

        Assert.Equal(1, naive2.Owa(naive2), 1e-15);
        Assert.Equal(((errors.Smape / naive2.Smape) + (2.25 / 3.75)) / 2, errors.Owa(naive2), 1e-12);
        Refused<OptionException>(
            () => { _ = errors.Owa(ForecastErrors.From(Actual, Forecast)); return errors; },
            "OWA needs the MASE of both forecasts. Give From the training series.");
        Refused<ShapeException>(() => ForecastErrors.Pool([]), "There are no errors to pool. Give those of at least one series.");
        Refused<OptionException>(
            () => ForecastErrors.Pool([errors, ForecastErrors.From(Actual, Forecast)]),
            "1 of 2 series have a MASE, the others have none. Give all their training series, or none.");
    }

    [Fact]
    public void Mase_divides_by_the_seasonal_change_of_training()
    {
        double[] train = [1, 4, 3, 10]; // changes by 1 step: 3, 1, 7; by 2 steps: 2, 6

        Assert.Equal(2.25 / (11.0 / 3), ForecastErrors.From(Actual, Forecast, train).Mase!.Value, 1e-12);
        Assert.Equal(2.25 / 4, ForecastErrors.From(Actual, Forecast, train, season: 2).Mase!.Value, 1e-12);
        Assert.Equal(2.25, ForecastErrors.From(Actual, Forecast, train, season: 2).Mae, 1e-15);
    }

    [Fact]
    public void Mase_of_a_training_series_that_repeats_is_undefined() =>
        Assert.True(double.IsNaN(ForecastErrors.From(Actual, Forecast, [1, 2, 1, 2], season: 2).Mase!.Value));

    [Fact]
    public void Zeros_leave_mape_undefined_and_smape_defined()
    {
        var errors = ForecastErrors.From([0, 0, 4], [0, 1, 4]);

        Assert.True(double.IsNaN(errors.Mape));
        Assert.Equal(200.0 / 3, errors.Smape, 1e-12);
        Assert.Equal(25, errors.Wape, 1e-12);
        Assert.True(double.IsNaN(ForecastErrors.From([0, 0], [0, 1]).Wape));
    }

    [Fact]
    public void A_constant_series_leaves_r2_undefined() =>
        Assert.True(double.IsNaN(ForecastErrors.From([0.1, 0.1, 0.1], [0.1, 0.2, 0.1]).R2));

    [Fact]
    public void The_mean_of_the_series_has_r2_zero() =>
        Assert.Equal(0, ForecastErrors.From([1, 2, 6], [3, 3, 3]).R2, 1e-15);

    [Fact]
    public void A_perfect_forecast_has_no_error()
    {
        var errors = ForecastErrors.From(Actual, Actual, [1, 2]);

        Assert.Equal((0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
            (errors.Mae, errors.Rmse, errors.Mape, errors.Smape, errors.R2, errors.Mase!.Value));
    }

    [Fact]
    public void Bad_series_are_refused()
    {
        Refused<ShapeException>(
            () => ForecastErrors.From([1, 2], [1]),
            "2 actual values cannot be compared with 1 forecasts. Give one forecast for every actual value.");
        Refused<ShapeException>(
            () => ForecastErrors.From([], []),
            "The actual series is empty, so there is nothing to judge. Give at least one value.");
        Refused<OptionException>(
            () => ForecastErrors.From([1, double.NaN], [1, 2]),
            "Value 1 of the actual series is NaN. Fill or leave out what is missing: every value must be a finite " +
            "number.");
        Refused<OptionException>(
            () => ForecastErrors.From([1], [double.NegativeInfinity]),
            "Value 0 of the forecast series is -Infinity. Fill or leave out what is missing: every value must be a " +
            "finite number.");
        Refused<ShapeException>(
            () => ForecastErrors.From([1], [1], [1, 2, 3], season: 4),
            "MASE with season 4 needs at least 5 training values but got 3. Give 2 more.");
        Refused<OptionException>(
            () => ForecastErrors.From([1], [1], [1, 2, 3], season: 0),
            "The season is 0, but must be at least 1. Give a number of steps.");
    }

    [Fact]
    public void Measures_keep_their_order_and_scale() => Prop.ForAll(
        Gen.Choose(1, 1000).Two().NonEmptyListOf().ToArbitrary(),
        pairs =>
        {
            var actual = pairs.Select(pair => (double)pair.Item1).ToArray();
            var forecast = pairs.Select(pair => (double)pair.Item2).ToArray();
            var errors = ForecastErrors.From(actual, forecast);
            var tenfold = ForecastErrors.From([.. actual.Select(y => 10 * y)], [.. forecast.Select(f => 10 * f)]);

            Assert.True(Math.Abs(errors.Bias) <= errors.Mae + 1e-9);
            Assert.True(errors.Mae <= errors.Rmse + 1e-9 && errors.Rmse <= errors.MaxError + 1e-9);
            Assert.InRange(errors.Smape, 0, 200);
            Assert.Equal(10 * errors.Mae, tenfold.Mae, 1e-6);
            Assert.Equal(errors.Mape, tenfold.Mape, 1e-6);
        }).QuickCheckThrowOnFailure();

    private static void Refused<TException>(Func<ForecastErrors> measure, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(measure).Message);
}
