using Unroll.Data;
using Unroll.Forecasting;

namespace Unroll.Tests.Forecasting;

public sealed class ForecasterTests
{
    [Theory]
    [InlineData(SeriesTransform.None, WindowScaling.None, false)]
    [InlineData(SeriesTransform.None, WindowScaling.Standard, false)]
    [InlineData(SeriesTransform.Log, WindowScaling.LastValue, true)]
    [InlineData(SeriesTransform.LogPlusOne, WindowScaling.Changes, true)]
    [InlineData(SeriesTransform.None, WindowScaling.LastSeason, true)]
    [InlineData(SeriesTransform.None, WindowScaling.Mean, false)]
    public void What_goes_in_comes_back(SeriesTransform transform, WindowScaling scaling, bool withDifferences)
    {
        // A model that says the true targets: scaled, differenced and transformed they must come back as they were.
        var options = new ForecastOptions
        {
            Targets = ["y"],
            Lookback = 14,
            Horizon = 10,
            Transform = transform,
            WindowScaling = scaling,
            Season = 7,
            Differences = withDifferences ? [7, 1] : [],
        };
        var frame = new SeriesFrame([Weekly("a", 120, 3)]);
        var data = new ForecastData(options, new WindowForm(0, true, false), frame, default, new Dictionary<string, ColumnScale[]>());
        var windows = data.Windows([new WindowOrigin(0, 60)]);
        var target = windows.Load([0]).Target.Values;
        var values = new double[10];
        for (var step = 0; step < values.Length; step++) values[step] = windows.Scales[0].Restore(target[step]);
        data.Series[0].RestoreLevels(0, 60, values);
        for (var step = 0; step < values.Length; step++)
            Assert.Equal(frame[0]["y"][60 + step], data.Series[0].RestoreValue(values[step]), 1e-4 * frame[0]["y"][60 + step]); // windows are 32-bit
    }

    [Fact]
    public void A_season_is_learnt_and_intervals_hold_what_they_promise()
    {
        var frame = new SeriesFrame([Weekly("a", 600, 1), Weekly("b", 500, 2)]);
        Sequential model = [new Branches(new Stacked(new Gru(8), new Dense(7)), new Stacked(new Flatten(), new Dense(7)))];
        model.Compile(new Adam(0.01f), Loss.MeanAbsoluteError);
        var forecaster = new Forecaster(new() { Targets = ["y"], Lookback = 14, Horizon = 7, Season = 7 }, model);
        forecaster.Fit(frame, new ForecastSplit(0.2, 0.3), new() { Epochs = 40, BatchSize = 32 });
        var backtest = forecaster.Backtest(frame, stride: 1);
        var figures = backtest.Methods[0].Figures;
        Assert.InRange(figures["mase"], 0, 1);
        Assert.True(figures["mase"] < backtest.Methods.First(method => method.Name == "naive").Figures["mase"] / 2);
        Assert.InRange(figures["coverage_80"], 0.75, 0.85);
        Assert.InRange(figures["coverage_95"], 0.90, 1);
        Assert.Equal(7, backtest.Methods[0].ByStep.Count);
        Assert.Contains("owa", figures.Keys);

        var next = forecaster.Forecast(frame);
        Assert.Equal(["a", "b"], next.Select(one => one.Series));
        Assert.Equal(600, next[0].Origin);
        Assert.Equal("2021-08-23", next[0].Labels[0]);
        var (lower, upper) = next[0].Interval(0.8);
        Assert.All(Enumerable.Range(0, 7), step => Assert.True(lower[step] < next[0].Values[step] && next[0].Values[step] < upper[step]));
    }

    [Theory]
    [InlineData("quantile")]
    [InlineData("gaussian")]
    [InlineData("paths")]
    [InlineData("counts")]
    public void Distributions_give_intervals_that_hold(string kind)
    {
        var frame = new SeriesFrame([Weekly("a", 700, 4, counts: kind == "counts")]);
        Sequential model = kind switch
        {
            "quantile" => [new Gru(8), new Dense(3 * 5)],
            "gaussian" => [new Gru(8), new Dense(3 * 2)],
            _ => [new Autoregressive(new Gru(8) { ReturnSequences = true }, 3) { Distribution = kind == "counts" ? Distribution.NegativeBinomial : Distribution.Gaussian }],
        };
        model.Compile(new Adam(0.01f), kind switch
        {
            "quantile" => Loss.Quantile(0.05f, 0.1f, 0.5f, 0.9f, 0.95f),
            "counts" => Loss.Likelihood(Distribution.NegativeBinomial),
            _ => Loss.Likelihood(Distribution.Gaussian),
        });
        var options = new ForecastOptions
        { Targets = ["y"], Lookback = 14, Horizon = 3, Season = 7, Scaling = kind == "counts" ? SeriesScaling.None : SeriesScaling.Standard };
        var forecaster = new Forecaster(options, model) { Paths = 60 };
        forecaster.Fit(frame, new ForecastSplit(0.2, 0.3), new() { Epochs = 8, BatchSize = 16 });
        var backtest = forecaster.Backtest(frame);
        Assert.InRange(backtest.Methods[0].Figures["coverage_80"], 0.72, 0.88); // 70 windows of 3 steps
        var next = forecaster.Forecast(frame)[0];
        for (var step = 0; step < 3; step++)
        {
            for (var level = 1; level < Forecast.Levels.Count; level++)
                Assert.True(next.Quantiles[level][step] >= next.Quantiles[level - 1][step]);
        }

        Assert.Equal(next.Quantiles[3], forecaster.Forecast(frame)[0].Quantiles[3]); // draws depend on seed and place alone
    }

    [Fact]
    public void An_encoder_and_decoder_reads_what_is_known_ahead()
    {
        // The target is the plan of its own row: only a model that reads future rows can know it.
        var random = new Rng(2);
        var plan = Enumerable.Range(0, 400).Select(_ => (double)random.NextSingle()).ToArray();
        var target = plan.Select((value, row) => row < 395 ? value : double.NaN).ToArray();
        var frame = new SeriesFrame([new Series("a", new Dictionary<string, double[]> { ["y"] = target, ["plan"] = plan })]);
        Sequential model = [new EncoderDecoder(new Gru(4), new Gru(8) { ReturnSequences = true }, 5) { KnownFeatures = 1 }, new Dense(1)];
        model.Compile(new Adam(0.02f), Loss.MeanSquaredError);
        var forecaster = new Forecaster(new() { Targets = ["y"], FutureCovariates = ["plan"], Lookback = 6, Horizon = 5 }, model);
        forecaster.Fit(frame, new ForecastSplit(0.1, 0.2), new() { Epochs = 15, BatchSize = 16 });
        Assert.True(forecaster.Backtest(frame).Methods[0].Figures["rse"] < 0.3);
        var next = forecaster.Forecast(frame)[0];
        Assert.Equal(395, next.Origin);
        Assert.All(Enumerable.Range(0, 5), step => Assert.Equal(plan[395 + step], next.Values[step], 0.2));

        var error = Assert.Throws<DataException>(() => forecaster.Forecast(new SeriesFrame([frame[0].Rows(0, 395)])));
        Assert.Contains("needs what is known of that row beforehand", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Series_of_different_size_share_a_network_over_smoothed_values()
    {
        // Multiplicative seasons around a growing level, one series a hundred times the other.
        var random = new Rng(8);
        Series One(string id, double size) => new(id, new Dictionary<string, double[]>
        {
            ["y"] = [.. Enumerable.Range(0, 150).Select(row => size * (1 + (0.005 * row)) * (1.3 + Math.Sin(row * Math.PI / 2)) * (1 + (0.02 * random.NextNormal())))],
        });
        var frame = new SeriesFrame([One("small", 1), One("large", 100)]);
        Sequential model = [new EsRnn(new Stacked(new Gru(4), new Dense(4)), season: 4, horizon: 4, seriesCount: 2)];
        model.Compile(new Adam(0.01f), Loss.Custom("relative", (said, target) => ((said - target) / target).Abs().Mean()));
        var options = new ForecastOptions { Targets = ["y"], Lookback = 24, Horizon = 4, Season = 4, Scaling = SeriesScaling.None, SeriesNumbers = true };
        var forecaster = new Forecaster(options, model);
        forecaster.Fit(frame, new ForecastSplit(0.1, 0.2), new() { Epochs = 12, BatchSize = 16 });
        var methods = forecaster.Backtest(frame).Methods;
        Assert.InRange(methods[0].Figures["mape"], 0, 8);
        Assert.True(methods[0].Figures["mape"] < methods.First(method => method.Name == "naive").Figures["mape"] / 3);
    }

    [Fact]
    public void Faults_are_told()
    {
        var frame = new SeriesFrame([Weekly("a", 60, 1)]);
        Sequential model = [new Gru(2), new Dense(3)];
        model.Compile(new Adam(), Loss.MeanSquaredError);
        var wide = new Forecaster(new() { Targets = ["y"], Lookback = 5, Horizon = 4 }, model);
        Assert.Contains(
            "The model says [3] for each window, but a forecast of 4 steps and 1 target with the loss meanSquaredError needs [4] or [4, 1].",
            Assert.Throws<ShapeException>(() => wide.Fit(frame, default, new())).Message, StringComparison.Ordinal);
        var options = Assert.Throws<OptionException>(() => new Forecaster(new() { Targets = [], Lookback = 0, WindowScaling = WindowScaling.LastSeason }, model));
        Assert.Equal(
            "Forecast options: there is no target; lookback must be at least 1, but is 0; windowScaling lastSeason needs a season.", options.Message);
        Assert.Contains("No window is left to train with", Assert.Throws<DataException>(() => Short(frame, 58)).Message, StringComparison.Ordinal);
        Assert.Contains("has no value of 'y'", Assert.Throws<DataException>(
            () => Short(new SeriesFrame([frame[0].With("y", [.. Enumerable.Repeat(double.NaN, 60)])]), 5)).Message, StringComparison.Ordinal);
        var log = new Forecaster(new() { Targets = ["y"], Lookback = 5, Horizon = 3, Transform = SeriesTransform.Log }, Fresh());
        Assert.Contains("needs values above zero, but row 60 (2020-02-29) holds 0.", Assert.Throws<DataException>(
            () => log.Fit(new SeriesFrame([frame[0].With("y", [.. frame[0]["y"][..59], 0])]), default, new())).Message, StringComparison.Ordinal);

        static Sequential Fresh()
        {
            Sequential fresh = [new Gru(2), new Dense(3)];
            fresh.Compile(new Adam(), Loss.MeanSquaredError);
            return fresh;
        }

        static void Short(SeriesFrame frame, int lookback) =>
            new Forecaster(new() { Targets = ["y"], Lookback = lookback, Horizon = 3 }, Fresh()).Fit(frame, default, new());
    }

    /// <summary>A week's course around a slow trend, with a little noise.</summary>
    private static Series Weekly(string id, int rows, ulong seed, bool counts = false)
    {
        var random = new Rng(seed);
        var values = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            var level = 20 + (0.01 * row) + (8 * Math.Sin(row * Math.Tau / 7));
            values[row] = counts ? random.NextPoisson(level) : level + random.NextNormal();
        }

        return new Series(
            id, new Dictionary<string, double[]> { ["y"] = values }, [.. Enumerable.Range(0, rows).Select(row => new DateTime(2020, 1, 1).AddDays(row))],
            new Frequency(TimeUnit.Day));
    }
}
