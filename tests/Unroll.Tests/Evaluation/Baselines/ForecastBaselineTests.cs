using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public class ForecastBaselineTests
{
    private static readonly double[] Train = [3, 5, 4, 6, 9];
    private static readonly double[] Test = [8, 7, 11];

    public static TheoryData<ForecastBaseline> All =>
        [new NaiveBaseline(), new SeasonalNaiveBaseline(4), new DriftBaseline(), new AutoregressiveBaseline(3)];

    [Fact]
    public void Naive_repeats_the_last_value() =>
        Assert.Equal([9, 8, 7], OneStepAhead.Forecasts(new NaiveBaseline(), Train, Test));

    [Fact]
    public void Seasonal_naive_repeats_the_last_season() =>
        Assert.Equal([4, 6, 9], OneStepAhead.Forecasts(new SeasonalNaiveBaseline(3), Train, Test));

    [Fact]
    public void Drift_adds_the_mean_change_of_training() =>
        Assert.Equal([10.5, 9.5, 8.5], OneStepAhead.Forecasts(new DriftBaseline(), Train, Test)); // (9 - 3) / 4

    [Fact]
    public void Evaluation_measures_the_one_step_forecasts()
    {
        var errors = OneStepAhead.Evaluate(new NaiveBaseline(), Train, Test);

        Assert.Equal(6.0 / 3, errors.Mae, 1e-15); // |8 - 9|, |7 - 8|, |11 - 7|
        Assert.Equal(2 / (8.0 / 4), errors.Mase!.Value, 1e-15); // training changes 2, 1, 2, 3
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_spike_in_the_future_changes_no_earlier_forecast(ForecastBaseline baseline)
    {
        var series = Enumerable.Range(0, 60).Select(t => Math.Sin(t) + (0.1 * t * (t % 5))).ToArray();
        var (train, test) = (series[..40], series[40..]);
        var clean = OneStepAhead.Forecasts(baseline, train, test);

        for (var spike = 0; spike < test.Length; spike++)
        {
            var spiked = (double[])test.Clone();
            spiked[spike] = 1e9;
            var forecasts = OneStepAhead.Forecasts(baseline, train, spiked);

            Assert.Equal(clean[..(spike + 1)], forecasts[..(spike + 1)]);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_baseline_forecasts_a_constant_series_exactly(ForecastBaseline baseline) =>
        Assert.All(
            OneStepAhead.Forecasts(baseline, Enumerable.Repeat(0.1, 1000).ToArray(), [0.1, 0.1, 0.1]),
            forecast => Assert.Equal(0.1, forecast, 1e-15));

    [Theory]
    [MemberData(nameof(All))]
    public void A_baseline_that_is_not_fitted_says_so(ForecastBaseline baseline) => Assert.Equal(
        $"Baseline '{baseline.Name}' was not fitted. Call Fit with a training series first.",
        Assert.Throws<InvalidOperationException>(() => baseline.Next([1, 2, 3, 4, 5])).Message);

    [Theory]
    [MemberData(nameof(All))]
    public void The_shortest_series_is_enough_and_one_less_is_not(ForecastBaseline baseline)
    {
        var train = Enumerable.Range(0, baseline.TrainingValuesNeeded).Select(t => t * t * 1.0).ToArray();
        Assert.Throws<ShapeException>(() => baseline.Fit(train.AsSpan(1)));
        baseline.Fit(train);
        var history = train[^baseline.HistoryValuesNeeded..];

        Assert.True(double.IsFinite(baseline.Next(history)));
        Assert.Throws<ShapeException>(() => baseline.Next(history.AsSpan(1)));
    }

    [Fact]
    public void Names_tell_baselines_apart() => Assert.Equal(
        ["naive", "seasonal naive (4)", "drift", "AR(3)"], All.Select(row => row.Data.Name));

    [Fact]
    public void Short_or_broken_series_are_refused()
    {
        var regression = new AutoregressiveBaseline(3);
        Refused<ShapeException>(
            () => regression.Fit([1, 2, 3, 4, 5]),
            "Baseline 'AR(3)' needs at least 7 training values but got 5. Give 2 more.");
        Refused<ShapeException>(
            () => new NaiveBaseline().Fit([]),
            "Baseline 'naive' needs at least 1 training value but got 0. Give 1 more.");
        Refused<OptionException>(
            () => new DriftBaseline().Fit([1, double.NaN]),
            "Value 1 of the training series is NaN. Fill or leave out what is missing: every value must be a finite " +
            "number.");
        Refused<OptionException>(
            () => OneStepAhead.Forecasts(new NaiveBaseline(), [1], [double.PositiveInfinity]),
            "Value 0 of the test series is Infinity. Fill or leave out what is missing: every value must be a finite " +
            "number.");
        Refused<ShapeException>(
            () => OneStepAhead.Evaluate(new NaiveBaseline(), [1, 2], []),
            "The test series is empty, so there is nothing to judge. Give at least one value.");
        regression.Fit([1, 2, 3, 4, 5, 6, 8]);
        Refused<ShapeException>(
            () => regression.Next([1, 2]),
            "Baseline 'AR(3)' needs at least 3 history values but got 2. Give 1 more.");
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused<OptionException>(
            () => _ = new SeasonalNaiveBaseline(0), "The season is 0, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(
            () => _ = new AutoregressiveBaseline(-1),
            "The order is -1, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(
            () => _ = new AutoregressiveBaseline(10_001),
            "The order is 10001, but must be at most 10000. Give the number of past values to look at.");
    }

    private static void Refused<TException>(Action action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
