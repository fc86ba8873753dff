using System.Text.Json.Nodes;
using Unroll.Data;
using Unroll.Forecasting;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>The kinds of network that a forecast without a recipe may use.</summary>
internal enum ForecastModel
{
    /// <summary>The one that does best on the rows that validate.</summary>
    Auto,

    /// <summary>A GRU and a linear model side by side, added.</summary>
    Gru,

    /// <summary>An LSTM and a linear model side by side, added.</summary>
    Lstm,

    /// <summary>A simple RNN and a linear model side by side, added.</summary>
    Rnn,

    /// <summary>A GRU that reads the past and one that writes the future.</summary>
    EncoderDecoder,

    /// <summary>A GRU that is fed its own draws; its intervals are those of many paths.</summary>
    DeepAr,

    /// <summary>Convolution, GRU, skipping GRU and linear model.</summary>
    LstNet,
}

/// <summary>What is to be forecast, as a user says it; null: to be found out.</summary>
/// <param name="File">The file.</param>
/// <param name="Targets">The columns to forecast.</param>
internal sealed record ForecastRequest(string File, IReadOnlyList<string> Targets)
{
    public IReadOnlyList<string> Covariates { get; init; } = [];

    public int? Horizon { get; init; }

    public int? Lookback { get; init; }

    public int? Season { get; init; }

    public int? Epochs { get; init; }

    public ulong Seed { get; init; }

    public ForecastModel Model { get; init; }

    public MissingValues? Missing { get; init; }

    public SeriesOptions Series { get; init; } = new();

    /// <summary>Changes of the recipe that is made, each <c>path=value</c>; those below task.series count when the file is read, too.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Reads the file with all columns that are asked for.</summary>
    public SeriesFrame Read()
    {
        var columns = Targets.Concat(Covariates).ToArray();
        const string Reading = "task.series.";
        string[] changes = [.. Changes.Where(change => change.StartsWith(Reading, StringComparison.Ordinal))];
        if (changes.Length == 0) return SeriesFrame.Read(File, Series with { Columns = columns });
        var recipe = Recipe.Parse(
            ForecastPlan.Json(this, new ForecastTask(File, new ForecastOptions { Targets = Targets }) { Series = Series }, new(), [new Dense(1)]),
            File, changes);
        return SeriesFrame.Read(File, ((ForecastTask)recipe.Task).Series with { Columns = columns });
    }
}

/// <summary>Chooses window, scales and network for series that nobody has written a recipe for, and writes that recipe.</summary>
/// <remarks>
/// Nothing is tuned to a file: sizes follow from the number of rows, the season and the horizon, so that training takes a bounded
/// number of operations.
/// </remarks>
internal static class ForecastPlan
{
    private const double TestShare = 0.2;
    private const double ValidationShare = 0.15;
    private const int LongestLookback = 336;
    private const int ShortestLookback = 24;
    private const int FewWindows = 1500;
    private const int MostWindows = 6000;
    private const double MostOperations = 7e11;
    private const int MostEpochs = 150;
    private const int FewestEpochs = 8;
    private const int BatchSize = 64;

    /// <summary>The recipes worth trying, the likeliest first; the model that a user asked for has one.</summary>
    /// <param name="request">What is to be forecast.</param>
    /// <param name="frame">The series, with all columns of the request.</param>
    public static IReadOnlyList<Recipe> Recipes(ForecastRequest request, SeriesFrame frame)
    {
        var traits = SeriesTraits.Of(frame, request.Targets, 1 - TestShare);
        var season = request.Season ?? traits.Season;
        var horizon = request.Horizon ?? DefaultHorizon(traits.Rows, season);
        var parts = Parts(traits.Rows, horizon);
        var model = request.Model == ForecastModel.Auto ? ForecastModel.Gru : request.Model;
        var first = new Choice(model, season, horizon, traits, parts, [], season > 1 ? WindowScaling.LastSeason : WindowScaling.LastValue);
        if (model == ForecastModel.DeepAr) first = first with { Scaling = WindowScaling.Standard };
        var choices = new List<Choice> { first };
        if (request.Model == ForecastModel.Auto)
        {
            // For series that come back to their level, and for those whose season is best taken out.
            choices.Add(first with { Scaling = WindowScaling.None });
            if (season > 1 && parts.Train >= (4 * season) + horizon) choices.Add(first with { Differences = [season], Scaling = WindowScaling.LastValue });
        }

        return [.. choices.Select(choice => Write(request, frame, choice))];
    }

    /// <summary>What was read, in a line.</summary>
    public static string Describe(SeriesFrame frame)
    {
        var first = frame[0];
        var (shortest, longest) = (frame.Min(series => series.Length), frame.Max(series => series.Length));
        var rows = frame.Count == 1 ? $"{longest} rows" : $"{frame.Count} series of {shortest} to {longest} rows";
        var every = first.Frequency is { } frequency ? $", one every {frequency}" : "";
        var span = first.Times is null ? "" : $", {first.Label(0)} to {first.Label(first.Length - 1)}";
        return $"{rows}{every}{span}.";
    }

    /// <summary>A recipe of this plan, in a line.</summary>
    public static string Describe(Recipe recipe)
    {
        var window = ((ForecastTask)recipe.Task).Window;
        var model = recipe.NewModel();
        model.Build(recipe.Task.InputShapeFor(model));
        var words = new List<string> { $"{model.ParameterCount} weights, {window.Lookback} rows in, {window.Horizon} out" };
        if (window.Season > 1) words.Add($"season {window.Season}");
        if (window.Transform != SeriesTransform.None) words.Add("logarithms");
        words.AddRange(window.Differences.Select(lag => $"changes from {lag} rows before"));
        words.Add(window.WindowScaling switch
        {
            WindowScaling.LastValue => "counted from the last value",
            WindowScaling.LastSeason => "counted from the last season's mean",
            WindowScaling.Standard => "in units of each window",
            _ => "counted from the mean of all rows",
        });
        return string.Join(", ", words) + ".";
    }

    /// <summary>The error on the rows that validate, in the targets' unit.</summary>
    public static double ValidationError(RunReport report) => report.Metrics["validation"]["mae"];

    /// <summary>The epoch that a training is best ended with: the one with the least validation loss, the last without any.</summary>
    public static int BestEpoch(History history) =>
        Math.Max(1, history.Epochs.MinBy(epoch => epoch.Figures.GetValueOrDefault("val_loss", -epoch.Epoch))?.Epoch ?? 1);

    private static int DefaultHorizon(int rows, int season) => Math.Max(1, Math.Min(season > 1 ? season : 12, rows / 10));

    /// <summary>How many rows train, validate and test.</summary>
    private static (int Train, int Validation, int Test) Parts(int rows, int horizon)
    {
        var test = Math.Max(horizon, (int)(rows * TestShare));
        var validation = Math.Max(horizon, (int)(rows * ValidationShare));
        var train = rows - test - validation;
        if (train >= (2 * horizon) + 2) return (train, validation, test);
        var needed = (4 * horizon) + 2;
        throw new DataException(
            $"The series has {rows} known rows, but to forecast {horizon} of them and to know how good that is takes at least {needed}: " +
            "rows to learn from, to choose by and to judge by. Give more rows, or a shorter --horizon.");
    }

    private static Recipe Write(ForecastRequest request, SeriesFrame frame, Choice choice)
    {
        var (horizon, targets) = (choice.Horizon, request.Targets.Count);
        var known = request.Covariates.Where(column => IsKnownAhead(frame, request.Targets, column, horizon)).ToArray();
        var differences = choice.Differences.Sum();
        var most = Math.Max(1, Math.Min(LongestLookback, (choice.Parts.Train - differences - horizon) / 3));
        var usual = 2 * (frame.Frequency?.Season ?? 1);
        var lookback = request.Lookback ?? Math.Min(most, new[] { 2 * choice.Season, 2 * horizon, usual, ShortestLookback }.Max());
        if (choice.Scaling == WindowScaling.LastSeason && choice.Season > lookback) choice = choice with { Scaling = WindowScaling.LastValue };
        var window = new ForecastOptions
        {
            Targets = request.Targets,
            FutureCovariates = known,
            PastCovariates = [.. request.Covariates.Except(known)],
            Calendar = CalendarOf(frame),
            Lookback = lookback,
            Horizon = horizon,
            Season = request.Season ?? choice.Traits.Season,
            Transform = choice.Traits.IsProportional ? SeriesTransform.Log : SeriesTransform.None,
            Differences = choice.Differences,
            WindowScaling = choice.Scaling,
            Missing = request.Missing ?? (choice.Traits.HasGaps ? MissingValues.Interpolate : MissingValues.Refuse),
        };
        var windows = frame.Sum(series => Math.Max(0, (long)(series.Length * (1 - TestShare - ValidationShare)) - lookback - horizon - differences + 1));
        var units = windows < FewWindows ? 16 : 32;
        window = window with { Stride = (int)Math.Max(1, windows / MostWindows) };
        var epochs = request.Epochs ?? Epochs(windows / window.Stride, lookback, units, window.FeatureCount);
        var task = new ForecastTask(Path.GetFullPath(request.File), window)
        {
            Series = request.Series,
            Validation = choice.Parts.Validation,
            Test = choice.Parts.Test,
            TestStride = TestStride(choice.Parts.Test, horizon),
        };
        var training = new TrainingOptions
        {
            Optimizer = new Adam { LearningRate = 0.003f, GlobalClipNorm = 1 },
            Loss = choice.Model == ForecastModel.DeepAr ? Loss.Likelihood(Distribution.StudentT) : Loss.MeanAbsoluteError,
            Epochs = epochs,
            BatchSize = windows < FewWindows ? 16 : BatchSize,
            EarlyStopping = new EarlyStoppingOptions { Patience = Math.Max(5, epochs / 8), RestoreBestWeights = true },
            CosineTo = 0,
        };
        return Recipe.Parse(Json(request, task, training, Layers(choice.Model, window, units)), request.File, request.Changes);
    }

    /// <summary>A recipe as its file.</summary>
    public static string Json(ForecastRequest request, ForecastTask task, TrainingOptions training, IReadOnlyList<Layer> layers)
    {
        var (horizon, lookback) = (task.Window.Horizon, task.Window.Lookback);
        return new JsonObject
        {
            ["name"] = $"{Path.GetFileNameWithoutExtension(request.File)}-forecast",
            ["description"] = $"{string.Join(", ", request.Targets)}, {horizon} row{(horizon == 1 ? "" : "s")} ahead from the last {lookback}.",
            ["seed"] = request.Seed,
            ["task"] = RecipeRegistry.Tasks.Write(task),
            ["model"] = new JsonArray([.. layers.Select(layer => LayerRegistry.Layers.Write(layer))]),
            ["training"] = System.Text.Json.JsonSerializer.SerializeToNode(training, ConfigContext.Default.TrainingOptions),
        }.ToJsonString();
    }

    /// <summary>Origins of the back-test lie a horizon apart, or closer where that leaves few.</summary>
    private static int TestStride(int test, int horizon)
    {
        const int Few = 30;
        return Math.Clamp((test - horizon) / Few, 1, horizon);
    }

    /// <summary>Whether a column goes on, in every series, past the last known target as far as is to be forecast.</summary>
    private static bool IsKnownAhead(SeriesFrame frame, IReadOnlyList<string> targets, string column, int horizon) => frame.All(series =>
    {
        var last = targets.Max(target => series[target].TrimEnd(double.NaN).Length);
        return series.Length >= last + horizon && !series[column].Slice(last, horizon).Contains(double.NaN);
    });

    private static CalendarFeature[] CalendarOf(SeriesFrame frame)
    {
        if (frame.Frequency is not { } frequency || frame[0].Times is not { Count: > 1 } times) return [];
        var years = (times[^1] - times[0]).TotalDays / 365.25;
        return frequency.Unit switch
        {
            TimeUnit.Minute or TimeUnit.Hour => years > 2
                ? [CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek, CalendarFeature.DayOfYear] : [CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek],
            TimeUnit.Day => years > 2 ? [CalendarFeature.DayOfWeek, CalendarFeature.DayOfYear] : [CalendarFeature.DayOfWeek],
            TimeUnit.Week => years > 2 ? [CalendarFeature.WeekOfYear] : [],
            TimeUnit.Month when frequency.Count < 12 => [CalendarFeature.MonthOfYear],
            _ => [],
        };
    }

    /// <summary>As many epochs as a bounded number of operations allows: about three products of state and input a gate and step.</summary>
    private static int Epochs(long windows, int lookback, int units, int features)
    {
        var perEpoch = (double)Math.Max(1, windows) * lookback * units * (units + features) * 3 * 6;
        return (int)Math.Clamp(MostOperations / perEpoch, FewestEpochs, MostEpochs);
    }

    private static IReadOnlyList<Layer> Layers(ForecastModel model, ForecastOptions window, int units)
    {
        var outputs = window.Horizon * window.Targets.Count;
        Layer linear = new Stacked(new Flatten(), new Dense(outputs) { KernelInitializer = Initializer.Zeros });
        return model switch
        {
            ForecastModel.Lstm => [new Branches(Head(new Lstm(units)), linear)],
            ForecastModel.Rnn => [new Branches(Head(new SimpleRnn(units)), linear)],
            ForecastModel.EncoderDecoder =>
            [
                new EncoderDecoder(new Gru(units), new Gru(units) { ReturnSequences = true }, window.Horizon) { KnownFeatures = window.KnownCount },
                new Dense(window.Targets.Count),
            ],
            ForecastModel.DeepAr =>
                [new Autoregressive(new Gru(units) { ReturnSequences = true }, window.Horizon, window.Targets.Count) { Distribution = Distribution.StudentT }],
            ForecastModel.LstNet =>
            [
                new LstNet(
                    filters: units, window: Math.Min(6, window.Lookback), units,
                    skip: window.Season > 1 && (2 * window.Season) + 6 <= window.Lookback ? window.Season : 0,
                    skipUnits: 8, highway: Math.Min(24, window.Lookback), window.Horizon, window.Targets.Count),
            ],
            _ => [new Branches(Head(new Gru(units)), linear)],
        };

        // Nothing is said at first: the model begins as the last value, or the last season, again.
        Stacked Head(Layer recurrent) => new(recurrent, new Dense(outputs) { KernelInitializer = Initializer.Zeros });
    }

    /// <summary>What is decided before the sizes.</summary>
    private sealed record Choice(
        ForecastModel Model, int Season, int Horizon, SeriesTraits Traits, (int Train, int Validation, int Test) Parts, int[] Differences,
        WindowScaling Scaling);
}
