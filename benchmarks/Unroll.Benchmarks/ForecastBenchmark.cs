using System.Diagnostics;
using Unroll.Data;
using Unroll.Forecasting;

namespace Unroll.Benchmarks;

/// <summary>
/// Windows a second in the training of forecasters on drawn series: from the series to the changed weights, as
/// <see cref="Forecaster.Fit"/> trains, windows cut for each batch, with Adam and clipping of all gradients together.
/// </summary>
/// <param name="Name">In the table, and for the peer's script.</param>
/// <param name="Count">How many series there are.</param>
/// <param name="Rows">Rows of a series.</param>
/// <param name="Batch">Windows of a batch.</param>
/// <param name="Operations">Of the products of a window: forward, to the states before, and to the weights.</param>
/// <param name="Options">What is forecast from what.</param>
/// <param name="Make">A new compiled model.</param>
internal sealed record ForecastBenchmark(
    string Name, int Count, int Rows, int Batch, double Operations, ForecastOptions Options, Func<Sequential> Make)
{
    private const int WarmUpSteps = 60, PeerWarmUpSteps = 5, Figures = 5, StepsPerFigure = 10; // code is compiled on its way, PyTorch's is not

    private static readonly IReadOnlyList<ForecastBenchmark> All =
    [
        // As the recipe etth1-24: seven series, each row an hour.
        new("gru-168-24", 7, 8640, 128, Recurrent(168, 3, 32, 1) + Dense(32 * 24) + (Dense(168 * 24) * 2 / 3), new()
        {
            Targets = ["value"], Lookback = 168, Horizon = 24, Season = 24, WindowScaling = WindowScaling.LastValue,
        }, () => Compiled(0.002f, Loss.MeanSquaredError, BesideLinear(new Gru(32), 24))),

        // As beijing-pm25: dust and weather of four years, eight columns and the hour of the day.
        new("lstm-24-1", 1, 30_660, 64, Recurrent(24, 4, 32, 11) + Dense(32) + (Dense(24 * 11) * 2 / 3), new()
        {
            Targets = ["value"], PastCovariates = [.. Names(8)], Calendar = [CalendarFeature.HourOfDay],
            Lookback = 24, Horizon = 1, Season = 24, WindowScaling = WindowScaling.LastValue, Missing = MissingValues.ForwardFill,
        }, () => Compiled(0.002f, Loss.MeanAbsoluteError, BesideLinear(new Lstm(32), 1))),

        // As bike-sharing: two years of hours; weather, hour and weekday are known ahead.
        new("gru-seq2seq-168-24", 1, 16_371, 64, Recurrent(168, 3, 48, 11) + Recurrent(24, 3, 48, 10) + (24 * Dense((3 * 48 * 48) + 48)), new()
        {
            Targets = ["value"], FutureCovariates = [.. Names(6)], Calendar = [CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek],
            Lookback = 168, Horizon = 24, Season = 168, WindowScaling = WindowScaling.LastSeason, Missing = MissingValues.Interpolate,
        }, () => Compiled(
            0.003f, Loss.MeanAbsoluteError,
            new EncoderDecoder(new Gru(48), new Gru(48) { ReturnSequences = true }, 24) { KnownFeatures = 10 }, new Dense(1))),
    ];

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--rounds"], "--peer");
        var chosen = arguments.Choose(0, All, model => model.Name);
        return new EndToEnd("windows/s", MoreIsBetter: true) { CountsOperations = true }.Run(chosen.Select(model => model.Model), arguments);
    }

    private EndToEndModel Model => new(
        Name, Measure, "torch_forecast.py",
        threads => [Name, .. new[] { threads, Count, Rows, PeerWarmUpSteps, Figures, StepsPerFigure }.Select(Words.Whole)])
    { Operations = Operations };

    /// <summary>Windows a second, a figure for each ten steps after those that warm up.</summary>
    private IEnumerable<double> Measure()
    {
        var clock = new StepClock();
        new Forecaster(Options, Make()).Fit(Drawn(), default, new() { Epochs = int.MaxValue, BatchSize = Batch, Callbacks = [clock] });
        return clock.Seconds.Select(seconds => StepsPerFigure * Batch / seconds);
    }

    /// <summary>Series with a day and a week, and columns beside them.</summary>
    private SeriesFrame Drawn()
    {
        var random = new Rng(1);
        var begin = new DateTime(2016, 7, 1, 0, 0, 0, DateTimeKind.Unspecified);
        DateTime[] times = [.. Enumerable.Range(0, Rows).Select(row => begin.AddHours(row))];
        var series = new Series[Count];
        for (var number = 0; number < Count; number++)
        {
            var columns = new Dictionary<string, double[]>();
            foreach (var name in Options.Columns)
            {
                var values = columns[name] = new double[Rows];
                for (var row = 0; row < Rows; row++)
                    values[row] = Math.Sin(row * Math.Tau / 24) + Math.Sin(row * Math.Tau / 168) + random.NextSingle();
            }

            series[number] = new Series(Words.Whole(number), columns, times);
        }

        return new SeriesFrame(series);
    }

    private static Sequential Compiled(float learningRate, Loss loss, params Layer[] layers)
    {
        Sequential model = [.. layers];
        model.Compile(new Adam(learningRate) { GlobalClipNorm = 1 }, loss);
        return model;
    }

    /// <summary>A recurrent layer and a linear map of the window, which say so many values together.</summary>
    private static Branches BesideLinear(Layer recurrent, int outputs) => new(
        new Stacked(recurrent, new Dense(outputs) { KernelInitializer = Initializer.Zeros }),
        new Stacked(new Flatten(), new Dense(outputs) { KernelInitializer = Initializer.Zeros }));

    private static IEnumerable<string> Names(int count) => Enumerable.Range(1, count).Select(Words.Whole);

    /// <summary>Operations of a recurrent layer whose inputs need no gradient.</summary>
    private static double Recurrent(int steps, int gates, int units, int inputs) => 2.0 * steps * gates * units * ((3 * units) + (2 * inputs));

    /// <summary>Operations of a layer with so many weights, to whose inputs gradients go.</summary>
    private static double Dense(int weights) => 3 * 2.0 * weights;

    /// <summary>Notes how long each ten steps took, and ends the run.</summary>
    private sealed class StepClock : Callback
    {
        private long start;
        private int steps;

        public List<double> Seconds { get; } = [];

        public override void OnStepEnd(TrainingRun run)
        {
            steps++;
            if (steps < WarmUpSteps || (steps - WarmUpSteps) % StepsPerFigure > 0) return;
            if (steps > WarmUpSteps) Seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (Seconds.Count == Figures) run.Stop("measured");
            start = Stopwatch.GetTimestamp();
        }
    }
}
