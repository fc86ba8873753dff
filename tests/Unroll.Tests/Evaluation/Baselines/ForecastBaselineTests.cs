using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public class ForecastBaselineTests
{
    private static readonly double[] Train = [3, 5, 4, 6, 9];
    private static readonly double[] Test = [8, 7, 11];

    public static TheoryData<ForecastBaseline> All =>
    [
        new NaiveBaseline(), new SeasonalNaiveBaseline(4), new DriftBaseline(), new MeanBaseline(), new AutoregressiveBaseline(3),
        AutoregressiveBaseline.ByAic(4), ExponentialSmoothing.Simple(), ExponentialSmoothing.Holt(), ExponentialSmoothing.DampedHolt(),
        ExponentialSmoothing.HoltWinters(4), ExponentialSmoothing.MultiplicativeHoltWinters(4),
        ExponentialSmoothing.HoltWinters(4, isDamped: true), ExponentialSmoothing.MultiplicativeHoltWinters(4, isDamped: true), new ThetaBaseline(), new ThetaBaseline(4),
        new Naive2Baseline(4), new MarkovChainBaseline(3), new MarkovChainBaseline(3) { Of = MarkovStates.Changes }, AverageBaseline.Comb(),
    ];

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
        var series = Series(60);
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
    public void A_spike_from_the_origin_on_moves_no_forecast_of_a_fold(ForecastBaseline baseline)
    {
        var series = Series(60);
        var origins = RollingOrigin.Last(series.Length, 5, 6, 3);
        baseline.Fit(series.AsSpan(0, origins.First));
        var clean = origins.Forecasts(baseline, series);

        for (var spike = origins.First; spike < series.Length; spike++)
        {
            var spiked = (double[])series.Clone();
            spiked[spike] = 1e9;
            var forecasts = origins.Forecasts(baseline, spiked);

            foreach (var (origin, fold) in origins.Origins.Select((origin, fold) => (origin.Origin, fold)))
            {
                if (origin <= spike) Assert.Equal(clean[fold], forecasts[fold]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Values_older_than_those_used_move_no_forecast(ForecastBaseline baseline)
    {
        var series = Series(baseline.HistoryValuesUsed + 3050);
        baseline.Fit(series.AsSpan(0, 100));
        var clean = baseline.Forecast(series, 9);

        var older = series.Length - baseline.HistoryValuesUsed;
        series.AsSpan(0, older).Fill(double.NaN);
        Assert.Equal(clean, baseline.Forecast(series, 9));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_forecast_of_many_steps_begins_with_that_of_few(ForecastBaseline baseline)
    {
        var series = Series(60);
        baseline.Fit(series);
        var many = baseline.Forecast(series, 13);

        Assert.Equal(many[..5], baseline.Forecast(series, 5));
        Assert.Equal(many[0], baseline.Next(series));
        Assert.Equal(13, many.Length);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_series_in_other_units_is_forecast_in_those(ForecastBaseline baseline)
    {
        var series = Series(60);
        baseline.Fit(series);
        var forecasts = baseline.Forecast(series, 9);

        foreach (var unit in new[] { 1024.0, 1.0 / 1024, Math.Pow(2, 100) })
        {
            double[] scaled = [.. series.Select(value => unit * value)];
            baseline.Fit(scaled);
            // Powers of two change no digit.
            Assert.Equal(forecasts, baseline.Forecast(scaled, 9).Select(value => value / unit), (a, b) => Math.Abs(a - b) <= 1e-9 * Math.Abs(a));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_baseline_forecasts_a_constant_series_exactly(ForecastBaseline baseline)
    {
        foreach (var length in new[] { 30, 1000 })
        {
            baseline.Fit(Enumerable.Repeat(0.1, length).ToArray());
            Assert.All(
                baseline.Forecast(Enumerable.Repeat(0.1, length).ToArray(), 30), forecast => Assert.Equal(0.1, forecast, 1e-14));
        }
    }

    [Fact]
    public void A_straight_line_is_continued_by_drift_and_holt()
    {
        double[] line = [.. Enumerable.Range(0, 60).Select(t => 7 - (0.25 * t))];
        foreach (var baseline in new ForecastBaseline[]
            { new DriftBaseline(), ExponentialSmoothing.Holt(), ExponentialSmoothing.HoltWinters(4), AutoregressiveBaseline.ByAic() })
        {
            baseline.Fit(line.AsSpan(0, 40));
            Assert.Equal(line[40..], baseline.Forecast(line.AsSpan(0, 40), 20), (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    [Fact]
    public void A_pure_season_goes_on()
    {
        double[] figure = [5, 9, 2, 1, 7];
        double[] series = [.. Enumerable.Range(0, 60).Select(t => figure[t % 5])];
        foreach (var baseline in new ForecastBaseline[]
        {
            new SeasonalNaiveBaseline(5), ExponentialSmoothing.HoltWinters(5), ExponentialSmoothing.MultiplicativeHoltWinters(5),
            new ThetaBaseline(5), new Naive2Baseline(5), AutoregressiveBaseline.ByAic(5),
        })
        {
            baseline.Fit(series.AsSpan(0, 42));
            Assert.Equal(series[42..], baseline.Forecast(series.AsSpan(0, 42), 18), (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Hard_series_give_finite_forecasts_or_a_reason(ForecastBaseline baseline)
    {
        var rng = new Random(5);
        double[][] hard =
        [
            new double[40], [.. Enumerable.Repeat(1e30, 40)], [.. Enumerable.Range(0, 40).Select(_ => 1e30 * rng.NextDouble())],
            [.. Enumerable.Range(0, 40).Select(t => t == 20 ? 1e30 : rng.NextDouble())],
            [.. Enumerable.Range(0, 40).Select(t => t == 20 ? 1e100 : 1e-100)], [.. Enumerable.Range(0, 40).Select(t => 1e-300 * t)],
            [.. Enumerable.Range(0, 40).Select(t => t % 2 == 0 ? -1e30 : 1e30)], [.. Enumerable.Range(0, 40).Select(t => t < 39 ? 0.0 : 1)],
        ];
        foreach (var series in hard)
        {
            try
            {
                baseline.Fit(series);
                Assert.All(baseline.Forecast(series, 9), forecast => Assert.True(double.IsFinite(forecast)));
            }
            catch (OptionException refusal)
            {
                Assert.Contains("Baseline '", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_baseline_that_is_not_fitted_says_so(ForecastBaseline baseline) => Assert.Equal(
        $"Baseline '{baseline.Name}' was not fitted. Call Fit with a training series first.",
        Assert.Throws<InvalidOperationException>(() => baseline.Next([1, 2, 3, 4, 5])).Message);

    [Theory]
    [MemberData(nameof(All))]
    public void The_shortest_series_is_enough_and_one_less_is_not(ForecastBaseline baseline)
    {
        var train = Enumerable.Range(0, baseline.TrainingValuesNeeded).Select(t => 1.0 + (t * t)).ToArray();
        Assert.Throws<ShapeException>(() => baseline.Fit(train.AsSpan(1)));
        baseline.Fit(train);
        var history = train[^baseline.HistoryValuesNeeded..];

        Assert.All(baseline.Forecast(history, 7), forecast => Assert.True(double.IsFinite(forecast)));
        if (history.Length > 0) Assert.Throws<ShapeException>(() => baseline.Next(history.AsSpan(1)));
    }

    [Fact]
    public void Names_tell_baselines_apart() => Assert.Equal(
        [
            "naive", "seasonal naive (4)", "drift", "mean", "AR(3)", "AR by AIC", "simple smoothing", "Holt", "damped Holt", "Holt-Winters (4)",
            "multiplicative Holt-Winters (4)", "damped Holt-Winters (4)", "damped multiplicative Holt-Winters (4)", "Theta", "Theta (4)", "Naive2 (4)", "Markov chain (3)", "Markov chain of changes (3)",
            "mean of simple smoothing, Holt, damped Holt",
        ],
        All.Select(row => row.Data.Name));

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
        Refused<OptionException>(() => regression.Forecast([1, 2, 3], 0), "The horizon is 0, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(
            () => regression.Forecast([double.NaN, 1, double.NaN, 3], 1),
            "Value 2 of the history series is NaN. Fill or leave out what is missing: every value must be a finite number.");
        Refused<OptionException>(
            () => regression.Fit([1, 2, 3, 4, 5, 6, 1e101]),
            "Value 6 of the training series is 1E+101. Its square is too large to reckon with: scale the series down.");
        Refused<OptionException>(
            () => ExponentialSmoothing.MultiplicativeHoltWinters(2).Fit([1, 2, 3, 0, 1, 2, 3]),
            "Baseline 'multiplicative Holt-Winters (2)' takes values above 0 alone, but the training series holds 0. Use additive seasons.");
        var doubling = new AutoregressiveBaseline(1);
        doubling.Fit([1, 2, 4, 8, 16]);
        Refused<OptionException>(
            () => doubling.Forecast([1], 1100),
            "Baseline 'AR(1)' grows beyond all numbers 1024 steps ahead. Ask for fewer steps, or leave it out.");
    }

    [Fact]
    public void A_fit_that_fails_leaves_no_old_one()
    {
        var baseline = new DriftBaseline();
        baseline.Fit([1, 2]);
        Assert.Throws<OptionException>(() => baseline.Fit([1, double.NaN]));

        Assert.Throws<InvalidOperationException>(() => baseline.Next([1]));
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
        Refused<OptionException>(
            () => AutoregressiveBaseline.ByAic(maxOrder: 0), "The maxOrder is 0, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(
            () => ExponentialSmoothing.HoltWinters(1),
            "The season is 1, but must be at least 2. Give a number of steps, or use Holt for a series without seasons.");
        Refused<OptionException>(
            () => _ = new MarkovChainBaseline(0),
            "The number of states is 0, but must be from 1 to 1000. Take few enough that each sees some transitions.");
        Refused<OptionException>(
            () => _ = new MarkovChainBaseline(2) { Smoothing = 0 },
            "The smoothing is 0, but must be above 0. Give a number of imaginary transitions.");
        Refused<OptionException>(() => _ = new AverageBaseline(), "There is nothing to average. Give at least one baseline.");
        Refused<OptionException>(() => _ = new ThetaBaseline(0), "The season is 0, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(() => _ = new Naive2Baseline(-1), "The season is -1, but must be at least 1. Give a number of steps.");
    }

    // Above 0, with a season of 4, a trend and some unrest.
    private static double[] Series(int length)
    {
        var rng = new Random(9);
        return [.. Enumerable.Range(0, length).Select(t => 10 + (0.02 * t) + (3 * ((t % 4) - 1.5) / 2) + rng.NextDouble())];
    }

    private static void Refused<TException>(Action action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
