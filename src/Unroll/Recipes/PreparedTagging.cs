using System.Text.Json;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Evaluation;
using Unroll.Evaluation.Text;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Tagged sentences, coded for a model.</summary>
internal sealed class PreparedTagging : PreparedTask
{
    private const int MostClasses = 60;

    private readonly TaggerInput input;
    private readonly TagSet tags;
    private readonly TaggedSentences training;
    private readonly TaggedSentences? validation;
    private readonly TaggedSentences test;

    private PreparedTagging(TaggerInput input, TagSet tags, TaggedSentences training, TaggedSentences? validation, TaggedSentences test)
    {
        (this.input, this.tags, this.training, this.validation, this.test) = (input, tags, training, validation, test);
        Training = Coded(training);
        Validation = validation is null ? null : Coded(validation);
        Test = Coded(test);
        Learnt = JsonSerializer.Serialize(TaggerState.Of(input, tags), ConfigContext.Default.TaggerState);
    }

    public override Dataset Training { get; }

    public override Dataset? Validation { get; }

    public override Dataset Test { get; }

    public override string Learnt { get; }

    /// <summary>Tags the sentences that validate after each epoch: val_accuracy, val_f1 …</summary>
    public override IEnumerable<Callback> Callbacks => validation is null ? [] : [new LambdaCallback { Validated = AddFigures }];

    /// <summary>Reads the files, learns the vocabularies and the tags.</summary>
    public static PreparedTagging Read(TaggingTask task, TaskContext context)
    {
        var training = Named(task.Train);
        TaggedSentences test;
        if (task.TestFile is not null) test = Named(task.TestFile);
        else (training, test) = training.Split(task.Test, "test");
        TaggedSentences? validation = null;
        if (task.ValidationFile is not null) validation = Named(task.ValidationFile);
        else if (context.ValidationSplit > 0) (training, validation) = training.Split(context.ValidationSplit, "validation");

        var tags = TagSet.Fit(training.Tags, training.Labels, task.Scheme);
        if (tags.Scheme != task.Scheme && task.Scheme is not (null or TagScheme.Plain))
            throw new OptionException($"task: the tags of {task.Train} mark no spans, so there is no scheme to mark them by. Leave scheme out.", "scheme");
        var input = TaggerInput.Fit(training.Sentences, new()
        { Words = task.Vocabulary, Spelling = task.Spelling, SpellingVocabulary = task.SpellingVocabulary, Characters = task.Characters });
        CheckIds(context.Model.Layers, input, 0);
        CheckTags(context.Model.Layers, tags);
        _ = new Tagger(context.Model, input, tags);
        if (context.Model.Layers[^1] is ConditionalRandomField field) field.Constrain(tags.All, tags.Scheme, tags.Labels.Count);
        return new PreparedTagging(input, tags, training, validation, test);

        TaggedSentences Named(string file) => TaggedSentences.Read(context.Files.PathOf(file), task);
    }

    public override RunReport Judge(Model model, RunReport report)
    {
        Progress?.Report(new("tagging", 0));
        var tagger = new Tagger(model, input, tags);
        var said = tagger.Tag(test.Sentences);
        var metrics = report.Metrics.ToDictionary(part => part.Key, part => part.Value);
        metrics["test"] = Joined(metrics["test"], TaggingFigures.Of(said, test, tags));
        if (validation is not null && metrics.TryGetValue("validation", out var judged))
            metrics["validation"] = Joined(judged, TaggingFigures.Of(tagger.Tag(validation.Sentences), validation, tags));
        return report with
        {
            Metrics = metrics,
            Baselines = Baselines(),
            Confusion = Confusion(said),
            Spans = tags.Told == TagScheme.Plain ? null : SpanScore.From(said.Select(sentence => sentence.Tags), test.Tags),
            Notes = [.. report.Notes, .. Unseen()],
        };
    }

    private static Dictionary<string, double> Joined(IReadOnlyDictionary<string, double> first, Dictionary<string, double> second) =>
        first.Concat(second).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>The last dense layer scores every tag.</summary>
    private static void CheckTags(IReadOnlyList<Layer> layers, TagSet tags)
    {
        for (var place = layers.Count - 1; place >= 0; place--)
        {
            if (layers[place] is not Dense dense) continue;
            if (dense.Units >= tags.Count) return;
            throw new OptionException(
                $"model: {dense.Title} has {dense.Units} units, but there are {tags.Count} tags: {string.Join(", ", tags.All.Take(8))}" +
                $"{(tags.Count > 8 ? ", …" : "")}. Add --set model.{place}.units={tags.Count}.", "units");
        }
    }

    /// <summary>Every embedding that takes a column of its own has as many ids as come in it.</summary>
    private static void CheckIds(IEnumerable<Layer> layers, TaggerInput input, int column)
    {
        foreach (var layer in layers)
        {
            if (layer is ColumnSlice columns) column += columns.First;
            if (layer is Embedding embedding)
            {
                var (what, ids) = column switch
                {
                    0 => ("words", input.Words.Count),
                    1 => ("shapes of words", Enum.GetValues<WordShape>().Length),
                    _ when column < input.FirstCharacter => ("values of a feature", input.Features[column - 2].Count),
                    _ => ("characters", input.Spelling.Vocabulary.Count),
                };
                if (embedding.Inputs >= ids) return;
                throw new OptionException(
                    $"{embedding.Title} has {embedding.Inputs} ids, but there are {ids} {what}. Raise its inputs, or give the task a vocabulary of that size.");
            }

            if (layer is Branches) foreach (var branch in layer.Children) CheckIds([branch], input, column);
            else CheckIds(layer.Children, input, column);
        }
    }

    private Dataset Coded(TaggedSentences part) => input.ToDataset(
        [.. part.Sentences.Select(sentence => input.Code(sentence, tags.Labels.Count > 0))], [.. part.Tags.Zip(part.Labels, tags.Code)]);

    private void AddFigures(TrainingRun run, IDictionary<string, double> figures)
    {
        foreach (var (name, value) in TaggingFigures.Of(new Tagger(run.Model, input, tags).Tag(validation!.Sentences), validation, tags))
            figures["val_" + name] = value;
    }

    private Dictionary<string, IReadOnlyDictionary<string, double>> Baselines()
    {
        var (frequent, chain) = (FrequentTagBaseline.Fit(training.Pairs), TagChainBaseline.Fit(training.Pairs));
        var label = tags.Labels.Count == 0 ? null : tags.Labels[0];
        return new() { [frequent.Name] = Figures(frequent.Tag), [chain.Name] = Figures(chain.Tag) };

        Dictionary<string, double> Figures(Func<IReadOnlyList<string>, string[]> tag) => TaggingFigures.Of(
            [.. test.Sentences.Select(sentence => (IReadOnlyList<string>)tag(sentence.Words))], [.. test.Sentences.Select(_ => label)], test, tags);
    }

    /// <summary>Tags, or where those are too many labels, of the test part; null where both are.</summary>
    private ConfusionMatrix? Confusion(IReadOnlyList<TaggedSentence> said)
    {
        string[] told = [.. said.SelectMany(sentence => sentence.Tags)], truth = [.. test.Tags.SelectMany(sentence => sentence)];
        var classes = told.Union(truth).Order(StringComparer.Ordinal).ToList();
        if (classes.Count > MostClasses && tags.Labels.Count > 0)
        {
            (told, truth) = ([.. said.Select(sentence => sentence.Label ?? "")], [.. test.Labels.Select(label => label ?? "")]);
            classes = [.. told.Union(truth).Order(StringComparer.Ordinal)];
        }

        if (classes.Count is < 2 or > MostClasses) return null;
        return ConfusionMatrix.From([.. told.Select(name => classes.IndexOf(name))], [.. truth.Select(name => classes.IndexOf(name))], classes);
    }

    private IEnumerable<string> Unseen()
    {
        var seen = training.Tags.SelectMany(sentence => sentence).Concat(training.Labels.OfType<string>()).ToHashSet(StringComparer.Ordinal);
        var unseen = test.Tags.SelectMany(sentence => sentence).Concat(test.Labels.OfType<string>()).Where(tag => !seen.Contains(tag)).ToList();
        if (unseen.Count == 0) yield break;
        var names = unseen.Distinct().Order(StringComparer.Ordinal).ToList();
        yield return $"{unseen.Count} tag{(unseen.Count == 1 ? "" : "s")} of the test part never stood in training " +
            $"({string.Join(", ", names.Take(8))}{(names.Count > 8 ? ", …" : "")}); no model can get them right, and the loss passes over them.";
    }
}
