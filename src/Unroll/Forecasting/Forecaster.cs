using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>
/// A model with all that lies between it and series: windows, scales, differences, and the width of its intervals. One model serves
/// any number of series.
/// </summary>
/// <remarks>
/// <code>
/// var frame = SeriesFrame.Read("sales.csv");
/// Sequential model = [new Gru(32), new Dense(12)];
/// model.Compile(new Adam(), Loss.MeanAbsoluteError);
/// var forecaster = new Forecaster(new() { Targets = ["sales"], Lookback = 36, Horizon = 12, Season = 12 }, model);
/// forecaster.Fit(frame, new ForecastSplit(Validation: 0.1, Test: 0.2), new() { Epochs = 100 });
/// Console.WriteLine(forecaster.Backtest(frame));         // beside the baselines, on the last fifth
/// foreach (var forecast in forecaster.Forecast(frame)) Show(forecast);
/// </code>
/// </remarks>
public sealed class Forecaster
{
    private const int PredictedAtOnce = 256;
    private const int MostCalibrationWindows = 1000;

    private readonly Dictionary<string, ColumnScale[]> scales = [];
    private double[][][]? offsets; // by target, step and level

    /// <summary>Joins a model to what it forecasts.</summary>
    /// <param name="options">What is forecast from what.</param>
    /// <param name="model">
    /// Takes windows and says [horizon * targets] or [horizon, targets] values for each; with losses that need several numbers a
    /// value (<see cref="Loss.Quantile"/>, <see cref="Loss.Likelihood"/>) as many times more.
    /// </param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public Forecaster(ForecastOptions options, Sequential model)
    {
        options.Check();
        (Options, Model) = (options, model);
    }

    /// <summary>What is forecast from what.</summary>
    public ForecastOptions Options { get; }

    /// <summary>The model.</summary>
    public Sequential Model { get; }

    /// <summary>Which rows were for what when it was fitted.</summary>
    public ForecastSplit Split { get; private set; }

    /// <summary>How many sample paths are drawn of a model that feeds back its own draws. Default: 100.</summary>
    public int Paths { get; init; } = 100;

    /// <summary>Whether the model is asked for draws rather than distributions.</summary>
    private bool IsSampled => Model.Layers[0] is Autoregressive { Distribution: not null } && Paths > 0;

    /// <summary>What the model needs to be told of its windows.</summary>
    internal WindowForm Form => new(Model.FutureSteps, Model.Layers[^1].OutputShape.Rank == 1, Model.Layers[0].LearnsFromTargets);

    /// <summary>What it learnt beside the model's weights.</summary>
    internal ForecasterState State
    {
        get => new(scales.ToDictionary(pair => pair.Key, pair => pair.Value), offsets);
        init
        {
            foreach (var (id, scale) in value.Scales) scales[id] = scale;
            offsets = value.Offsets;
        }
    }

    /// <summary>Learns scales, trains the compiled model, and measures how far it is off on the rows that validate.</summary>
    /// <param name="frame">The series.</param>
    /// <param name="split">Which rows are for what.</param>
    /// <param name="options">How to train; its validation data are set here.</param>
    /// <returns>What happened, epoch by epoch.</returns>
    /// <exception cref="DataException">The series do not have the columns or rows that are needed.</exception>
    /// <exception cref="ShapeException">The model does not say as much as is forecast.</exception>
    public History Fit(SeriesFrame frame, ForecastSplit split, FitOptions options)
    {
        Model.Build([Options.Lookback + Model.FutureSteps, Options.FeatureCount], options.Seed);
        var data = Prepare(frame, split);
        var history = Model.Fit(data.Training, options with { ValidationData = data.Validation });
        Calibrate(data);
        return history;
    }

    /// <summary>Forecasts the rows that follow the last known one of each series, for each target.</summary>
    /// <param name="frame">The series; rows past the last known target hold what is known of the future.</param>
    /// <exception cref="DataException">A series has fewer rows than a window, or lacks what must be known ahead.</exception>
    public IReadOnlyList<Forecast> Forecast(SeriesFrame frame)
    {
        var data = Open(frame);
        return [.. Predict(data.Windows(data.LastOrigins())).Select(window => window.Finish(
            data.Series[window.At.Series], Options, offsets is null ? null : step => offsets[window.Target][step]))];
    }

    /// <summary>Forecasts the rows that test, over and over from later origins, beside the baselines.</summary>
    /// <param name="frame">The series that it was fitted to.</param>
    /// <param name="stride">Rows from one origin to the next. Default: the horizon.</param>
    public Backtest Backtest(SeriesFrame frame, int? stride = null) =>
        Unroll.Forecasting.Backtest.Run(this, new ForecastData(Options, Form, frame, Split, scales), stride ?? Options.Horizon);

    /// <summary>Series to forecast, scaled as before; a series that was not there when scales were learnt is scaled by its own rows.</summary>
    internal ForecastData Open(SeriesFrame frame) => new(Options, Form, frame, default, new Dictionary<string, ColumnScale[]>(scales));

    /// <summary>Learns the scales and makes the windows.</summary>
    internal ForecastData Prepare(SeriesFrame frame, ForecastSplit split)
    {
        new OutputReader(Options, Model.Loss).Check(Model);
        scales.Clear();
        Split = split;
        return new ForecastData(Options, Form, frame, split, scales);
    }

    /// <summary>Measures how far the model is off on the rows that validate, by step and level.</summary>
    internal IReadOnlyList<Calibration> Calibrate(ForecastData data)
    {
        Calibration[] calibrations = [.. Options.Targets.Select(_ => new Calibration(Options.Horizon))];
        var origins = data.ValidationOrigins(1);
        if (origins.Count == 0) return calibrations;
        var stride = Math.Max(1, origins.Count / MostCalibrationWindows);
        foreach (var window in Predict(data.Windows([.. origins.Where((_, place) => place % stride == 0)])))
            window.Teach(calibrations[window.Target], data.Series[window.At.Series], Options);
        offsets = Calibration.AllOffsets(calibrations);
        return calibrations;
    }

    /// <summary>What the model says of windows, for each of them and each target.</summary>
    internal IEnumerable<WindowForecast> Predict(ForecastWindows windows)
    {
        var reader = new OutputReader(Options, Model.Loss);
        Batch? room = null;
        for (var start = 0; start < windows.Count; start += PredictedAtOnce)
        {
            var count = Math.Min(PredictedAtOnce, windows.Count - start);
            room = windows.Load([.. Enumerable.Range(start, count)], room?.Count == count ? room : null);
            if (IsSampled)
            {
                foreach (var window in PathSampler.Sample(this, windows, room, start, count)) yield return window;
                continue;
            }

            var output = Model.Predict(new MaskedTensor(room.Input, room.Mask), PredictedAtOnce);
            for (var window = 0; window < count; window++)
            {
                for (var target = 0; target < Options.Targets.Count; target++)
                    yield return Read(reader, windows, output.Values[(window * (output.Length / count))..], start + window, window, target);
            }
        }
    }

    private WindowForecast Read(OutputReader reader, ForecastWindows windows, ReadOnlySpan<float> output, int number, int window, int target)
    {
        var at = windows.Origins[number];
        var series = windows.Series[at.Series];
        var scale = windows.Scales[(window * Options.Targets.Count) + target];
        var values = Restore(reader.Values(output, target));
        var quantiles = new double[Unroll.Forecasting.Forecast.Levels.Count][];
        for (var level = 0; level < quantiles.Length; level++)
            quantiles[level] = Model.Loss.OutputsPerTarget == 1 ? values : Restore(reader.Quantile(output, target, Unroll.Forecasting.Forecast.Levels[level]));
        return new WindowForecast(at, target, series.ScaleOf(target) * scale.Size, values, quantiles);

        double[] Restore(double[] scaled)
        {
            for (var step = 0; step < scaled.Length; step++) scaled[step] = scale.Restore(scaled[step]);
            series.RestoreLevels(target, at.Origin, scaled);
            return scaled;
        }
    }
}

/// <summary>What a forecaster learnt beside the model's weights.</summary>
/// <param name="Scales">By series, of each of its columns.</param>
/// <param name="Offsets">By target, step and level, by how much quantiles are moved; null: not known.</param>
internal sealed record ForecasterState(Dictionary<string, ColumnScale[]> Scales, double[][][]? Offsets);
