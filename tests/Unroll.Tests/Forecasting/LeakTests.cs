using Unroll.Data;
using Unroll.Forecasting;

namespace Unroll.Tests.Forecasting;

/// <summary>
/// Nothing of the future is known: a spike of 1e6 is planted in the rows from an origin on, in every column, and no window, scale,
/// covariate, forecast or baseline before it may move by a single bit.
/// </summary>
public sealed class LeakTests
{
    private const int Rows = 240;
    private const int Spike = 180;

    public static TheoryData<int> Options => [.. Enumerable.Range(0, Variants.Length)];

    private static readonly ForecastOptions[] Variants =
    [
        new() { Targets = ["y"], Lookback = 10, Horizon = 4 },
        new() { Targets = ["y"], Lookback = 10, Horizon = 4, Scaling = SeriesScaling.MinMax, WindowScaling = WindowScaling.LastValue, Stride = 3 },
        new() { Targets = ["y"], Lookback = 12, Horizon = 3, Transform = SeriesTransform.Log, Differences = [1], WindowScaling = WindowScaling.Changes },
        new() { Targets = ["y"], Lookback = 12, Horizon = 3, Transform = SeriesTransform.LogPlusOne, Differences = [7, 1], WindowScaling = WindowScaling.Standard },
        new() { Targets = ["y", "x"], Lookback = 14, Horizon = 2, Gap = 3, Season = 7, WindowScaling = WindowScaling.LastSeason },
        new() { Targets = ["y"], PastCovariates = ["x"], Lookback = 9, Horizon = 5, Missing = MissingValues.Interpolate, WindowScaling = WindowScaling.Mean },
        new() { Targets = ["y"], PastCovariates = ["x"], Lookback = 9, Horizon = 5, Missing = MissingValues.ForwardFill, Differences = [2] },
        new() { Targets = ["y"], PastCovariates = ["x"], Lookback = 9, Horizon = 5, Missing = MissingValues.Mask, ShortWindows = true },
        new() { Targets = ["y"], Lookback = 6, Calendar = [CalendarFeature.DayOfWeek], SequenceTargets = true },
        new() { Targets = ["y"], Lookback = 9, Horizon = 2, Missing = MissingValues.Interpolate, Differences = [1], Season = 7, SeriesNumbers = true },
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void Windows_before_a_spike_do_not_move(int variant)
    {
        var options = Variants[variant];
        var (clean, spiked) = (Data(options, Frame(options, spike: false), 0), Data(options, Frame(options, spike: true), 0));
        var origins = clean.TrainingOrigins(1).Where(at => at.Origin <= Spike).ToArray();
        Assert.True(origins.Length > 50);
        var (before, after) = (Inputs(clean, origins), Inputs(spiked, origins));
        Assert.Equal(before.Values.ToArray(), after.Values.ToArray());

        // The test can fail: a window that reaches past the spike does move.
        WindowOrigin[] later = [new(0, Spike + 10)];
        Assert.NotEqual(Inputs(clean, later).Values.ToArray(), Inputs(spiked, later).Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Scales_are_those_of_the_rows_that_train(int variant)
    {
        var options = Variants[variant];
        var (clean, spiked) = (new Dictionary<string, ColumnScale[]>(), new Dictionary<string, ColumnScale[]>());
        _ = new ForecastData(options, Form(options), Frame(options, spike: false), new ForecastSplit(20, Rows - Spike - 20), clean);
        _ = new ForecastData(options, Form(options), Frame(options, spike: true), new ForecastSplit(20, Rows - Spike - 20), spiked);
        Assert.Equal(clean["a"], spiked["a"]);
        Assert.Equal(clean["b"], spiked["b"]);
        var all = new Dictionary<string, ColumnScale[]>();
        _ = new ForecastData(options, Form(options), Frame(options, spike: true), default, all);
        Assert.NotEqual(clean["a"], all["a"]);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void No_target_of_training_lies_where_others_judge(int variant)
    {
        var options = Variants[variant];
        var data = Data(options, Frame(options, spike: false), 30);
        var last = options.Gap + options.Horizon;
        Assert.All(data.TrainingOrigins(1), at => Assert.True(at.Origin + last <= Rows - 60));
        Assert.All(data.ValidationOrigins(1), at => Assert.InRange(at.Origin + options.Gap, Rows - 60, Rows - 30 - options.Horizon));
        Assert.All(data.TestOrigins(1), at => Assert.InRange(at.Origin + options.Gap, Rows - 30, Rows - options.Horizon));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Forecasts_and_intervals_of_a_back_test_do_not_know_what_comes(int variant)
    {
        var options = Variants[variant];
        Backtest Run(bool spike)
        {
            Sequential model = options.SequenceTargets
                ? [new Gru(3) { ReturnSequences = true }, new Dense(options.Targets.Count)]
                : [new Gru(3), new Dense(options.Horizon * options.Targets.Count)];
            model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
            var forecaster = new Forecaster(options, model);
            var frame = Frame(options, spike, Rows - 30);
            forecaster.Fit(frame, new ForecastSplit(40, 60), new FitOptions { Epochs = 1, Seed = 3 });
            return forecaster.Backtest(frame, stride: 1);
        }

        var (clean, spiked) = (Run(false), Run(true));
        var known = Enumerable.Range(0, clean.Forecasts.Count).Where(place => clean.Forecasts[place].Origin <= Rows - 30).ToArray();
        Assert.True(known.Length > 10);
        foreach (var place in known)
        {
            Assert.Equal(clean.Forecasts[place].Values, spiked.Forecasts[place].Values);
            for (var level = 0; level < Forecast.Levels.Count; level++)
                Assert.Equal(clean.Forecasts[place].Quantiles[level], spiked.Forecasts[place].Quantiles[level]);
        }

        Assert.NotEqual(clean.Methods[0].Figures["rmse"], spiked.Methods[0].Figures["rmse"]);
    }

    [Fact]
    public void Baselines_from_the_same_origins_do_not_know_what_comes()
    {
        var options = new ForecastOptions { Targets = ["y"], Lookback = 8, Horizon = 3, Season = 7 };
        (string, double)[] Said(bool spike)
        {
            var data = Data(options, Frame(options, spike), 60);
            WindowOrigin[] origins = [.. data.TestOrigins(1).Where(at => at.Origin <= Spike)];
            return [.. BaselineForecasts.Of(options, data, origins).SelectMany(one => one.Forecasts.SelectMany(said => said.Values).Select(value => (one.Name, value)))];
        }

        var clean = Said(false);
        Assert.True(clean.Select(one => one.Item1).Distinct().Count() >= 6);
        Assert.Equal(clean, Said(true));
    }

    [Fact]
    public void A_gap_that_is_open_at_the_origin_is_filled_from_before_it()
    {
        var y = Enumerable.Range(0, 40).Select(row => (double)row).ToArray();
        for (var row = 18; row < 24; row++) y[row] = double.NaN;
        var frame = new SeriesFrame([new Series("a", new Dictionary<string, double[]> { ["y"] = y })]);
        var options = new ForecastOptions { Targets = ["y"], Lookback = 8, Scaling = SeriesScaling.None, Missing = MissingValues.Interpolate };
        var data = new ForecastData(options, Form(options), frame, default, new Dictionary<string, ColumnScale[]>());
        float[] At(int origin) => Inputs(data, [new WindowOrigin(0, origin)]).Values.ToArray();
        Assert.Equal([13, 14, 15, 16, 17, 17, 17, 17], At(21));       // open: the last value known
        Assert.Equal([17, 18, 19, 20, 21, 22, 23, 24], At(25));       // closed: a straight line
    }

    [Fact]
    public void What_is_known_ahead_is_read_and_nothing_else_of_future_rows()
    {
        var options = new ForecastOptions { Targets = ["y"], PastCovariates = ["x"], FutureCovariates = ["plan"], Lookback = 5, Horizon = 3 };
        var frame = Frame(options, spike: false);
        var data = new ForecastData(options, new WindowForm(3, false, true), frame, default, new Dictionary<string, ColumnScale[]>());
        var input = data.Windows([new WindowOrigin(0, 50)]).Load([0]).Input;
        for (var step = 5; step < 8; step++)
        {
            Assert.Equal(0, input.Values[(step * 3) + 0]);
            Assert.Equal(0, input.Values[(step * 3) + 1]);
            Assert.NotEqual(0, input.Values[(step * 3) + 2]);
        }
    }

    private static WindowForm Form(ForecastOptions options) => new(0, !options.SequenceTargets, false);

    private static ForecastData Data(ForecastOptions options, SeriesFrame frame, int part) =>
        new(options, Form(options), frame, new ForecastSplit(part, part), new Dictionary<string, ColumnScale[]>(Fixed(options)));

    /// <summary>Scales that do not depend on the data, so that a difference is one of windows.</summary>
    private static Dictionary<string, ColumnScale[]> Fixed(ForecastOptions options)
    {
        ColumnScale[] scales = [.. Enumerable.Repeat(new ColumnScale(1, 2), options.Columns.Count)];
        return new() { ["a"] = scales, ["b"] = scales };
    }

    private static Tensor Inputs(ForecastData data, IReadOnlyList<WindowOrigin> origins) =>
        data.Windows(origins).Load([.. Enumerable.Range(0, origins.Count)]).Input;

    /// <summary>Two series with a season, gaps where they are allowed, and the spike.</summary>
    private static SeriesFrame Frame(ForecastOptions options, bool spike, int from = Spike)
    {
        var random = new Rng(5);
        Series One(string id)
        {
            var columns = new Dictionary<string, double[]>();
            foreach (var name in (string[])["y", "x", "plan"])
            {
                var values = new double[Rows];
                for (var row = 0; row < Rows; row++) values[row] = 10 + Math.Sin(row * Math.Tau / 7) + random.NextSingle();
                if (options.Missing != MissingValues.Refuse && name != "plan")
                {
                    for (var gap = 20; gap + 7 < Rows; gap += 25) values.AsSpan(gap, 1 + (gap % 6)).Fill(double.NaN);
                    values.AsSpan(Spike - 4, 9).Fill(double.NaN); // a gap across the spike's first row
                    values.AsSpan(Rows - 33, 6).Fill(double.NaN);
                }

                if (spike)
                {
                    for (var row = from; row < Rows; row++) values[row] = double.IsNaN(values[row]) ? double.NaN : values[row] + 1e6;
                }

                columns[name] = values;
            }

            return new Series(id, columns, [.. Enumerable.Range(0, Rows).Select(row => new DateTime(2020, 1, 1).AddDays(row))], new Frequency(TimeUnit.Day));
        }

        return new SeriesFrame([One("a"), One("b")]);
    }
}
