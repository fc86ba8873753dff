using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class RollingOriginTests
{
    [Fact]
    public void The_last_origin_forecasts_the_last_row()
    {
        var origins = RollingOrigin.Last(length: 20, horizon: 3, folds: 4, stride: 2);

        Assert.Equal([11, 13, 15, 17], origins.Origins.Select(origin => origin.Origin));
        Assert.Equal((11, 3, 4, 2), (origins.First, origins.Horizon, origins.Folds, origins.Stride));
        var rows = Enumerable.Range(0, 20).ToArray();
        var last = origins.Origins.Last();
        Assert.Equal(rows[..17], rows[last.Known]);
        Assert.Equal([17, 18, 19], rows[last.Ahead]);
    }

    [Theory]
    [InlineData(20, 12, 3, 2, new[] { 12, 14, 16 })]
    [InlineData(20, 17, 3, 1, new[] { 17 })]
    [InlineData(20, 16, 3, 3, new[] { 16 })]
    public void Every_origin_from_a_row_on_has_a_whole_horizon(int length, int first, int horizon, int stride, int[] expected) =>
        Assert.Equal(expected, RollingOrigin.From(length, first, horizon, stride).Origins.Select(origin => origin.Origin));

    [Fact]
    public void A_baseline_forecasts_from_what_each_origin_knows()
    {
        double[] series = [1, 2, 4, 8, 16, 32];
        var baseline = new NaiveBaseline();
        var origins = RollingOrigin.Last(6, 2, 3);
        baseline.Fit(series.AsSpan(0, origins.First));

        Assert.Equal([[2, 2], [4, 4], [8, 8]], origins.Forecasts(baseline, series));
    }

    [Fact]
    public void What_leaves_nothing_known_is_refused()
    {
        Refused<ShapeException>(
            () => RollingOrigin.Last(10, 4, 4, 2),
            "A back-test of 4 folds with a horizon of 4 and a stride of 2 needs at least 11 rows but got 10. Give more rows, fewer folds or a shorter horizon.");
        Refused<ShapeException>(
            () => RollingOrigin.From(10, 8, 4),
            "A back-test from row 8 on with a horizon of 4 needs at least 12 rows but got 10. Give more rows, fewer folds or a shorter horizon.");
        Refused<OptionException>(() => RollingOrigin.Last(10, 0, 1), "The horizon is 0, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(() => RollingOrigin.Last(10, 1, 0), "The number of folds is 0, but must be at least 1. Give the number of origins to forecast from.");
        Refused<OptionException>(() => RollingOrigin.Last(10, 1, 2, 0), "The stride is 0, but must be at least 1. Give a number of steps.");
        Assert.Throws<ShapeException>(() => RollingOrigin.Last(int.MaxValue, int.MaxValue, 2));
        var baseline = new NaiveBaseline();
        baseline.Fit([1]);
        Refused<ShapeException>(
            () => RollingOrigin.Last(10, 2, 2).Forecasts(baseline, [1, 2, 3]),
            "This back-test of 2 folds needs at least 10 rows but got 3. Give more rows, fewer folds or a shorter horizon.");
    }

    private static void Refused<TException>(Func<object> action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
