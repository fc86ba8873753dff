using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation;

public class IntervalErrorsTests
{
    [Fact]
    public void Errors_are_those_computed_by_hand()
    {
        // Inside, on the end, 3 above, 1 below; widths 4, 4, 2, 2; a fine of 2 / 0.2 = 10 for each unit outside.
        var errors = IntervalErrors.From([5, 8, 10, -1], [3, 4, 5, 0], [7, 8, 7, 2], 0.8);

        Assert.Equal((4, 0.8, 0.5, 3.0), (errors.Count, errors.Level, errors.Coverage, errors.MeanWidth));
        Assert.Equal((12 + 30 + 10) / 4.0, errors.Winkler, 1e-12);
    }

    [Fact]
    public void The_true_quantiles_have_the_best_score()
    {
        // 1,000 evenly spaced values of the uniform distribution: its 80 % interval is 0.1 to 0.9.
        var actual = Enumerable.Range(0, 1000).Select(i => (i + 0.5) / 1000).ToArray();
        double Score(double lower, double upper) => IntervalErrors.From(
            actual, Enumerable.Repeat(lower, 1000).ToArray(), Enumerable.Repeat(upper, 1000).ToArray(), 0.8).Winkler;

        var best = Score(0.1, 0.9);
        foreach (var (lower, upper) in new[] { (0.0, 1.0), (0.05, 0.95), (0.15, 0.85), (0.1, 0.95), (0.05, 0.9) })
            Assert.True(Score(lower, upper) > best + 1e-4);
    }

    [Fact]
    public void Wider_intervals_hold_more() => Prop.ForAll(
        Gen.Choose(-100, 100).Three().NonEmptyListOf().ToArbitrary(),
        draw =>
        {
            double[] actual = [.. draw.Select(values => values.Item1)];
            double[] lower = [.. draw.Select(values => (double)Math.Min(values.Item2, values.Item3))];
            double[] upper = [.. draw.Select(values => (double)Math.Max(values.Item2, values.Item3))];
            var errors = IntervalErrors.From(actual, lower, upper, 0.9);
            var wider = IntervalErrors.From(actual, [.. lower.Select(l => l - 1)], [.. upper.Select(u => u + 1)], 0.9);

            Assert.True(wider.Coverage >= errors.Coverage);
            Assert.Equal(errors.MeanWidth + 2, wider.MeanWidth, 1e-9);
            Assert.True(errors.Winkler >= errors.MeanWidth);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bad_intervals_are_refused()
    {
        Refused<ShapeException>(
            () => IntervalErrors.From([1, 2], [1], [1, 2], 0.8),
            "2 actual values cannot be compared with 1 lower ends. Give one for every actual value.");
        Refused<ShapeException>(
            () => IntervalErrors.From([], [], [], 0.8), "The actual series is empty, so there is nothing to judge. Give at least one value.");
        Refused<OptionException>(
            () => IntervalErrors.From([1], [3], [2], 0.8),
            "Interval 0 goes from 3 to 2. Give the lower end first, or sort quantiles that cross.");
        Refused<OptionException>(
            () => IntervalErrors.From([1], [0], [2], 80),
            "A value of level is 80, but must be between 0 and 1. Give a share, such as 0.8 for 80 %.");
        Assert.Throws<OptionException>(() => IntervalErrors.From([1], [double.NegativeInfinity], [2], 0.8));
    }

    private static void Refused<TException>(Func<object> action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
