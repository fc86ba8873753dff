using Unroll.Evaluation;
using Unroll.Evaluation.Text;
using Unroll.Forecasting;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>All there is to tell of a finished run: what the terminal, <c>report.html</c> and <c>--json</c> show.</summary>
public sealed record RunReport
{
    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>What the recipe does, in a sentence or two.</summary>
    public string Description { get; init; } = "";

    /// <summary>The seed that the run's every draw came from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Threads that worked together; does not change results.</summary>
    public required int Threads { get; init; }

    /// <summary>Number of values in all weights.</summary>
    public required int Parameters { get; init; }

    /// <summary>Duration of training, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The model as a table.</summary>
    public required string Summary { get; init; }

    /// <summary>What happened, epoch by epoch.</summary>
    public required History History { get; init; }

    /// <summary>Figures by part ("train", "validation", "test") and name ("loss", "accuracy", "rmse" …).</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; }

    /// <summary>The same figures of simple methods on the same test part, by method and name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Baselines { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, double>>();

    /// <summary>Of a classifier, predicted against true classes of the test part.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>Of a classifier of texts, whether it or a bag of words is right more often on the test part.</summary>
    public McNemarTest? AgainstWords { get; init; }

    /// <summary>Of a tagger that marks spans, how many of each type it found in the test part.</summary>
    public SpanScore? Spans { get; init; }

    /// <summary>Of a classifier of texts, some texts of the test part with what each of their words had to do with the answer.</summary>
    public IReadOnlyList<ExplainedText> Explanations { get; init; } = [];

    /// <summary>Of a translator, the first texts of the test part as they came out.</summary>
    public IReadOnlyList<TranslatedText> Translations { get; init; } = [];

    /// <summary>Of a forecast, predictions beside the truth, one entry for each part.</summary>
    public IReadOnlyList<PredictedSeries> Series { get; init; } = [];

    /// <summary>Of a forecast of several steps, the errors of the model and of the best baseline by step ahead.</summary>
    public IReadOnlyList<MethodErrors> ErrorsByStep { get; init; } = [];

    /// <summary>Of a forecast, one sentence on whether it beats the best baseline; null: none was drawn.</summary>
    public string? Verdict { get; init; }

    /// <summary>Sentences worth reading beside the figures.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Versions of what the run depended on: Unroll, .NET, operating system, processor.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }
}

/// <summary>Predictions beside the truth, along time.</summary>
/// <param name="Name">What it is: "train" or "test".</param>
/// <param name="Quantity">What is predicted, with its unit.</param>
/// <param name="Labels">One label for each point: a date, or the row's number.</param>
/// <param name="Truth">What was.</param>
/// <param name="Predicted">What the model said.</param>
public sealed record PredictedSeries(
    string Name, string Quantity, IReadOnlyList<string> Labels, IReadOnlyList<double> Truth, IReadOnlyList<double> Predicted)
{
    /// <summary>The lower end of an interval that holds the truth with a probability of .8; null: not known.</summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>Its upper end.</summary>
    public IReadOnlyList<double>? Upper { get; init; }
}

/// <summary>A text of the test part with what was made of it.</summary>
/// <param name="Source">The text.</param>
/// <param name="Reference">What it should become.</param>
/// <param name="Made">What it became.</param>
public sealed record TranslatedText(string Source, string Reference, Translation Made);
