using System.Text.Json;
using Unroll.Evaluation;
using Unroll.Tests.Evaluation.Statistics;
using Unroll.Tests.Support;

namespace Unroll.Tests.Evaluation;

/// <summary>Baselines, measures and tests against statsmodels, SciPy and plain definitions (tests/Golden/baselines.py).</summary>
public class ForecastGoldenTests
{
    private const string File = "baselines";

    // The file holds nine digits.
    private const double Written = 2e-8;

    public static TheoryData<string> All => Golden.Names(File);

    [Theory]
    [MemberData(nameof(All))]
    public void Reference_values_are_met(string name)
    {
        var golden = Golden.Case(File, name);
        var options = golden.Options;
        switch (golden.Op)
        {
            case "autoregression":
                Autoregression(golden, options.GetProperty("order").GetInt32());
                break;
            case "aic":
                Assert.Equal(golden.Outputs["order"].Values[0], AutoregressiveOrder.ByAic(Y(golden), options.GetProperty("highest").GetInt32()));
                break;
            case "walk":
                Walk(golden, options);
                break;
            case "fit":
                Fit(golden, options);
                break;
            case "seasons":
                Seasons(golden, options.GetProperty("season").GetInt32());
                break;
            case "markov":
                Markov(golden, options);
                break;
            case "crps":
                Meets(golden, "crps", Written, Crps.Mean(Y(golden), Rows(golden.Inputs["samples"])));
                break;
            case "quantiles":
                Quantiles(golden);
                break;
            case "pooled":
                Pooled(golden);
                break;
            case "dm":
                DieboldMariano(golden, options);
                break;
            case "student":
                Meets(golden, "tails", Written, [.. golden.Inputs["t"].Values.SelectMany(
                    t => golden.Inputs["degrees"].Values.Select(degrees => Tails.StudentAtLeast(t, degrees)))]);
                break;
            default:
                Assert.Fail($"Nothing tests '{golden.Op}'.");
                break;
        }
    }

    private static void Autoregression(GoldenCase golden, int order)
    {
        var baseline = new AutoregressiveBaseline(order);
        baseline.Fit(Y(golden));
        Meets(golden, "coefficients", 1e-7, [baseline.Intercept, .. baseline.Coefficients]);
        Meets(golden, "forecast", Written, baseline.Forecast(Y(golden), 10));
    }

    private static void Walk(GoldenCase golden, JsonElement options)
    {
        double Option(string name) => options.GetProperty(name).GetDouble();
        var weights = new SmoothingWeights(Option("alpha"), Option("beta"), Option("gamma"), Option("phi"));
        var seasons = golden.Inputs["seasons"].Values;
        var figure = seasons.Length == 0 ? SeasonalFigure.None : new SeasonalFigure(seasons, options.GetProperty("multiplicative").GetBoolean());
        var start = new SmoothingState(Option("level"), Option("trend"), figure, 0);

        var (state, squares) = SmoothingWalk.Over(Y(golden), weights, start, []);
        var forecasts = new double[9];
        SmoothingWalk.Continue(state, weights.Damping, forecasts);

        Meets(golden, "squares", Written, squares);
        Meets(golden, "forecast", Written, forecasts);
    }

    // The search ends near the bottom of a valley: the errors are as small, weights and forecasts almost the same.
    private static void Fit(GoldenCase golden, JsonElement options)
    {
        var (trend, damped, season) = (
            options.GetProperty("trend").GetBoolean(), options.GetProperty("damped").GetBoolean(), options.GetProperty("season").GetInt32());
        var baseline = (trend, damped, season) switch
        {
            (_, _, > 1) => ExponentialSmoothing.HoltWinters(season),
            (true, true, _) => ExponentialSmoothing.DampedHolt(),
            (true, _, _) => ExponentialSmoothing.Holt(),
            _ => ExponentialSmoothing.Simple(),
        };
        baseline.Fit(Y(golden));
        double[] weights = [baseline.LevelWeight, baseline.TrendWeight, baseline.SeasonWeight, baseline.Damping];

        Assert.InRange(baseline.MeanSquaredError * Y(golden).Length / golden.Outputs["squares"].Values[0], 1 - 1e-6, 1 + 1e-6);
        for (var i = 0; i < weights.Length; i++) Assert.Equal(golden.Outputs["weights"].Values[i], weights[i], 2e-3);
        Meets(golden, "forecast", 1e-3, baseline.Forecast(Y(golden), 8));
    }

    private static void Seasons(GoldenCase golden, int season)
    {
        var y = Y(golden);
        Meets(golden, "additive", Written, SeasonalFigure.Of(y, season, isMultiplicative: false).Values);
        Meets(golden, "multiplicative", Written, SeasonalFigure.Of(y, season, isMultiplicative: true).Values);
        Assert.Equal(golden.Outputs["seasonal"].Values[0] > 0, SeasonalFigure.IsSeasonal(y, season));
        var (naive2, theta) = (new Naive2Baseline(season), new ThetaBaseline(season));
        naive2.Fit(y);
        theta.Fit(y);
        Meets(golden, "naive2", Written, naive2.Forecast(y, 15));
        Assert.Equal(golden.Outputs["alpha"].Values[0], theta.LevelWeight, 1e-4);
        Meets(golden, "theta", 1e-4, theta.Forecast(y, 15));
    }

    private static void Markov(GoldenCase golden, JsonElement options)
    {
        var chain = new MarkovChainBaseline(options.GetProperty("states").GetInt32())
        {
            Of = options.GetProperty("changes").GetBoolean() ? MarkovStates.Changes : MarkovStates.Values,
        };
        chain.Fit(Y(golden));
        Meets(golden, "transitions", Written, [.. chain.Transitions.SelectMany(row => row)]);
        Meets(golden, "stationary", Written, chain.StationaryDistribution());
        Meets(golden, "forecast", Written, chain.Forecast(Y(golden), 6));
    }

    private static void Quantiles(GoldenCase golden)
    {
        var (y, rows) = (Y(golden), Rows(golden.Inputs["quantiles"]));
        var errors = QuantileErrors.From(y, rows, golden.Inputs["levels"].Values);
        var interval = IntervalErrors.From(y, rows[0], rows[^1], 0.75);
        Meets(golden, "pinball", Written, [.. errors.Pinball]);
        Meets(golden, "weighted", Written, errors.WeightedQuantileLoss);
        Meets(golden, "coverage", Written, interval.Coverage);
        Meets(golden, "width", Written, interval.MeanWidth);
        Meets(golden, "winkler", Written, interval.Winkler);
    }

    private static void Pooled(GoldenCase golden)
    {
        var errors = ForecastErrors.Pool([.. Rows(golden.Inputs["y"]).Zip(Rows(golden.Inputs["forecast"]), (y, f) => ForecastErrors.From(y, f))]);
        Meets(golden, "rse", Written, errors.Rse);
        Meets(golden, "correlation", Written, errors.Correlation);
        Meets(golden, "r2", Written, errors.R2);
        Meets(golden, "mae", Written, errors.Mae);
        Meets(golden, "smape", Written, errors.Smape);
        Meets(golden, "wape", Written, errors.Wape);
    }

    private static void DieboldMariano(GoldenCase golden, JsonElement options)
    {
        var loss = options.GetProperty("absolute").GetBoolean() ? ForecastLoss.Absolute : ForecastLoss.Squared;
        var test = DieboldMarianoTest.From(
            golden.Inputs["first"].Values, golden.Inputs["second"].Values, options.GetProperty("horizon").GetInt32(), loss);
        Meets(golden, "statistic", Written, test.Statistic);
        Meets(golden, "p", Written, test.PValue);
        Meets(golden, "p_first", Written, test.PValueFirstBetter);
        Assert.Equal(golden.Name == "dm_bartlett", test.UsedBartlett);
        Assert.Equal(1, test.PValueFirstBetter + test.PValueSecondBetter, 1e-12);
    }

    private static double[] Y(GoldenCase golden) => golden.Inputs["y"].Values;

    private static double[][] Rows(GoldenArray array) => [.. array.Values.Chunk(array.Shape[1])];

    private static void Meets(GoldenCase golden, string output, double relative, params double[] values)
    {
        var expected = golden.Outputs[output].Values;
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++) Close.To(expected[i], values[i], relative);
    }
}
