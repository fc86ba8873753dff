using System.Text.Json;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>
/// Tells the tag of each word: parts of speech, chunks, named entities, or what its words are to an utterance, with what the whole is.
/// </summary>
/// <param name="train">The file of tagged sentences to train with.</param>
public sealed class TaggingTask(string train) : RecipeTask
{
    /// <summary>The file of tagged sentences to train with: CoNLL columns, CoNLL-U, or utterances (<see cref="ConllFile"/>).</summary>
    public string Train { get; } = train;

    /// <summary>The file that validates; null: a share of the training sentences, as the training says. Default: null.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>The file to judge by; null: a share of the training sentences. Default: null.</summary>
    public string? TestFile { get; init; }

    /// <summary>Share of the sentences, drawn at random, that judges where no file does, in (0, 1). Default: 0.1.</summary>
    public double Test { get; init; } = 0.1;

    /// <summary>Sentences of each file that are used, the first ones; 0: all. Default: 0.</summary>
    public int Rows { get; init; }

    /// <summary>The column of the words; null: the first, in CoNLL-U "form". Default: null.</summary>
    public string? WordColumn { get; init; }

    /// <summary>The column of the tags; null: the last, in CoNLL-U "upos". Default: null.</summary>
    public string? TagColumn { get; init; }

    /// <summary>Columns that are known of each word, such as its part of speech; what is to be tagged must have them, too. Default: none.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>How the model marks spans; null: as the file does. It is judged as the file is written. Default: null.</summary>
    public TagScheme? Scheme { get; init; }

    /// <summary>Which words have ids of their own. Default: those that occur twice, 20,000 ids at most.</summary>
    public VocabularyOptions Vocabulary { get; init; } = new() { Size = 20_000, MinFrequency = 2 };

    /// <summary>Cuts a word into characters. Default: as a reader counts them.</summary>
    public Tokenizer Spelling { get; init; } = new CharacterTokenizer();

    /// <summary>Which characters have ids of their own. Default: those that occur twice, 200 ids at most.</summary>
    public VocabularyOptions SpellingVocabulary { get; init; } = new() { Size = 200, MinFrequency = 2 };

    /// <summary>Characters of a word that the model sees, its first and last ones, at least 1. Default: 16.</summary>
    public int Characters { get; init; } = 16;

    internal override Shape InputShapeFor(Sequential model)
    {
        Check();
        return [8, 2 + Features.Count + Characters]; // sentences of any length may come
    }

    internal override PreparedTask Prepare(TaskContext context) => PreparedTagging.Read(this, context);

    internal override Predictor Resume(Model model, string learnt)
    {
        var state = JsonSerializer.Deserialize(learnt, ConfigContext.Default.TaggerState)!;
        var spelling = new TextEncoder(state.Spelling.Tokenizer, new Vocabulary(state.Spelling.Tokens));
        var input = new TaggerInput(new Vocabulary(state.Words), spelling, [.. state.Features.Select(values => new Vocabulary(values))])
        { Characters = state.Characters };
        return new TagPredictor(new Tagger(model, input, new TagSet(state.Tags, state.Labels) { Scheme = state.Scheme, Told = state.Told }), this);
    }

    /// <summary>How a file is read.</summary>
    internal ConllOptions Options => new() { WordColumn = WordColumn, TagColumn = TagColumn };

    private void Check()
    {
        var faults = new List<string>();
        if (Rows < 0) faults.Add($"rows must be 0 (all) or more, but is {Rows}");
        if (Test is not (> 0 and < 1)) faults.Add($"test must be between 0 and 1, but is {Test}");
        if (Characters < 1) faults.Add($"characters must be at least 1, but is {Characters}");
        if (faults.Count > 0) throw new OptionException($"task: {string.Join("; ", faults)}.");
    }
}

/// <summary>What is kept with a model that tags words.</summary>
/// <param name="Words">The words, folded, in the order of their ids.</param>
/// <param name="Spelling">From a word to ids of its characters.</param>
/// <param name="Features">The values of each feature.</param>
/// <param name="Characters">Characters of a word that the model sees.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Labels">The labels of sentences.</param>
/// <param name="Scheme">How the model marks spans.</param>
/// <param name="Told">How they are written.</param>
internal sealed record TaggerState(
    string[] Words, TextEncoderParameters Spelling, string[][] Features, int Characters, string[] Tags, string[] Labels, TagScheme Scheme, TagScheme Told)
{
    /// <summary>The state of a tagger.</summary>
    public static TaggerState Of(TaggerInput input, TagSet tags) => new(
        [.. input.Words.Tokens], new(input.Spelling.Tokenizer, [.. input.Spelling.Vocabulary.Tokens]),
        [.. input.Features.Select(values => (string[])[.. values.Tokens])], input.Characters, [.. tags.Tags], [.. tags.Labels], tags.Scheme, tags.Told);
}
