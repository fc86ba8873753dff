using FsCheck;
using FsCheck.Fluent;
using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Baselines;

public class MarkovChainBaselineTests
{
    [Fact]
    public void Transitions_are_counted()
    {
        var chain = new MarkovChainBaseline(2) { Smoothing = 0.5 };
        chain.Fit([1, 3, 5, 2, 7]);

        // In order 1 2 3 5 7: the upper half begins at 3. Low 1 -> 3 and 2 -> 7 are high, high 3 -> 5 is high, 5 -> 2 low.
        Assert.Equal([3.0], chain.Borders);
        Assert.Equal([1.5, 5], chain.Means);
        Assert.Equal([0.25 / 2.5, 2.25 / 2.5], chain.Transitions[0]);
        Assert.Equal([1.25 / 2.5, 1.25 / 2.5], chain.Transitions[1]);
    }

    [Fact]
    public void Forecasts_follow_the_chain()
    {
        // 0 1 0 1 ...: nearly certain to alternate, but for one imaginary transition in a hundred.
        var chain = new MarkovChainBaseline(2);
        double[] series = [.. Enumerable.Range(0, 201).Select(t => t % 2.0)];
        chain.Fit(series);

        var other = 100.5 / 101;
        var forecasts = chain.Forecast([0], 2);
        Assert.Equal(other, forecasts[0], 1e-12);
        Assert.Equal(2 * other * (1 - other), forecasts[1], 1e-12);
        Assert.Equal([0.5, 0.5], chain.StationaryDistribution(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData(new double[] { 0, 2, 1, 0, 0, 1, 2, 0 }, 3, new double[] { 1, 2 })]
    [InlineData(new double[] { 0, 2, 1, 0, 0, 1, 2, 0 }, 5, new double[] { 1, 2 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, 3, 4, 5, 6 }, 4, new double[] { 3, 4 })]
    [InlineData(new double[] { 7, 7, 7 }, 4, new double[0])]
    public void Equal_values_share_a_state(double[] series, int states, double[] borders)
    {
        var chain = new MarkovChainBaseline(states);
        chain.Fit(series);

        Assert.Equal(borders, chain.Borders);
        Assert.Equal(borders.Length + 1, chain.Means.Count);
    }

    [Fact]
    public void Changes_add_up_from_the_last_value()
    {
        var chain = new MarkovChainBaseline(1) { Of = MarkovStates.Changes };
        chain.Fit([0, 1, 4, 9]);

        Assert.Equal([103, 106, 109], chain.Forecast([50, 100], 3), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Rows_sum_to_one_and_the_long_run_stays() => Prop.ForAll(
        Gen.Choose(0, 30).NonEmptyListOf().Where(values => values.Count > 1).ToArbitrary(), Gen.Choose(1, 8).ToArbitrary(),
        (draw, states) =>
        {
            double[] series = [.. draw.Select(value => (double)value)];
            var chain = new MarkovChainBaseline(states);
            chain.Fit(series);
            var stationary = chain.StationaryDistribution();

            Assert.All(chain.Transitions, row => Assert.Equal(1, row.Sum(), 1e-12));
            Assert.Equal(1, stationary.Sum(), 1e-12);
            for (var j = 0; j < stationary.Length; j++)
                Assert.Equal(stationary[j], stationary.Select((share, i) => share * chain.Transitions[i][j]).Sum(), 1e-12);
            Assert.All(chain.Forecast(series, 20), forecast => Assert.InRange(forecast, series.Min() - 1e-9, series.Max() + 1e-9));
            Assert.Equal(stationary.Zip(chain.Means, (share, mean) => share * mean).Sum(), chain.Forecast(series, 4000)[^1], 1e-6);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_chain_that_is_not_fitted_has_no_long_run() => Assert.Equal(
        "Baseline 'Markov chain (3)' was not fitted. Call Fit with a training series first.",
        Assert.Throws<InvalidOperationException>(() => new MarkovChainBaseline(3).StationaryDistribution()).Message);
}
