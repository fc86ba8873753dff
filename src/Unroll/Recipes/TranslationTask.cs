using System.Text.Json;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Pairs that are drawn instead of read; see <see cref="Data.Sets.DrawnPairs"/>.</summary>
public enum PairProblem
{
    /// <summary>Sums of numbers of up to three digits.</summary>
    Sums,

    /// <summary>Dates as people write them, and as machines do.</summary>
    Dates,
}

/// <summary>Makes texts of texts: translates, summarises, answers, reckons.</summary>
public sealed class TranslationTask : RecipeTask
{
    /// <summary>The pairs to learn: one file of two columns, or the file of the sources; null with <see cref="Drawn"/>.</summary>
    public string? Train { get; init; }

    /// <summary>The file of the targets, line by line; null where <see cref="Train"/> holds both.</summary>
    public string? TrainTarget { get; init; }

    /// <summary>The pairs that validate; null: a share of those to learn.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>Their targets, where they stand in a file of their own.</summary>
    public string? ValidationTarget { get; init; }

    /// <summary>The pairs to judge by; null: a share of those to learn.</summary>
    public string? TestFile { get; init; }

    /// <summary>Their targets, where they stand in a file of their own.</summary>
    public string? TestTarget { get; init; }

    /// <summary>The column of sources in files that hold both, by name or number from 1; null: the first. Default: null.</summary>
    public string? SourceColumn { get; init; }

    /// <summary>The column of targets, by name or number from 1; null: the other one. Default: null.</summary>
    public string? TargetColumn { get; init; }

    /// <summary>
    /// Whether files hold several captions of each picture (<see cref="Data.Text.CaptionFile"/>), and the shortest is to be made of the others,
    /// a task of summarising. Default: false.
    /// </summary>
    public bool Captions { get; init; }

    /// <summary>Pairs that are drawn instead of read; null: they are read. Default: null.</summary>
    public PairProblem? Drawn { get; init; }

    /// <summary>How many pairs are drawn to learn, validate and judge, at least 10. Ignored for files. Default: 50,000.</summary>
    public int Samples { get; init; } = 50_000;

    /// <summary>Share of the pairs that validates where no file does, in (0, 1); pairs with a text in common stay together. Default: 0.05.</summary>
    public double Validation { get; init; } = 0.05;

    /// <summary>Share of the pairs that judges where no file does, in (0, 1). Default: 0.1.</summary>
    public double Test { get; init; } = 0.1;

    /// <summary>Pairs of each file that are used, the first ones; 0: all. Default: 0.</summary>
    public int Rows { get; init; }

    /// <summary>Cuts sources. Default: words and punctuation.</summary>
    public Tokenizer SourceTokenizer { get; init; } = new WordTokenizer { Punctuation = true };

    /// <summary>Cuts targets. Default: words and punctuation.</summary>
    public Tokenizer TargetTokenizer { get; init; } = new WordTokenizer { Punctuation = true };

    /// <summary>Which tokens of sources have ids. Default: those that occur twice, as many as the model has ids.</summary>
    public VocabularyOptions SourceVocabulary { get; init; } = new() { MinFrequency = 2 };

    /// <summary>Which tokens of targets have ids. Default: those that occur twice, as many as the model has ids.</summary>
    public VocabularyOptions TargetVocabulary { get; init; } = new() { MinFrequency = 2 };

    /// <summary>Whether both sides share the tokenizer and the vocabulary of sources, learnt from both. Default: false.</summary>
    public bool SharedVocabulary { get; init; }

    /// <summary>Tokens of a source that the model sees, at least 1; longer ones are cut. Default: 100.</summary>
    public int Length { get; init; } = 100;

    /// <summary>Tokens of a target in training, its end included, at least 2; longer ones are cut. Default: 100.</summary>
    public int TargetLength { get; init; } = 100;

    /// <summary>The most tokens of a batch, padding included (<see cref="BucketOptions.BatchTokens"/>); null: batches of pairs. Default: null.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>Hypotheses that are followed at a time when the test part is translated, at least 1. Default: 5.</summary>
    public int Beams { get; init; } = 5;

    /// <summary>How much long targets are favoured then (<see cref="SearchOptions.LengthPenalty"/>). Default: 0.6.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>
    /// Pairs of the validation part, the first ones, that are translated after each epoch by greedy search, to follow <c>val_bleu</c> and to
    /// stop by it; 0: none. Default: 0.
    /// </summary>
    public int TranslatedSamples { get; init; }

    internal SearchOptions Search => new() { Beams = Beams, LengthPenalty = LengthPenalty };

    internal override Shape InputShapeFor(Sequential model)
    {
        Check();
        return [Length];
    }

    internal override PreparedTask Prepare(TaskContext context) => new PreparedTranslation(this, context);

    internal override Predictor Resume(Model model, string learnt) => new TranslationPredictor(TranslatorOf((Sequential)model, learnt));

    /// <summary>The trained model with its vocabularies.</summary>
    internal static Translator TranslatorOf(Sequential model, string learnt)
    {
        var state = JsonSerializer.Deserialize(learnt, ConfigContext.Default.TranslationState)!;
        return new Translator(model, EncoderOf(state.Source), EncoderOf(state.Target ?? state.Source)) { MaxSourceLength = state.Length };
    }

    private static TextEncoder EncoderOf(TextEncoderParameters parameters) => new(parameters.Tokenizer, new Vocabulary(parameters.Tokens));

    private void Check()
    {
        var faults = new List<string>();
        if (Train is null == Drawn is null) faults.Add("give either train, a file of pairs, or drawn");
        if (Train is null && (TrainTarget ?? ValidationFile ?? TestFile) is not null) faults.Add("pairs that are drawn take no files");
        if (Captions && (Train is null || (TrainTarget ?? SourceColumn ?? TargetColumn) is not null))
            faults.Add("captions needs train, a file of captions, which has neither targets nor columns to choose");
        if (ValidationFile is null && ValidationTarget is not null) faults.Add("validationTarget needs validationFile, the file of its sources");
        if (TestFile is null && TestTarget is not null) faults.Add("testTarget needs testFile, the file of its sources");
        if (Samples < 10) faults.Add($"samples must be at least 10, but is {Samples}");
        if (Validation is not (> 0 and < 1) || Test is not (> 0 and < 1) || Validation + Test >= 1)
            faults.Add($"validation and test must be above 0 and leave something to learn, but are {Validation} and {Test}");
        if (Rows < 0) faults.Add($"rows must be 0 (all) or more, but is {Rows}");
        if (Length < 1) faults.Add($"length must be at least 1, but is {Length}");
        if (TargetLength < 2) faults.Add($"targetLength must be at least 2, but is {TargetLength}");
        if (BatchTokens < 1) faults.Add($"batchTokens must be at least 1, but is {BatchTokens}");
        if (TranslatedSamples < 0) faults.Add($"translatedSamples must be 0 (none) or more, but is {TranslatedSamples}");
        if (Beams < 1) faults.Add($"beams must be at least 1, but is {Beams}");
        if (LengthPenalty is not (>= 0 and < double.PositiveInfinity)) faults.Add($"lengthPenalty must be 0 or more, but is {LengthPenalty}");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.", "task");
    }
}

/// <summary>What is kept with a model that makes texts of texts.</summary>
/// <param name="Source">From text to the ids that are read.</param>
/// <param name="Target">From the ids that are written to text; null: as of sources.</param>
/// <param name="Length">Tokens of a source that are read.</param>
internal sealed record TranslationState(TextEncoderParameters Source, TextEncoderParameters? Target, int Length);
