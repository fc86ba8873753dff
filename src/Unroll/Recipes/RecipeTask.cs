using System.Text.Json.Serialization;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Evaluation;
using Unroll.Forecasting;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>
/// What a recipe is about: which data it reads, how it makes samples of them, and how the result is judged and used.
/// </summary>
[JsonConverter(typeof(TaskConverter))]
public abstract class RecipeTask
{
    private protected RecipeTask()
    {
    }

    /// <summary>The shape of one input sample, known without reading any data.</summary>
    /// <param name="model">The model that is to take it.</param>
    internal abstract Shape InputShapeFor(Sequential model);

    /// <summary>Reads the data and makes samples of them.</summary>
    internal abstract PreparedTask Prepare(TaskContext context);

    /// <summary>Takes up a task as a model file carries it, to use the model on new input.</summary>
    /// <param name="learnt">What <see cref="PreparedTask.Learnt"/> held.</param>
    internal abstract Predictor Resume(Model model, string learnt);

    /// <summary>From text to the ids that the model takes; null where it takes no texts.</summary>
    /// <param name="learnt">What <see cref="PreparedTask.Learnt"/> held.</param>
    internal virtual TextEncoder? EncoderOf(string learnt) => null;
}

/// <summary>Where a task finds its data, and what it must know of the training.</summary>
/// <param name="Files">Finds a file that a recipe names.</param>
/// <param name="DataFolder">The folder given with <c>--data</c>, or null.</param>
/// <param name="ValidationSplit">Share of the training samples that only validates, where the task has no rows of its own for it.</param>
/// <param name="Model">The model, built and compiled.</param>
internal sealed record TaskContext(FileFinder Files, string? DataFolder, double ValidationSplit, Sequential Model);

/// <summary>A task with its data.</summary>
internal abstract class PreparedTask
{
    /// <summary>The samples to train with; where there are none to validate with, a share of them may validate.</summary>
    public abstract Dataset Training { get; }

    /// <summary>The samples to validate with; null: those that the training options split off.</summary>
    public virtual Dataset? Validation => null;

    /// <summary>The samples to judge with.</summary>
    public abstract Dataset Test { get; }

    /// <summary>Is told before a training that the first weights are drawn, to put better ones in their place.</summary>
    public virtual void Begin(Model model)
    {
    }

    /// <summary>Follow a training before the callbacks of its recipe do, so that those may watch figures that these add.</summary>
    public virtual IEnumerable<Callback> Callbacks => [];

    /// <summary>Hears how far the judging has come; null: nobody.</summary>
    public IProgress<JudgingProgress>? Progress { get; set; }

    /// <summary>What must be kept with the model to use it on new input: scales, vocabulary …, as JSON.</summary>
    public abstract string Learnt { get; }

    /// <summary>Adds to a report what this kind of task is judged by.</summary>
    public abstract RunReport Judge(Model model, RunReport report);

    /// <summary>Adds to a report what a classifier is judged by, beside the most frequent class of the training.</summary>
    private protected static RunReport JudgeClasses(
        RunReport report, int[] predicted, IReadOnlyList<int> truth, IReadOnlyList<int> training, IReadOnlyList<string> classes)
    {
        int[] labels = [.. truth];
        var majority = MajorityBaseline.Fit([.. training], classes.Count);
        return report with
        {
            Confusion = ConfusionMatrix.From(predicted, labels, classes),
            Baselines = new Dictionary<string, IReadOnlyDictionary<string, double>>
            {
                [majority.Name] = new Dictionary<string, double> { ["loss"] = majority.LogLoss(labels), ["accuracy"] = majority.Accuracy(labels) },
            },
        };
    }

    /// <summary>The inputs of all samples side by side.</summary>
    internal static Tensor All(Dataset samples) => samples.Load([.. Enumerable.Range(0, samples.Count)]).Input;
}

/// <summary>A trained model with what it needs to take raw input.</summary>
internal abstract class Predictor
{
    /// <summary>Reads raw input and writes what the model says to it, as CSV.</summary>
    /// <param name="file">The file's name, for errors.</param>
    /// <param name="text">Its content.</param>
    public abstract string Predict(string file, string text);

    /// <summary>Reads raw input as the samples that the model sees.</summary>
    /// <param name="file">The file's name, for errors.</param>
    /// <param name="text">Its content.</param>
    public abstract ModelInput Read(string file, string text);

    /// <summary>Samples that were made before, with words for their steps.</summary>
    public virtual ModelInput Labelled(Tensor x) => ModelInput.Numbered(x);
}

/// <summary>Finds the files that recipes name.</summary>
internal abstract class FileFinder
{
    /// <summary>The path or resource of a file and its content; throws a <see cref="DataException"/> that says where it looked.</summary>
    /// <param name="name">The file.</param>
    /// <param name="encoding">How its text is encoded; null: told from its bytes.</param>
    public abstract (string Name, string Text) Read(string name, string? encoding = null);

    /// <summary>The path of a file, packed or not; throws a <see cref="DataException"/> that says where it looked.</summary>
    /// <param name="name">The file.</param>
    public abstract string PathOf(string name);

    /// <summary>The lines of a text file, as often as they are asked for; throws a <see cref="DataException"/> that says where it looked.</summary>
    /// <param name="name">The file.</param>
    /// <param name="keepBreaks">Whether lines come with the line break that ends them.</param>
    public abstract IEnumerable<string> Lines(string name, bool keepBreaks);

    /// <summary>The path of a file and its bytes, unpacked; throws a <see cref="DataException"/> that says where it looked.</summary>
    /// <param name="name">The file.</param>
    public abstract (string Name, ReadOnlyMemory<byte> Bytes) ReadBytes(string name);
}
