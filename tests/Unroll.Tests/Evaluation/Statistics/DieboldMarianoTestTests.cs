using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class DieboldMarianoTestTests
{
    [Fact]
    public void One_step_ahead_it_is_the_t_test_of_the_differences()
    {
        // Losses 1, 4, 9, 4 and 0, 0, 9, 1, so d = 1, 4, 0, 3 with mean 2 and variance 10/4.
        var test = DieboldMarianoTest.From([1, -2, 3, 2], [0, 0, -3, 1]);

        // sqrt(2.5 / 4) under the mean, and sqrt((n - 1) / n) makes it the t statistic 2 / sqrt((10/3) / 4).
        Assert.Equal(2 / Math.Sqrt(10.0 / 12), test.Statistic, 1e-12);
        Assert.Equal((4, 1, 4.5, 2.5), (test.Count, test.Horizon, test.FirstLoss, test.SecondLoss));
        Assert.False(test.UsedBartlett);
    }

    [Fact]
    public void Swapped_forecasts_swap_the_answer()
    {
        var rng = new Random(3);
        double[] first = [.. Enumerable.Range(0, 50).Select(_ => rng.NextDouble() - 0.5)];
        double[] second = [.. first.Select(error => (1.2 * error) + (0.1 * rng.NextDouble()))];
        var (test, swapped) = (DieboldMarianoTest.From(first, second, 2), DieboldMarianoTest.From(second, first, 2));

        Assert.Equal(test.Statistic, -swapped.Statistic, 1e-12);
        Assert.Equal(test.PValue, swapped.PValue, 1e-12);
        Assert.Equal(test.PValueFirstBetter, swapped.PValueSecondBetter, 1e-12);
        Assert.Equal(test.PValue, 2 * Math.Min(test.PValueFirstBetter, test.PValueSecondBetter), 1e-12);
        Assert.True(test.Statistic < 0 && test.FirstLoss < test.SecondLoss);
    }

    // Where both are as good, p is below 5 % in about 5 % of cases: 2,000 draws, standard error 0.5 %, four of them.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Chance_is_seldom_taken_for_a_difference(int horizon)
    {
        var rng = new Random(17);
        var found = 0;
        for (var trial = 0; trial < 2000; trial++)
        {
            var (first, second) = (Overlapping(rng, horizon), Overlapping(rng, horizon));
            if (DieboldMarianoTest.From(first, second, horizon).PValue < 0.05) found++;
        }

        Assert.InRange(found / 2000.0, 0.03, 0.07);
    }

    [Fact]
    public void Sentences_say_which_is_better_by_how_much_and_how_surely()
    {
        double[] small = [.. Enumerable.Range(0, 40).Select(t => 1 + (0.1 * (t % 3)))];
        double[] large = [.. Enumerable.Range(0, 40).Select(t => 2 + (0.1 * (t % 5)))];
        Assert.Equal(
            "naive is better than The LSTM: 75 % smaller squared error, p < .001.",
            DieboldMarianoTest.From(large, small).Sentence("The LSTM", "naive"));
        Assert.Equal(
            "The LSTM is better than naive: 50 % smaller absolute error, p < .001.",
            DieboldMarianoTest.From(small, large, loss: ForecastLoss.Absolute).Sentence("The LSTM", "naive"));
        Assert.Equal(
            "No difference beyond chance between The LSTM and naive: the absolute error of naive is 14 % smaller, p = .64.",
            DieboldMarianoTest.From([1, 2, 1, 3], [1, 1, 2, 2], loss: ForecastLoss.Absolute).Sentence("The LSTM", "naive"));
        Assert.Equal(
            "No difference between The LSTM and naive: the same mean squared error.",
            DieboldMarianoTest.From([1, 2, 3], [-1, 2, -3]).Sentence("The LSTM", "naive"));
    }

    [Fact]
    public void Differences_that_never_change_are_certain_or_none()
    {
        Assert.Equal((double.NegativeInfinity, 0.0), Both(DieboldMarianoTest.From([1, 1, 1], [2, 2, 2])));
        Assert.Equal((0.0, 1.0), Both(DieboldMarianoTest.From([1, 2, 3], [1, 2, 3], 2)));
        Assert.Equal((0.0, 1.0), Both(DieboldMarianoTest.From([1e30, 0], [0, 1e30])));

        static (double Statistic, double PValue) Both(DieboldMarianoTest test) => (test.Statistic, test.PValue);
    }

    [Fact]
    public void Bad_errors_are_refused()
    {
        Refused<ShapeException>(
            () => DieboldMarianoTest.From([1, 2], [1]), "2 errors cannot be compared with 1. Give the errors of both forecasts for the same values.");
        Refused<ShapeException>(
            () => DieboldMarianoTest.From([1, 2, 3], [1, 2, 4], 3),
            "A Diebold-Mariano test of forecasts 3 steps ahead needs at least 4 error values but got 3. Give 1 more.");
        Refused<OptionException>(
            () => DieboldMarianoTest.From([1, 2], [1, 2], 0), "The horizon is 0, but must be at least 1. Give a number of steps.");
        Refused<OptionException>(
            () => DieboldMarianoTest.From([1, double.NaN], [1, 2]),
            "Value 1 of the first error series is NaN. Fill or leave out what is missing: every value must be a finite number.");
        Refused<OptionException>(
            () => DieboldMarianoTest.From([1, 2], [1, 1e200]),
            "Value 1 of the second error series is 1E+200. Its square is too large to reckon with: scale the series down.");
    }

    // Errors h steps ahead share h - 1 shocks with their neighbours.
    private static double[] Overlapping(Random rng, int horizon)
    {
        var shocks = Enumerable.Range(0, 100 + horizon).Select(_ => rng.NextDouble() + rng.NextDouble() + rng.NextDouble() - 1.5).ToArray();
        return [.. Enumerable.Range(0, 100).Select(t => shocks.AsSpan(t, horizon).ToArray().Sum())];
    }

    private static void Refused<TException>(Func<object> action, string message)
        where TException : UnrollException => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
