using System.Globalization;
using System.Text.Json;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Pairs of texts, coded for a model.</summary>
internal sealed class PreparedTranslation : PreparedTask
{
    private const int ShownPairs = 20;

    private readonly TranslationTask task;
    private readonly TextEncoder source;
    private readonly TextEncoder target;
    private readonly Pairs training;
    private readonly Pairs validation;
    private readonly Pairs test;

    /// <summary>Reads or draws pairs, and learns the vocabularies.</summary>
    public PreparedTranslation(TranslationTask task, TaskContext context)
    {
        this.task = task;
        if (context.ValidationSplit > 0)
        {
            throw new OptionException(
                "task: training.validationSplit does not fit pairs of texts; use validation or validationFile of the task.", "task");
        }

        var all = task.Drawn is { } problem ? Draw(problem, task.Samples) : Read(context, task.Train!, task.TrainTarget);
        (training, validation, test) = Split(all, context);
        var read = task.SharedVocabulary ? training.Sources.Concat(training.Targets) : training.Sources;
        var (inputs, ids) = Room(context.Model);
        source = TextEncoder.Fit(read, task.SourceTokenizer, Within(task.SourceVocabulary, inputs));
        target = task.SharedVocabulary ? source : TextEncoder.Fit(training.Targets, task.TargetTokenizer, Within(task.TargetVocabulary, ids));
        CheckModel(context.Model);
        Training = ToDataset(training);
        Validation = ToDataset(validation);
        Test = ToDataset(test);
    }

    public override Dataset Training { get; }

    public override Dataset? Validation { get; }

    public override Dataset Test { get; }

    public override string Learnt => JsonSerializer.Serialize(
        new TranslationState(Parameters(source), task.SharedVocabulary ? null : Parameters(target), task.Length), ConfigContext.Default.TranslationState);

    public override IEnumerable<Callback> Callbacks => task.TranslatedSamples == 0 ? [] :
    [
        new TranslationFigures(source, target, [.. validation.Sources.Take(task.TranslatedSamples)], [.. validation.Targets.Take(task.TranslatedSamples)]),
    ];

    public override RunReport Judge(Model model, RunReport report)
    {
        var translator = new Translator((Sequential)model, source, target) { MaxSourceLength = task.Length };
        var made = Translate(translator, test.Sources, task.Search);
        var metrics = report.Metrics.ToDictionary(part => part.Key, part => part.Value);
        metrics["test"] = Figures(made, new Dictionary<string, double>(metrics["test"]));
        return report with
        {
            Metrics = metrics,
            Baselines = Baselines(),
            Notes = [.. report.Notes, .. Notes(model)],
            Translations = [.. made.Take(ShownPairs).Select((one, i) => new TranslatedText(test.Sources[i], test.Targets[i], one))],
        };
    }

    private IEnumerable<string> Notes(Model model)
    {
        var (inputs, ids) = Room((Sequential)model);
        if (task.SourceVocabulary.Size is null && source.Vocabulary.Count == inputs) yield return Full("sources", inputs);
        if (!task.SharedVocabulary && task.TargetVocabulary.Size is null && target.Vocabulary.Count == ids) yield return Full("targets", ids);
        if (TextFigures.IsSmall(target.Tokenizer))
            yield return "The figures of texts do not tell capitals from small letters, for the model's words are all small.";

        static string Full(string side, int size) => string.Create(
            CultureInfo.InvariantCulture, $"The model has ids for {size:N0} tokens of {side}; rarer ones are unknown to it.");
    }

    private Dictionary<string, IReadOnlyDictionary<string, double>> Baselines()
    {
        var baselines = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["copy of the source"] = Likeness(test.Sources) };
        if (task.Captions) baselines["shortest caption given"] = Likeness(test.Sources.Select(CaptionFile.ShortestOf));
        return baselines;
    }

    private Dictionary<string, double> Figures(IReadOnlyList<Translation> made, Dictionary<string, double> figures)
    {
        if (figures.TryGetValue("loss", out var loss)) figures["perplexity"] = Math.Exp(loss);
        foreach (var (name, value) in Likeness(made.Select(one => one.Text))) figures[name] = value;
        return figures;
    }

    /// <summary>How near texts are to what the test part asks for.</summary>
    private Dictionary<string, double> Likeness(IEnumerable<string> texts) => TextFigures.Of([.. texts], test.Targets, target.Tokenizer);

    private List<Translation> Translate(Translator translator, string[] texts, SearchOptions search)
    {
        const int Part = 200;
        var made = new List<Translation>();
        for (var first = 0; first < texts.Length; first += Part)
        {
            Progress?.Report(new($"{texts.Length} test texts", (double)first / texts.Length));
            made.AddRange(translator.Translate([.. texts.Skip(first).Take(Part)], search));
        }

        return made;
    }

    private static TextEncoderParameters Parameters(TextEncoder encoder) => new(encoder.Tokenizer, [.. encoder.Vocabulary.Tokens]);

    private BucketedSequences ToDataset(Pairs pairs) => BucketedSequences.Pairs(
        [.. pairs.Sources.Select(source.Encode)],
        [.. pairs.Targets.Select(text => target.Encode(text) is var ids && ids.Length >= task.TargetLength ? ids[..(task.TargetLength - 1)] : ids)
            .Select(ids => (int[])[.. ids, Vocabulary.End])],
        new BucketOptions { MaxLength = task.Length, MaxTargetLength = task.TargetLength, BatchTokens = task.BatchTokens });

    private (Pairs Training, Pairs Validation, Pairs Test) Split(Pairs all, TaskContext context)
    {
        var rest = all;
        var judged = task.TestFile is null ? null : Read(context, task.TestFile, task.TestTarget);
        var validates = task.ValidationFile is null ? null : Read(context, task.ValidationFile, task.ValidationTarget);
        if (judged is null || validates is null) rest = rest.Shuffled();
        if (judged is null) (rest, judged) = CutOff(task.Test);
        if (validates is null) (rest, validates) = CutOff(task.Validation);
        return (rest, validates, judged);

        (Pairs First, Pairs Last) CutOff(double share) => rest.Split(share) ?? throw new DataException(
            $"The file has too few pairs to train, to validate and to judge: {all.Sources.Length}. Give more, or files of their own to validate and to judge.");
    }

    private Pairs Read(TaskContext context, string file, string? targets)
    {
        var read = task.Captions ? CaptionFile.Merging(CaptionFile.Read(context.Files.PathOf(file)))
            : targets is null
            ? ParallelFile.Read(context.Files.PathOf(file), new ParallelFileOptions { SourceColumn = task.SourceColumn, TargetColumn = task.TargetColumn })
            : ParallelFile.ReadTwo(context.Files.PathOf(file), context.Files.PathOf(targets));
        var count = task.Rows == 0 ? read.Sources.Count : Math.Min(task.Rows, read.Sources.Count);
        return new Pairs([.. read.Sources.Take(count)], [.. read.Targets.Take(count)]);
    }

    private static Pairs Draw(PairProblem problem, int count)
    {
        var random = new Rng(0).Derive("pairs").Derive(problem.ToString());
        var pairs = problem == PairProblem.Sums ? DrawnPairs.Sums(count, 3, random) : DrawnPairs.Dates(count, random);
        return new Pairs([.. pairs.Select(pair => pair.Source)], [.. pairs.Select(pair => pair.Target)]);
    }

    private static Seq2Seq LayerOf(Sequential model) => model.Layers is [Seq2Seq layer]
        ? layer
        : throw new OptionException("model: the task translation needs a model of one layer, seq2Seq.", "model");

    private static Embedding? EmbeddingOf(Seq2Seq layer) => Embeddings(layer.Encoder).FirstOrDefault();

    /// <summary>How many tokens the vocabularies of sources and of targets may have for a model; a shared one is both.</summary>
    private (int Inputs, int Ids) Room(Sequential model)
    {
        var layer = LayerOf(model);
        var inputs = EmbeddingOf(layer)?.Inputs ?? int.MaxValue;
        return (task.SharedVocabulary ? Math.Min(inputs, layer.Ids) : inputs, layer.Ids);
    }

    /// <summary>A vocabulary whose size nobody named is as large as the model has ids: rarer tokens are unknown to it.</summary>
    private static VocabularyOptions Within(VocabularyOptions options, int ids) => options.Size is null ? options with { Size = ids } : options;

    private void CheckModel(Sequential model)
    {
        var layer = LayerOf(model);
        if (EmbeddingOf(layer) is { } embedding && embedding.Inputs < source.Vocabulary.Count)
        {
            throw new OptionException(
                $"model: {embedding.Title} has {embedding.Inputs} inputs, but sources have {source.Vocabulary.Count} tokens. Set its inputs to that, or " +
                "task.sourceVocabulary.size lower.", "inputs");
        }

        if (layer.Ids < target.Vocabulary.Count)
        {
            throw new OptionException(
                $"model: {layer.Title} has {layer.Ids} ids, but targets have {target.Vocabulary.Count} tokens. Set its ids to that, or " +
                "task.targetVocabulary.size lower.", "ids");
        }

        if ((layer.Copy || layer.SharedEmbedding is not null) && !task.SharedVocabulary)
        {
            throw new OptionException(
                $"model: {layer.Title} copies tokens or shares their vectors, so task.sharedVocabulary must be true.", "sharedVocabulary");
        }
    }

    private static IEnumerable<Embedding> Embeddings(Layer layer) => layer is Embedding embedding ? [embedding] : layer.Children.SelectMany(Embeddings);

    /// <summary>Texts and what each becomes.</summary>
    private sealed record Pairs(string[] Sources, string[] Targets)
    {
        /// <summary>The pairs in an order that is drawn, those with a text in common side by side.</summary>
        public Pairs Shuffled()
        {
            var groups = Groups();
            int[] firsts = [.. groups.Distinct()];
            new Rng(0).Derive("order of pairs").Shuffle<int>(firsts);
            var places = new Dictionary<int, int>();
            foreach (var first in firsts) places[first] = places.Count;
            int[] order = [.. Enumerable.Range(0, Sources.Length).OrderBy(pair => places[groups[pair]])];
            return new Pairs([.. order.Select(pair => Sources[pair])], [.. order.Select(pair => Targets[pair])]);
        }

        /// <summary>Cuts off a share at the end, or a little more, so that no text stands on both sides; null where nothing would be left.</summary>
        public (Pairs First, Pairs Last)? Split(double share)
        {
            var groups = Groups();
            var cut = Sources.Length - Math.Clamp((int)(Sources.Length * share), 1, Sources.Length);
            while (cut > 0 && groups[cut] == groups[cut - 1]) cut--;
            return cut == 0 ? null : (new Pairs(Sources[..cut], Targets[..cut]), new Pairs(Sources[cut..], Targets[cut..]));
        }

        /// <summary>For each pair the first one that it is tied to by texts in common.</summary>
        private int[] Groups()
        {
            int[] groups = [.. Enumerable.Range(0, Sources.Length)];
            foreach (var side in (string[][])[Sources, Targets])
            {
                var seen = new Dictionary<string, int>(StringComparer.Ordinal);
                for (var pair = 0; pair < side.Length; pair++)
                {
                    if (seen.TryAdd(side[pair], pair)) continue;
                    var (a, b) = (First(seen[side[pair]]), First(pair));
                    groups[Math.Max(a, b)] = Math.Min(a, b);
                }
            }

            for (var pair = 0; pair < groups.Length; pair++) groups[pair] = First(pair);
            return groups;

            int First(int pair)
            {
                while (groups[pair] != pair) pair = groups[pair] = groups[groups[pair]];
                return pair;
            }
        }
    }
}
