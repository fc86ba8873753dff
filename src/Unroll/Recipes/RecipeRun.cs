using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Unroll.Data.Text;
using Unroll.Forecasting;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>A recipe being run: data, training, judgement. What is shown and written is others' business.</summary>
internal sealed class RecipeRun
{
    private const string TaskKey = "unroll.task";
    private const string LearntKey = "unroll.learnt";
    private const string RecipeKey = "unroll.recipe";

    private readonly Recipe recipe;
    private readonly PreparedTask task;

    private readonly TrainingPosition start;
    private TrainingPosition position;

    /// <summary>Builds the recipe's model, checks the options, and reads the data: all that can be wrong is found here.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="files">Finds its data.</param>
    /// <param name="dataFolder">The folder given with <c>--data</c>, or null.</param>
    /// <param name="resumed">A model that an earlier run of the recipe left, to go on with; null: begin anew.</param>
    public RecipeRun(Recipe recipe, FileFinder files, string? dataFolder, LoadedModel? resumed = null)
    {
        this.recipe = recipe;
        Model = resumed is null ? recipe.NewModel() : Resumed(recipe, resumed);
        start = resumed?.Position ?? default;
        Model.Build(recipe.Task.InputShapeFor(Model), recipe.Seed);
        if (resumed is null) Model.Compile(recipe.Training.Optimizer, recipe.Training.Loss, recipe.Training.Metrics);
        Options([], default).Validate();
        task = recipe.Task.Prepare(new TaskContext(files, dataFolder, recipe.Training.ValidationSplit, Model));
    }

    /// <summary>The model.</summary>
    public Sequential Model { get; private set; }

    /// <summary>Hears how far the judging has come; null: nobody.</summary>
    public IProgress<JudgingProgress>? Progress
    {
        get => task.Progress;
        init => task.Progress = value;
    }

    /// <summary>Trains and judges.</summary>
    /// <param name="callbacks">Follow the training, after the recipe's own.</param>
    /// <param name="cancellation">Ends the training; what was learnt is judged all the same.</param>
    public RunReport Train(IEnumerable<Callback> callbacks, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var options = Options(callbacks, cancellation) with { InitialEpoch = start.Epochs, InitialStep = start.Steps };
        if (start == default) task.Begin(Model);
        var history = Model.Fit(task.Training, options);
        position = history.Position;
        var seconds = clock.Elapsed.TotalSeconds;
        var (fitted, validation) = Unroll.Model.Split(task.Training, options);
        var metrics = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["train"] = Model.Evaluate(fitted) };
        if (validation is not null) metrics["validation"] = Model.Evaluate(validation);
        return Judge(Model, metrics, history, seconds);
    }

    /// <summary>
    /// Trains a new model on all rows for as many epochs as did best on part of them, and forecasts what follows the last row. From
    /// here on it is this model that is saved.
    /// </summary>
    /// <param name="epochs">How many epochs.</param>
    /// <param name="callbacks">Follow the training.</param>
    /// <param name="cancellation">Ends the training; what was learnt is used all the same.</param>
    public IReadOnlyList<Forecast> ForecastOn(int epochs, IEnumerable<Callback> callbacks, CancellationToken cancellation)
    {
        if (task is not PreparedForecast forecast) throw new InvalidOperationException($"The recipe '{recipe.Name}' does not forecast.");
        var again = Recipe.Parse(recipe.ToJson(), recipe.Name); // the recipe's own optimizer is used up
        Model = again.NewModel();
        Model.Compile(again.Training.Optimizer, again.Training.Loss);
        return forecast.ForecastOn(Model, Options([], cancellation) with
        {
            Epochs = epochs,
            ValidationSplit = 0,
            ValidationData = null,
            Callbacks = [.. again.Training.Callbacks().Where(callback => callback is not (EarlyStopping or ReduceOnPlateau)), .. callbacks],
        });
    }

    /// <summary>Judges a model that was trained before.</summary>
    public RunReport Evaluate(Sequential model) =>
        Judge(model, new Dictionary<string, IReadOnlyDictionary<string, double>>(), new History(), 0);

    /// <summary>The first samples of the test part.</summary>
    /// <param name="count">How many at most.</param>
    public Tensor TestInput(int count) => task.Test.Load([.. Enumerable.Range(0, Math.Min(count, task.Test.Count))]).Input;

    /// <summary>Writes the model with all that is needed to use it, and to train it further.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reached">How far its training has come; null: to the end of the last one.</param>
    public void Save(string path, TrainingPosition? reached = null) => Model.Save(path, new SaveOptions
    {
        WithOptimizer = true,
        Position = reached ?? position,
        Texts = new Dictionary<string, string>
        {
            [RecipeKey] = recipe.Json.ToJsonString(),
            [TaskKey] = RecipeRegistry.Tasks.Write(recipe.Task).ToJsonString(),
            [LearntKey] = task.Learnt,
        },
    });

    /// <summary>The recipe that a model file carries.</summary>
    public static Recipe RecipeOf(LoadedModel loaded, string path) => loaded.Texts.TryGetValue(RecipeKey, out var text)
        ? Recipe.Parse(text, path)
        : throw new ModelFileException(
            path, "it holds a model, but not the recipe it was trained by. Give a model that `unroll train` wrote.");

    /// <summary>A model file, ready for raw input.</summary>
    public static Predictor PredictorOf(LoadedModel loaded, string path) =>
        RecipeOf(loaded, path).Task.Resume(loaded.Model, loaded.Texts[LearntKey]);

    /// <summary>From text to the ids that a model takes; null for one that takes no texts.</summary>
    public static TextEncoder? EncoderOf(LoadedModel loaded, string path) => RecipeOf(loaded, path).Task.EncoderOf(loaded.Texts[LearntKey]);

    /// <summary>A model file that continues texts, with its vocabulary.</summary>
    public static LanguageModel LanguageModelOf(LoadedModel loaded, string path) => RecipeOf(loaded, path).Task is LanguageModelTask
        ? new LanguageModel(loaded.Model, TextRegistry.Read(loaded.Texts[LearntKey]))
        : throw new OptionException(
            "This model does not continue texts. Give one that `unroll train` made of a recipe with the task languageModel, such as next-letter.", "model");

    /// <summary>The model to go on with, if it is one of the recipe and not at its end.</summary>
    private static Sequential Resumed(Recipe recipe, LoadedModel resumed)
    {
        if (!resumed.Texts.TryGetValue(RecipeKey, out var text) || Recipe.Parse(text, "the model").Json is not { } before)
            throw new OptionException("The model to resume holds no recipe. Give the folder of a run that `unroll train` wrote.", "resume");
        foreach (var part in (string[])["task", "model", "seed"])
        {
            if (!JsonNode.DeepEquals(before[part], recipe.Json[part]))
            {
                throw new OptionException(
                    $"The run to resume has another {part} than the recipe '{recipe.Name}'. Give the recipe of that run, its recipe.json.", "resume");
            }
        }

        if (resumed.Position.Epochs >= recipe.Training.Epochs)
        {
            throw new OptionException(
                $"The run to resume has finished {resumed.Position.Epochs} of {recipe.Training.Epochs} epochs. Give more with --epochs.", "resume");
        }

        return resumed.Model;
    }

    private FitOptions Options(IEnumerable<Callback> callbacks, CancellationToken cancellation) => new()
    {
        Epochs = recipe.Training.Epochs,
        BatchSize = recipe.Training.BatchSize,
        ValidationSplit = recipe.Training.ValidationSplit,
        ValidationData = task?.Validation,
        Shuffle = recipe.Training.Shuffle,
        AccumulateSteps = recipe.Training.AccumulateSteps,
        CheckNumbers = recipe.Training.CheckNumbers,
        Seed = recipe.Seed,
        Callbacks = [.. task?.Callbacks ?? [], .. recipe.Training.Callbacks(), .. callbacks],
        Cancellation = cancellation,
    };

    private RunReport Judge(
        Sequential model, Dictionary<string, IReadOnlyDictionary<string, double>> metrics, History history, double seconds)
    {
        metrics["test"] = model.Evaluate(task.Test);
        return task.Judge(model, new RunReport
        {
            Recipe = recipe.Name,
            Description = recipe.Description,
            Seed = recipe.Seed,
            Threads = Compute.Threads,
            Parameters = model.ParameterCount,
            Seconds = seconds,
            Summary = model.Summary(),
            History = history,
            Metrics = metrics,
            Versions = Versions(),
        });
    }

    private static Dictionary<string, string> Versions() => new()
    {
        ["Unroll"] = typeof(Model).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?",
        [".NET"] = Environment.Version.ToString(),
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["vectors"] = $"{Compute.VectorBits} bits",
    };
}
