using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public class BaselineSetTests
{
    private static readonly double[] Series = [.. Enumerable.Range(0, 80).Select(t => 10 + Math.Sin(t * Math.PI / 6) + (0.1 * Math.Cos(t * t)))];

    [Fact]
    public void A_long_positive_series_has_all()
    {
        var set = BaselineSet.For(12, 80);
        set.Fit(Series);

        Assert.Equal(
            [
                "naive", "drift", "seasonal naive (12)", "AR by AIC", "simple smoothing", "damped Holt", "damped Holt-Winters (12)",
                "damped multiplicative Holt-Winters (12)", "Theta (12)",
            ],
            set.Baselines.Select(baseline => baseline.Name));
        Assert.Empty(set.LeftOut);
        Assert.All(set.Baselines, baseline => Assert.Equal(24, baseline.Forecast(Series, 24).Length));
    }

    [Fact]
    public void Without_a_season_there_is_no_seasonal_one() => Assert.Equal(
        ["naive", "drift", "AR by AIC", "simple smoothing", "damped Holt", "Theta"],
        BaselineSet.For(1, 80).Baselines.Select(baseline => baseline.Name));

    [Fact]
    public void What_needs_a_longer_series_says_so()
    {
        var set = BaselineSet.For(12, 4);

        Assert.Equal(["naive", "drift", "simple smoothing", "Theta (12)"], set.Baselines.Select(baseline => baseline.Name));
        Assert.Equal("Baseline 'AR by AIC' needs at least 5 training values but got 4. Give 1 more.", set.LeftOut[1].Reason);
        set.Fit([1, 2, 3, 4]);
        Assert.Equal(["naive", "drift", "simple smoothing", "Theta (12)"], set.Baselines.Select(baseline => baseline.Name));
        Assert.Equal("Baseline 'AR by AIC' needs at least 5 training values but got 4. Give 1 more.", set.LeftOut[1].Reason);
    }

    [Fact]
    public void What_cannot_take_the_series_says_so_and_may_come_back()
    {
        var set = BaselineSet.For(12, 80);
        set.Fit(Series.Select(value => value - 10).ToArray());

        var left = Assert.Single(set.LeftOut);
        Assert.Equal("damped multiplicative Holt-Winters (12)", left.Name);
        Assert.StartsWith(
            "Baseline 'damped multiplicative Holt-Winters (12)' takes values above 0 alone, but the training series holds ",
            left.Reason, StringComparison.Ordinal);
        set.Fit(Series);
        Assert.Empty(set.LeftOut);
    }

    [Fact]
    public void A_series_of_gaps_leaves_nothing()
    {
        var set = BaselineSet.For(1, 3);
        set.Fit([1, double.NaN, 2]);

        Assert.Empty(set.Baselines);
        Assert.Contains(set.LeftOut, left => left.Reason.Contains("is NaN. Fill or leave out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_back_test_leaves_out_what_cannot_go_on()
    {
        var series = (double[])Series.Clone();
        series[70] = 0;
        var origins = RollingOrigin.Last(80, 4, 10, 2);
        var set = BaselineSet.For(12, origins.First);
        set.Fit(series.AsSpan(0, origins.First));
        Assert.Equal(9, set.Baselines.Count);

        var forecasts = set.Forecasts(origins, series);

        Assert.Equal(set.Baselines, forecasts.Keys);
        Assert.Equal(
            "Baseline 'damped multiplicative Holt-Winters (12)' takes values above 0 alone, but the history series holds 0. Use additive seasons.",
            Assert.Single(set.LeftOut).Reason);
        Assert.All(forecasts.Values, folds => Assert.Equal(10, folds.Length));
        Assert.Equal(series[57], forecasts[set.Baselines[0]][0][0]);
    }
}
