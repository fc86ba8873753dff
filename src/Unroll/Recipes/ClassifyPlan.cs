using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Evaluation;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>What is to be learnt to classify, as a user says it; null: to be found out.</summary>
/// <param name="File">A file of labelled texts.</param>
internal sealed record ClassifyRequest(string File)
{
    public string? Test { get; init; }

    public int? Epochs { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Changes of the recipe that is made, each <c>path=value</c>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
}

/// <summary>Chooses tokens, sizes and epochs for a file of labelled texts that nobody has written a recipe for, and writes that recipe.</summary>
/// <remarks>
/// Nothing is tuned to a file: tokens follow from the script, sizes from the number of texts and their length, so that training takes a
/// bounded number of operations. The network reads tokens in both directions and pools them by their largest values and by attention;
/// beside it stand the means of the vectors of tokens and of runs of them, from which it learns what a bag of words can tell.
/// </remarks>
/// <param name="Recipe">The recipe.</param>
/// <param name="Notes">What was found and chosen, in sentences.</param>
internal sealed record ClassifyPlan(Recipe Recipe, IReadOnlyList<string> Notes)
{
    private const int RunUnits = 16;
    private const int FewestBuckets = 1 << 12;
    private const int MostBuckets = 1 << 17;
    private const int FewestTexts = 20;
    private const int ManyTexts = 20_000;
    private const int MostTokens = 400;
    private const int MostIds = 20_000;
    private const int Sampled = 5000;
    private const int ShownClasses = 8;
    private const double MostOperations = 1.8e12;
    private const int FewestEpochs = 3;
    private const int GoodEpochs = 5;
    private const int MostEpochs = 20;
    private const double Significance = 0.05;

    /// <summary>Texts that are seen over all epochs together, where there are few of them: the learning rate falls meanwhile.</summary>
    private const int SeenTexts = 40_000;
    private const double ValidationShare = 0.1;

    private static readonly int[] Widths = [64, 48, 32, 24, 16];

    /// <summary>Plans the training.</summary>
    public static ClassifyPlan For(ClassifyRequest request)
    {
        var file = LabelledTextFile.Read(request.File);
        if (file.Classes.Count < 2)
            throw new DataException($"All texts have the class '{DataException.Shown(file.Classes[0])}'. Give at least two classes.") { File = request.File };
        if (file.Texts.Count < FewestTexts)
        {
            throw new DataException(
                $"The file has {file.Texts.Count} texts, but to learn, to know when to end and to judge takes at least {FewestTexts}. Give more.")
            { File = request.File };
        }

        var (tokenizer, unit) = TokenizerFor(file.Texts);
        var sample = file.Texts.Take(Sampled).ToArray();
        var encoder = TextEncoder.Fit(sample, tokenizer);
        int[] lengths = [.. sample.Select(text => encoder.Encode(text).Length).Order()];
        var length = Math.Clamp(lengths[(int)(lengths.Length * 0.98)], 4, MostTokens);
        var mean = lengths.Average(count => Math.Min(count, length));
        var (units, epochs) = SizeFor(file.Texts.Count, mean, length);
        epochs = request.Epochs ?? epochs;
        string[] notes =
        [
            .. file.Notes,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Read as {unit}, {mean:0} in the mean and {length} at most, by {units} units in each direction, for {epochs} epochs at most."),
        ];
        return new ClassifyPlan(Write(request, file, tokenizer, mean, length, units, epochs), notes);
    }

    /// <summary>Whether the network is better than the bag of words, in a sentence.</summary>
    public static string Verdict(RunReport report)
    {
        var (own, words) = (report.Metrics["test"]["accuracy"], report.Baselines["bag of words"]["accuracy"]);
        var test = report.AgainstWords!;
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy {own:0.000} against {words:0.000} on {report.Confusion!.Total} texts, of which it alone has {test.OnlyFirst} right, the bag of words " +
            $"alone {test.OnlySecond} (McNemar's test, p = {test.PValue:0.000})");
        return test.OnlyFirst <= test.OnlySecond ? $"The network is not better than the bag of words: {figures}. The bag of words is simpler; use it."
            : test.PValue >= Significance ? $"The network is a little better than the bag of words, but so small a difference may be chance: {figures}."
            : $"The network is better than the bag of words: {figures}.";
    }

    private static (Tokenizer Tokenizer, string Unit) TokenizerFor(IReadOnlyList<string> texts)
    {
        // Korean words carry their endings; where texts are few, syllables are seen more often than parts of words.
        if (TextFeatures.MostlyHangul(texts))
            return texts.Count < ManyTexts ? (new SyllableTokenizer(), "syllables") : (new BytePairTokenizer(), "parts of words");
        return TextFeatures.HasBlanks(texts) ? (new WordTokenizer { Punctuation = true }, "words") : (new CharacterTokenizer(), "characters");
    }

    /// <summary>As wide and as many epochs as a bounded number of operations allows; the width gives way first.</summary>
    private static (int Units, int Epochs) SizeFor(int texts, double mean, int length)
    {
        foreach (var units in Widths)
        {
            // Two directions, four gates, products of input and state, forward and twice backward.
            var perEpoch = texts * Math.Min(mean * 1.15, length) * 2 * 4 * units * (2 * units) * 2 * 3;
            var epochs = (int)Math.Min(MostOperations / perEpoch, Math.Clamp(SeenTexts / texts, GoodEpochs, MostEpochs));
            if (epochs >= GoodEpochs || units == Widths[^1]) return (units, Math.Max(FewestEpochs, epochs));
        }

        return (Widths[^1], FewestEpochs);
    }

    private static Recipe Write(ClassifyRequest request, LabelledTexts file, Tokenizer tokenizer, double mean, int length, int units, int epochs)
    {
        var classes = file.Classes.Count;
        var vocabulary = new VocabularyOptions { Size = MostIds, MinFrequency = 2 };
        var task = new TextClassificationTask
        {
            Train = Path.GetFullPath(request.File),
            TestFile = request.Test is null ? null : Path.GetFullPath(request.Test),
            Tokenizer = tokenizer,
            Vocabulary = vocabulary,
            Length = length,
            Padding = SequenceEnd.Back,
            Truncation = SequenceEnd.Back,
            Bucketed = true,
        };
        var ids = TextEncoder.Fit(file.Texts, tokenizer, vocabulary).Vocabulary.Count;
        var buckets = (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)(file.Texts.Count * mean)), FewestBuckets, MostBuckets);
        var isFine = tokenizer is SyllableTokenizer or CharacterTokenizer; // few different tokens, of which each says little
        var recurrent = new Stacked(
            new Embedding(ids, units) { MaskZero = true, Dropout = isFine ? 0.2f : 0.3f },
            new Dropout(isFine ? 0.4f : 0.5f) { Variational = true },
            new Branches(
                new Stacked(
                    new Bidirectional(new Lstm(units) { ReturnSequences = true }),
                    new Branches(new GlobalMaxPooling1d(), new AttentionPooling(units)) { Merge = MergeMode.Concat }),
                new GlobalAveragePooling1d())
            { Merge = MergeMode.Concat });
        int[] lengths = isFine ? [2, 3] : [2];
        var runs = lengths.Select(
            length => new Stacked(new NGramEmbedding(buckets, RunUnits) { Length = length, Dropout = 0.5f }, new GlobalAveragePooling1d()));
        Layer[] layers =
        [
            new Branches([recurrent, .. runs]) { Merge = MergeMode.Concat },
            new Dropout(0.5f),
            classes == 2 ? new Dense(1) { Activation = Activation.Sigmoid } : new Dense(classes) { Activation = Activation.Softmax },
        ];
        var training = new TrainingOptions
        {
            Optimizer = new Adam { LearningRate = file.Texts.Count < ManyTexts ? 0.004f : 0.002f, GlobalClipNorm = 1 },
            Loss = classes == 2 ? Loss.BinaryCrossentropy : Loss.SparseCategoricalCrossentropy,
            Metrics = [Metric.Accuracy],
            Epochs = epochs,
            BatchSize = file.Texts.Count switch { < 15_000 => 32, < 50_000 => 64, _ => 128 },
            ValidationSplit = ValidationShare,
            EarlyStopping = new EarlyStoppingOptions { Monitor = "val_loss", Patience = Math.Max(2, epochs / 4), RestoreBestWeights = true },
            CosineTo = 0,
            WeightAverage = new WeightAverageOptions { Start = 1, Decay = 0.99f },
        };
        var json = new JsonObject
        {
            ["name"] = $"{Path.GetFileNameWithoutExtension(request.File)}-classify",
            ["description"] = $"The class of a text: {string.Join(", ", file.Classes.Take(ShownClasses))}{(classes > ShownClasses ? ", …" : "")}.",
            ["seed"] = request.Seed,
            ["task"] = RecipeRegistry.Tasks.Write(task),
            ["model"] = new JsonArray([.. layers.Select(layer => LayerRegistry.Layers.Write(layer))]),
            ["training"] = JsonSerializer.SerializeToNode(training, ConfigContext.Default.TrainingOptions),
        };
        return Recipe.Parse(json.ToJsonString(), request.File, request.Changes);
    }
}
