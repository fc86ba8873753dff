using Unroll.Data.Text;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>Tells what comes next in a text: the next word, character or part of a word.</summary>
/// <param name="train">The text to learn: a file beside the recipe, in the data folder or in the working folder.</param>
public sealed class LanguageModelTask(string train) : RecipeTask
{
    /// <summary>The text to learn.</summary>
    public string Train { get; } = train;

    /// <summary>The text that validates; null: the end of the text to learn.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>The text to judge by; null: the end of the text to learn.</summary>
    public string? TestFile { get; init; }

    /// <summary>The share at the end of the text, before the test, that validates where no file does, in [0, 1). Default: 0.05.</summary>
    public double Validation { get; init; } = 0.05;

    /// <summary>The share at the end of the text that judges where no file does; 0: what validates judges, too. Default: 0.05.</summary>
    public double Test { get; init; } = 0.05;

    /// <summary>Cuts the text. Default: characters.</summary>
    public Tokenizer Tokenizer { get; init; } = new CharacterTokenizer();

    /// <summary>Which tokens have ids of their own. Default: all of the text to learn.</summary>
    public VocabularyOptions Vocabulary { get; init; } = new();

    /// <summary>Lines of each file that are used, the first ones; 0: all. Default: 0.</summary>
    public int Rows { get; init; }

    /// <summary>Steps of a window, through which gradients go back, at least 1. Default: 35.</summary>
    public int Steps { get; init; } = 35;

    /// <summary>Columns that a text is laid out in when it is judged; fewer cost time, more cost context. Default: 16.</summary>
    public int Columns { get; init; } = 16;

    internal override Shape InputShapeFor(Sequential model) => [Steps];

    internal override PreparedTask Prepare(TaskContext context)
    {
        var faults = new List<string>();
        if (Validation is not (>= 0 and < 1)) faults.Add($"validation must be in [0, 1), but is {Validation}");
        if (Test is not (>= 0 and < 1)) faults.Add($"test must be in [0, 1), but is {Test}");
        if (Validation + Test >= 1) faults.Add($"validation and test must leave something to learn, but are {Validation} and {Test}");
        if (Steps < 1) faults.Add($"steps must be at least 1, but is {Steps}");
        if (Rows < 0) faults.Add($"rows must be 0 (all) or more, but is {Rows}");
        if (Columns < 1) faults.Add($"columns must be at least 1, but is {Columns}");
        if (context.ValidationSplit > 0) faults.Add("training.validationSplit does not fit a continuous text; use validation or validationFile");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.", "task");
        return new PreparedLanguageModel(this, context);
    }

    internal override Predictor Resume(Model model, string learnt) => throw new OptionException(
        "A language model takes no table. Use `unroll generate` or `unroll suggest`.", "task");

    internal override TextEncoder EncoderOf(string learnt) => TextRegistry.Read(learnt);
}
