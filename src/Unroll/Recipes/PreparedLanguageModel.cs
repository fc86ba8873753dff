using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Evaluation;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>A text to continue, with its vocabulary and its parts.</summary>
internal sealed class PreparedLanguageModel : PreparedTask
{
    /// <summary>The longest Markov chain that stands beside a model.</summary>
    private const int MostOrder = 5;

    /// <summary>Tokens of training beyond which counting them all would take too much memory.</summary>
    private const int MostCounted = 20_000_000;

    private readonly TextEncoder encoder;
    private readonly ContinuousText training;
    private readonly ContinuousText test;

    /// <summary>Reads the files, learns the vocabulary and lays out the text.</summary>
    public PreparedLanguageModel(LanguageModelTask task, TaskContext context)
    {
        var all = Lines(task, task.Train, context);
        var (first, second) = Cut(all, task);
        IEnumerable<string> Part(string? file, int from, int to) => file is null ? all.Skip(from).Take(to - from) : Lines(task, file, context);
        var lines = all.Take(first);
        encoder = TextEncoder.Fit(lines, task.Tokenizer, task.Vocabulary);
        CheckModel(context.Model, encoder.Vocabulary.Count);
        training = new ContinuousText(Encode(lines), task.Steps);
        var validation = new ContinuousText(Encode(Part(task.ValidationFile, first, second)), task.Steps, task.Columns);
        Validation = validation.Count > 0 ? validation : null;
        var judged = new ContinuousText(Encode(Part(task.TestFile, second, int.MaxValue)), task.Steps, task.Columns);
        test = judged.Count > 0 ? judged : validation.Count > 0 ? validation : throw new OptionException(
            "task: there is no text to judge by. Set test or validation above 0, or give testFile.", "test");
    }

    public override Dataset Training => training;

    public override Dataset? Validation { get; }

    public override Dataset Test => test;

    public override string Learnt => TextRegistry.Write(encoder);

    public override RunReport Judge(Model model, RunReport report)
    {
        var metrics = report.Metrics.ToDictionary(
            part => part.Key, part => part.Value.TryGetValue("loss", out var loss) ? Figures(loss, part.Value) : part.Value);
        if (training.Tokens.Count > MostCounted) return report with { Metrics = metrics };
        var baselines = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        for (var order = 1; order <= MostOrder; order++)
        {
            Progress?.Report(new($"Markov chain of order {order}", (order - 1.0) / MostOrder));
            var chain = NGramModel.Fit(training.Tokens, order, encoder.Vocabulary.Count);
            baselines[chain.Name] = Figures(chain.CrossEntropy(test.Tokens), new Dictionary<string, double>());
        }

        return report with { Metrics = metrics, Baselines = baselines };
    }

    /// <summary>The loss, in nats a token, in the other units that are usual.</summary>
    private static Dictionary<string, double> Figures(double loss, IReadOnlyDictionary<string, double> more) =>
        new(more) { ["loss"] = loss, ["perplexity"] = Math.Exp(loss), ["bits"] = loss / Math.Log(2) };

    private static void CheckModel(Sequential model, int ids)
    {
        if (model.Layers.OfType<Embedding>().FirstOrDefault() is { } embedding && embedding.Inputs < ids)
        {
            throw new OptionException(
                $"model: {embedding.Title} has {embedding.Inputs} inputs, but the text has {ids} tokens. Set inputs to {ids}, or task.vocabulary.size to " +
                $"{embedding.Inputs}.", "inputs");
        }

        var classes = model.Layers[^1].OutputShape[^1];
        if (classes < ids)
            throw new OptionException($"model: the last layer has {classes} outputs, but the text has {ids} tokens. Give it {ids}.", "units");
    }

    /// <summary>The lines of a file; where tokens keep spaces, with the line breaks, which are tokens, too.</summary>
    private static IEnumerable<string> Lines(LanguageModelTask task, string file, TaskContext context) =>
        context.Files.Lines(file, task.Tokenizer.KeepsSpaces).Take(task.Rows == 0 ? int.MaxValue : task.Rows);

    /// <summary>The first line that validates and the first of the test, by shares of the characters.</summary>
    private static (int Validation, int Test) Cut(IEnumerable<string> lines, LanguageModelTask task)
    {
        var lengths = lines.Select(line => (long)line.Length + 1).ToList();
        if (lengths.Count == 0) throw new DataException("The file is empty. Give a text.") { File = task.Train };
        double all = lengths.Sum(), test = task.TestFile is null ? task.Test * all : 0, validation = task.ValidationFile is null ? task.Validation * all : 0;
        var from = lengths.Count;
        var second = Before(test);
        return (Before(validation), second);

        // The line from which on there are at least so many characters before the part that was cut off already.
        int Before(double wanted)
        {
            for (var length = 0.0; length < wanted && from > 1;) length += lengths[--from];
            return from;
        }
    }

    private TokenFile Encode(IEnumerable<string> lines) => TokenFile.Encode(lines, encoder, endLines: !encoder.Tokenizer.KeepsSpaces);
}
