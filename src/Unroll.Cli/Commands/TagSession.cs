using System.Text.Json;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>How <c>unroll tag</c> writes.</summary>
internal enum TagForm
{
    /// <summary><c>word/TAG word/TAG</c>, a sentence a line.</summary>
    Text,

    /// <summary>A word and its tag a line.</summary>
    Columns,

    /// <summary>A JSON object a sentence.</summary>
    Json,
}

/// <summary>One use of <c>unroll tag</c>: sentences in, tags out, in their order.</summary>
/// <param name="path">The model's file.</param>
internal sealed class TagSession(string path)
{
    private const int MostSentences = 512;
    private const int MostWords = 1 << 15;

    private readonly TagPredictor predictor = RecipeRun.PredictorOf(ModelFile.Load(path), path) as TagPredictor
        ?? throw new OptionException(
            "This model does not tag words. Give one that `unroll train` made of a recipe with the task tagging, such as ud-english-pos.", "model");

    /// <summary>How to write.</summary>
    public required TagForm Form { get; init; }

    /// <summary>Cuts lines into words.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Whether somebody waits for the answer to each line.</summary>
    public bool AnswersAtOnce { get; init; }

    /// <summary>Tags lines of text, a sentence each, and returns what the command exits with.</summary>
    public int RunLines(IEnumerable<string> lines, CancellationToken cancellation)
    {
        if (predictor.Task.Features is { Count: > 0 } features)
        {
            throw new OptionException(
                $"The model reads column{(features.Count == 1 ? "" : "s")} {string.Join(", ", features)} of a file beside the words. " +
                "Give a file that has them, with --conll.", "--conll");
        }

        foreach (var batch in Batches(lines.Select(line => (line, new WordSequence(Tokenizer.Tokenize(line)))), cancellation))
        {
            var said = predictor.Tagger.Tag([.. batch.Select(pair => pair.Sentence)]);
            for (var i = 0; i < said.Count; i++) Write(said[i], batch[i].Source);
        }

        return CommandLine.Fine;
    }

    /// <summary>Fills in the tags of a file in columns, and returns what the command exits with.</summary>
    /// <param name="file">The file; - for standard input.</param>
    /// <param name="column">The column of the tags; null: as in training, else behind the others.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    public int RunColumns(string file, string? column, CancellationToken cancellation)
    {
        if (file != "-") return Fill(file, column, cancellation);
        var copy = Path.GetTempFileName(); // the form of a file is told before its sentences are read
        try
        {
            using (var target = File.Create(copy)) Console.OpenStandardInput().CopyTo(target);
            return Fill(copy, column, cancellation);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private int Fill(string file, string? column, CancellationToken cancellation)
    {
        var options = new ConllOptions { WordColumn = predictor.Task.WordColumn, TagColumn = column ?? predictor.Task.TagColumn, WordsOnly = true };
        var features = TaggedSentences.Features(file, predictor.Task, int.MaxValue);
        var sentences = new ConllFile(file, options).Select((sentence, i) =>
            (sentence, new WordSequence(sentence.Words) { Features = [.. features.Select(feature => feature[i])] }));
        ConllSentence? last = null;
        foreach (var batch in Batches(sentences, cancellation))
        {
            var said = predictor.Tagger.Tag([.. batch.Select(pair => pair.Sentence)]);
            for (var i = 0; i < said.Count; i++)
            {
                if (Form != TagForm.Columns)
                {
                    Write(said[i], null);
                    continue;
                }

                Console.Out.Write(last?.Closing);
                last = batch[i].Source.WithTags(said[i].Tags, batch[i].Source.TakesLabel ? said[i].Label : null);
                Console.Out.Write(last.ToString());
            }
        }

        return CommandLine.Fine;
    }

    /// <summary>Some sentences at a time, fewer where they are long.</summary>
    private IEnumerable<List<(T Source, WordSequence Sentence)>> Batches<T>(
        IEnumerable<(T Source, WordSequence Sentence)> sentences, CancellationToken cancellation)
    {
        var batch = new List<(T, WordSequence)>();
        var words = 0;
        foreach (var sentence in sentences)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Add(sentence);
            words += sentence.Sentence.Words.Count;
            if (!AnswersAtOnce && batch.Count < MostSentences && words < MostWords) continue;
            yield return batch;
            (batch, words) = ([], 0);
        }

        if (batch.Count > 0) yield return batch;
    }

    private void Write(TaggedSentence sentence, string? text)
    {
        if (Form == TagForm.Json)
        {
            JsonLines.Write(line => WriteJson(line, sentence, text));
            return;
        }

        if (Form == TagForm.Text || sentence.Words.Count == 0)
        {
            var tagged = string.Join(' ', sentence.Words.Zip(sentence.Tags, (word, tag) => $"{word}/{tag}"));
            Console.WriteLine(sentence.Label is null ? tagged : $"{tagged}\t{sentence.Label}");
            return;
        }

        if (sentence.Label is not null) Console.WriteLine($"# label = {sentence.Label}");
        Console.Out.Write(new ConllSentence(sentence.Words, sentence.Tags).ToString());
    }

    private static void WriteJson(Utf8JsonWriter line, TaggedSentence sentence, string? text)
    {
        if (text is not null) line.WriteString("text", text);
        line.WriteStartArray("words");
        for (var i = 0; i < sentence.Words.Count; i++)
        {
            line.WriteStartObject();
            line.WriteString("word", sentence.Words[i]);
            line.WriteString("tag", sentence.Tags[i]);
            line.WriteNumber("probability", Math.Round(sentence.Probabilities[i], 6));
            line.WriteEndObject();
        }

        line.WriteEndArray();
        if (sentence.Label is not { } label) return;
        line.WriteString("label", label);
        line.WriteNumber("labelProbability", Math.Round(sentence.LabelProbability, 6));
    }
}
