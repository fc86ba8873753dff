using System.Text.Json;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Data.Text;
using Unroll.Evaluation;
using Unroll.Formats;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Labelled texts, coded for a model.</summary>
internal sealed class PreparedTexts : PreparedTask
{
    /// <summary>Right and wrong answers that a report explains, of each as many.</summary>
    private const int ExplainedOfEach = 4;

    /// <summary>Tokens of a text that is explained, at most: a page is to be read.</summary>
    private const int ExplainedTokens = 400;

    private static readonly string[] Sentiments = ["negative", "positive"];

    private readonly TextInput input;
    private readonly IReadOnlyList<string> classes;
    private readonly Part training;
    private readonly Part test;
    private readonly Part? validation;
    private readonly Func<Model, TextClassifier> classifier;

    private PreparedTexts(
        TextInput input, IReadOnlyList<string> classes, Part training, Part? validation, Part test, string learnt, Func<Model, TextClassifier> classifier)
    {
        (this.input, this.classes, this.training, this.validation, this.test, Learnt, this.classifier) =
            (input, classes, training, validation, test, learnt, classifier);
        Training = input.ToDataset(training.Ids, training.Labels);
        Test = input.ToDataset(test.Ids, test.Labels);
        if (validation is not null) Validation = input.ToDataset(validation.Ids, validation.Labels);
    }

    public override Dataset Training { get; }

    public override Dataset? Validation { get; }

    public override Dataset Test { get; }

    public override string Learnt { get; }

    /// <summary>Makes the vectors that embeddings of a width start from, with their vocabulary; null: as they were drawn.</summary>
    private Func<int, WordVectors>? Vectors { get; init; }

    private Vocabulary? Vocabulary { get; init; }

    public override void Begin(Model model)
    {
        if (Vectors is null) return;
        foreach (var embedding in Embeddings(model.Layers)) Vectors(embedding.Units).CopyTo(embedding, Vocabulary!);
    }

    /// <summary>Reads files of labelled texts.</summary>
    public static PreparedTexts Read(TextClassificationTask task, TaskContext context)
    {
        var all = LabelledTextFile.Read(context.Files.PathOf(task.Train!));
        var classes = all.Classes;
        var training = Texts.Of(all, task.Rows).Shuffled();
        Texts test;
        if (task.TestFile is not null) test = Named(task.TestFile);
        else (training, test) = training.Split(task.Test);
        var validation = task.ValidationFile is null ? null : Named(task.ValidationFile);
        CheckClasses(context.Model, classes);

        var encoder = TextEncoder.Fit(training.Lines, task.Tokenizer, task.Vocabulary);
        foreach (var embedding in Embeddings(context.Model.Layers)) CheckIds(embedding, encoder.Vocabulary.Count);
        var input = task.Form(new TextInput(encoder));
        double[] shares = [.. MajorityBaseline.Fit(training.Labels, classes.Count).Frequencies];
        var state = new TextClassifierState(new TextEncoderParameters(encoder.Tokenizer, [.. encoder.Vocabulary.Tokens]), [.. classes], shares);
        return new PreparedTexts(
            input, classes, training.Coded(input), validation?.Coded(input), test.Coded(input),
            JsonSerializer.Serialize(state, ConfigContext.Default.TextClassifierState), model => new TextClassifier(model, input, classes) { Shares = shares })
        {
            Vocabulary = encoder.Vocabulary,
            Vectors = task.VectorsFile is { } file ? _ => WordVectors.Load(context.Files.PathOf(file)) : task.VectorEpochs > 0 ? Learn : null,
        };

        WordVectors Learn(int width) => Word2Vec.Train(
            training.Lines.Select(encoder.Tokenizer.Tokenize),
            new Word2VecOptions { Width = width, Epochs = task.VectorEpochs, MinFrequency = task.Vocabulary.MinFrequency });

        Texts Named(string file) => Texts.Of(LabelledTextFile.Read(context.Files.PathOf(file), new() { Classes = classes }), task.Rows);
    }

    /// <summary>Reads a set that is coded already.</summary>
    public static PreparedTexts ReadCoded(TextClassificationTask task, string? folder)
    {
        var reviews = Imdb.Load(new ImdbOptions { Folder = folder, NumWords = task.NumWords });
        string[] words = [.. Imdb.WordIndex(folder).OrderBy(pair => pair.Value).Take(task.NumWords - 4).Select(pair => pair.Key)];
        return new PreparedTexts(
            CodedInput(task, words), Sentiments, Of(reviews.Train), null, Of(reviews.Test),
            JsonSerializer.Serialize(words, ConfigContext.Default.StringArray), model => Coded(task, model, words));

        Part Of(LabelledSequences part)
        {
            var count = task.Rows == 0 ? part.Count : Math.Min(task.Rows, part.Count);
            return new Part(null, [.. part.Sequences.Take(count)], [.. part.Labels.Take(count)]);
        }
    }

    /// <summary>A classifier of texts in the coding of a coded set.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model.</param>
    /// <param name="words">The known words, most frequent first.</param>
    public static TextClassifier Coded(TextClassificationTask task, Model model, string[] words) => new(model, CodedInput(task, words), Sentiments);

    public override RunReport Judge(Model model, RunReport report)
    {
        var predicted = model.ClassesOf(model.Predict(Test));
        var judged = JudgeClasses(report, predicted, test.Labels, training.Labels, classes);
        if (training.Lines is not null)
        {
            var words = BagOfWordsClassifier.Fit(training.Lines, training.Labels, classes.Count);
            var (chosen, accuracy, loss) = words.Choose(test.Lines!, test.Labels);
            judged = judged with
            {
                Baselines = new Dictionary<string, IReadOnlyDictionary<string, double>>(judged.Baselines)
                { [words.Name] = new Dictionary<string, double> { ["loss"] = loss, ["accuracy"] = accuracy } },
                AgainstWords = McNemarTest.Compare(predicted, chosen, test.Labels),
            };
        }

        return judged with { Explanations = [.. Explained(classifier(model), predicted)] };
    }

    /// <summary>The first right and wrong answers of the test part, explained.</summary>
    private IEnumerable<ExplainedText> Explained(TextClassifier classifier, int[] predicted)
    {
        var seen = new int[2];
        for (var sample = 0; sample < predicted.Length && seen.Sum() < 2 * ExplainedOfEach; sample++)
        {
            ref var count = ref seen[predicted[sample] == test.Labels[sample] ? 1 : 0];
            if (count == ExplainedOfEach || test.Ids[sample].Length is 0 or > ExplainedTokens) continue;
            count++;
            var text = test.Lines?[sample];
            yield return classifier.Explain(text is null ? input.Decode(test.Ids[sample]) : input.Code(text), text, test.Labels[sample]);
        }
    }

    private static TextInput CodedInput(TextClassificationTask task, string[] words)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var rank = 0; rank < words.Length; rank++) index[words[rank]] = rank + 1;
        // In the data set, words beyond NumWords are the unknown id, and words that were never seen are left out;
        // with the known words alone the two cannot be told apart, so both are unknown here.
        var options = new KerasTokenizerOptions { NumWords = task.NumWords };
        var tokenizer = new KerasTokenizer(index, options);
        return task.Form(new TextInput(text => (["", .. KerasTokenizer.Words(text)], tokenizer.Encode(text)), options.UnknownId, Word));

        string Word(int id) => id switch
        {
            KerasTokenizerOptions.PaddingId => "",
            1 => "(start)",
            _ => id > options.IndexFrom && id - options.IndexFrom <= words.Length ? words[id - options.IndexFrom - 1] : "?",
        };
    }

    private static void CheckClasses(Sequential model, IReadOnlyList<string> classes) =>
        _ = new TextClassifier(model, new TextInput(_ => ([], []), 0), classes);

    private static void CheckIds(Embedding embedding, int ids)
    {
        if (embedding.Inputs >= ids) return;
        throw new OptionException(
            $"{embedding.Title} has {embedding.Inputs} ids, but the vocabulary has {ids}. Raise its inputs, or give the task a vocabulary of that size.");
    }

    /// <summary>All embeddings, wherever they stand.</summary>
    private static IEnumerable<Embedding> Embeddings(IEnumerable<Layer> layers) =>
        layers.SelectMany(layer => layer is Embedding embedding ? [embedding] : Embeddings(layer.Children));

    /// <summary>Coded texts with their classes, and the texts where they are known.</summary>
    private sealed record Part(string[]? Lines, int[][] Ids, int[] Labels);

    /// <summary>Texts with the numbers of their classes.</summary>
    private sealed record Texts(string[] Lines, int[] Labels)
    {
        public static Texts Of(LabelledTexts file, int rows)
        {
            var count = rows == 0 ? file.Texts.Count : Math.Min(rows, file.Texts.Count);
            return new Texts([.. file.Texts.Take(count)], [.. file.Labels.Take(count)]);
        }

        /// <summary>The texts in an order that is drawn, so that any part of them has all classes.</summary>
        public Texts Shuffled()
        {
            int[] order = [.. Enumerable.Range(0, Labels.Length)];
            new Rng(0).Derive("order of texts").Shuffle<int>(order);
            return new Texts([.. order.Select(row => Lines[row])], [.. order.Select(row => Labels[row])]);
        }

        public (Texts First, Texts Last) Split(double share)
        {
            var last = Math.Clamp((int)(Labels.Length * share), 1, Math.Max(1, Labels.Length - 1));
            var rest = Labels.Length - last;
            if (rest < 1) throw new DataException($"{Labels.Length} labelled text is not enough to train and to judge. Give more.");
            return (new Texts(Lines[..rest], Labels[..rest]), new Texts(Lines[rest..], Labels[rest..]));
        }

        public Part Coded(TextInput input) => new(Lines, [.. Lines.Select(line => input.Code(line).Ids)], Labels);
    }
}
