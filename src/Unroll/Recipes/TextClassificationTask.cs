using System.Text.Json;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Tells the class of a text: from files of labelled texts, or from a data set that is coded already.</summary>
public sealed class TextClassificationTask : RecipeTask
{
    /// <summary>A data set in Keras's coding of words, instead of files: "imdb"; null: files. Default: null.</summary>
    public string? Set { get; init; }

    /// <summary>How many ids a coded set has: the most frequent words and the special ones, at least 4. Default: 10,000.</summary>
    public int NumWords { get; init; } = 10_000;

    /// <summary>The file of labelled texts to train with; null with a <see cref="Set"/>.</summary>
    public string? Train { get; init; }

    /// <summary>The file of labelled texts that validates; null: a share of the training texts, as the training says. Default: null.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>The file of labelled texts to judge by; null: a share of the training texts. Default: null.</summary>
    public string? TestFile { get; init; }

    /// <summary>Share of the texts, drawn at random, that judges where no file does, in (0, 1). Default: 0.2.</summary>
    public double Test { get; init; } = 0.2;

    /// <summary>Texts of each file that are used, the first ones; 0: all. Default: 0.</summary>
    public int Rows { get; init; }

    /// <summary>How texts are cut into tokens. Default: words. Ignored with a <see cref="Set"/>.</summary>
    public Tokenizer Tokenizer { get; init; } = new WordTokenizer();

    /// <summary>Which tokens have an id. Default: those that occur twice, 20,000 ids at most. Ignored with a <see cref="Set"/>.</summary>
    public VocabularyOptions Vocabulary { get; init; } = new() { Size = 20_000, MinFrequency = 2 };

    /// <summary>Tokens that the model sees, at least 1. Ignored with <see cref="Sentences"/>. Default: 20.</summary>
    public int Length { get; init; } = 20;

    /// <summary>Where short texts are filled up. Default: in front.</summary>
    public SequenceEnd Padding { get; init; } = SequenceEnd.Front;

    /// <summary>Where long texts are cut. Default: in front, so that the last words are kept.</summary>
    public SequenceEnd Truncation { get; init; } = SequenceEnd.Front;

    /// <summary>
    /// Whether texts of like length share a batch, filled up to the longest of them and masked; else all are filled up to
    /// <see cref="Length"/>. Default: false.
    /// </summary>
    public bool Bucketed { get; init; }

    /// <summary>How texts are cut into sentences, for models that read [sentences, tokens]; null: they are read as a whole.</summary>
    public SentenceOptions? Sentences { get; init; }

    /// <summary>A file of word vectors that embeddings start from (<see cref="WordVectors.Load"/>); null: none. Default: null.</summary>
    public string? VectorsFile { get; init; }

    /// <summary>
    /// How often <see cref="Word2Vec"/> reads the training texts, without their classes, to make the vectors that embeddings start
    /// from; 0: it does not. Default: 0.
    /// </summary>
    public int VectorEpochs { get; init; }

    internal override Shape InputShapeFor(Sequential model)
    {
        Check();
        return Form(new TextInput(_ => ([], []), 0)).Shape;
    }

    internal override PreparedTask Prepare(TaskContext context) =>
        Set is null ? PreparedTexts.Read(this, context) : PreparedTexts.ReadCoded(this, context.DataFolder);

    internal override Predictor Resume(Model model, string learnt)
    {
        if (Set is not null) return new TextPredictor(PreparedTexts.Coded(this, model, JsonSerializer.Deserialize(learnt, ConfigContext.Default.StringArray)!));
        var state = StateOf(learnt);
        return new TextPredictor(new TextClassifier(model, Form(new TextInput(EncoderOf(state))), state.Classes) { Shares = state.Shares });
    }

    internal override TextEncoder? EncoderOf(string learnt) => Set is null ? EncoderOf(StateOf(learnt)) : null;

    /// <summary>An input with the lengths of this task.</summary>
    internal TextInput Form(TextInput input) => input.With(Length, Padding, Truncation, Bucketed, Sentences);

    private static TextClassifierState StateOf(string learnt) => JsonSerializer.Deserialize(learnt, ConfigContext.Default.TextClassifierState)!;

    private static TextEncoder EncoderOf(TextClassifierState state) => new(state.Encoder.Tokenizer, new Vocabulary(state.Encoder.Tokens));

    private void Check()
    {
        var faults = new List<string>();
        if (Set is not (null or "imdb")) faults.Add($"there is no coded text set '{Set}'; there is imdb");
        if (Set is null == Train is null) faults.Add("give either train, a file of labelled texts, or set");
        if (VectorEpochs < 0) faults.Add($"vectorEpochs must be 0 (none) or more, but is {VectorEpochs}");
        if ((VectorsFile is not null || VectorEpochs > 0) && Set is not null) faults.Add("vectors are for texts in files, not for a coded set");
        if (VectorsFile is not null && VectorEpochs > 0) faults.Add("give vectorsFile or vectorEpochs, not both");
        if (Length < 1) faults.Add($"length must be at least 1, but is {Length}");
        if (Rows < 0) faults.Add($"rows must be 0 (all) or more, but is {Rows}");
        if (Test is not (> 0 and < 1)) faults.Add($"test must be between 0 and 1, but is {Test}");
        if (Sentences is { } sentences && (sentences.Most < 1 || sentences.Length < 1))
            faults.Add($"sentences need most and length of at least 1, but have {sentences.Most} and {sentences.Length}");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.");
    }
}

/// <summary>What is kept with a model that classifies texts.</summary>
/// <param name="Encoder">From text to ids.</param>
/// <param name="Classes">The names of the classes.</param>
/// <param name="Shares">How frequent each is.</param>
internal sealed record TextClassifierState(TextEncoderParameters Encoder, string[] Classes, double[] Shares);
