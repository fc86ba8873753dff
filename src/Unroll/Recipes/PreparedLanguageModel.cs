using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>A text to continue, with its vocabulary and its parts.</summary>
internal sealed class PreparedLanguageModel : PreparedTask
{
    private readonly TextEncoder encoder;

    /// <summary>Reads the files, learns the vocabulary and lays out the text.</summary>
    public PreparedLanguageModel(LanguageModelTask task, TaskContext context)
    {
        var lines = Lines(task.Train, context);
        var test = task.TestFile is null ? Cut(ref lines, task.Test) : Lines(task.TestFile, context);
        var validation = task.ValidationFile is null ? Cut(ref lines, task.Validation / (1 - (task.TestFile is null ? task.Test : 0))) : Lines(task.ValidationFile, context);
        encoder = TextEncoder.Fit(lines.Select(line => Ended(line, task.Tokenizer)), task.Tokenizer, task.Vocabulary);
        CheckModel(context.Model, encoder.Vocabulary.Count);
        Training = new ContinuousText(Encode(lines), task.Steps);
        Validation = validation.Length > 0 ? new ContinuousText(Encode(validation), task.Steps, task.Columns) : null;
        Test = test.Length > 0 ? new ContinuousText(Encode(test), task.Steps, task.Columns) : Validation ?? throw new OptionException(
            "task: there is no text to judge by. Set test or validation above 0, or give testFile.", "test");
    }

    public override Dataset Training { get; }

    public override Dataset? Validation { get; }

    public override Dataset Test { get; }

    public override string Learnt => TextRegistry.Write(encoder);

    public override RunReport Judge(Model model, RunReport report)
    {
        var metrics = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        foreach (var (part, figures) in report.Metrics)
        {
            metrics[part] = figures.TryGetValue("loss", out var loss)
                ? new Dictionary<string, double>(figures) { ["perplexity"] = Math.Exp(loss), ["bits"] = loss / Math.Log(2) }
                : figures;
        }

        return report with { Metrics = metrics };
    }

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

    private static string[] Lines(string file, TaskContext context)
    {
        var text = context.Files.Read(file).Text.ReplaceLineEndings("\n");
        if (text.Length == 0) throw new DataException("The file is empty. Give a text.") { File = file };
        return text.TrimEnd('\n').Split('\n');
    }

    /// <summary>Takes a share of the characters off the end, in whole lines.</summary>
    private static string[] Cut(ref string[] lines, double share)
    {
        var wanted = share * lines.Sum(line => line.Length + 1.0);
        var count = 0;
        for (var length = 0.0; share > 0 && count < lines.Length - 1 && (length += lines[^(count + 1)].Length + 1) < wanted + 0.5;) count++;
        var end = lines[^count..];
        lines = lines[..^count];
        return end;
    }

    private TokenSequence Encode(string[] lines)
    {
        var ids = new List<int>();
        foreach (var line in lines)
        {
            ids.AddRange(encoder.Encode(Ended(line, encoder.Tokenizer)));
            if (!encoder.Tokenizer.KeepsSpaces) ids.Add(Vocabulary.End);
        }

        return TokenSequence.Of([.. ids]);
    }

    /// <summary>Where tokens keep spaces, the line break is one; else a symbol of its own ends a line.</summary>
    private static string Ended(string line, Tokenizer tokenizer) => tokenizer.KeepsSpaces ? line + "\n" : line;
}
