using System.Globalization;
using System.Text.Json;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>One use of <c>unroll classify</c> with a trained model: texts in, classes out, line by line.</summary>
/// <param name="path">The model's file.</param>
/// <param name="mostTexts">Texts of a batch: 1 answers each at once.</param>
/// <param name="json">Whether to write JSON lines.</param>
/// <param name="explain">Whether to tell what each word has to do with the class.</param>
internal sealed class ClassifySession(string path, int mostTexts, bool json, bool explain)
{
    private const int MostLetters = 1 << 20;
    private const int ShownLetters = 100;

    private readonly TextClassifier classifier = RecipeRun.PredictorOf(ModelFile.Load(path), path) is TextPredictor predictor
        ? predictor.Classifier
        : throw new OptionException("This model does not classify texts. `unroll predict` uses it on a file.", "model");

    private readonly bool terminal = !Console.IsOutputRedirected;

    /// <summary>Classifies, and returns what the command exits with.</summary>
    /// <param name="texts">Texts.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    public int Run(IEnumerable<string> texts, CancellationToken cancellation)
    {
        var batch = new List<string>();
        var letters = 0L;
        foreach (var text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Add(text);
            letters += text.Length;
            if (batch.Count < mostTexts && letters < MostLetters) continue; // few at a time where they are long
            Write(batch);
            batch.Clear();
            letters = 0;
        }

        Write(batch);
        return CommandLine.Fine;
    }

    private void Write(List<string> texts)
    {
        if (explain)
        {
            foreach (var text in texts)
            {
                var explained = classifier.Explain(text);
                Write(text, explained.Result, explained);
            }

            return;
        }

        var results = classifier.Classify(texts);
        for (var i = 0; i < texts.Count; i++) Write(texts[i], results[i], null);
    }

    private void Write(string text, ClassifiedText result, ExplainedText? explained)
    {
        if (json)
        {
            JsonLines.Write(line => WriteJson(line, text, result, explained));
            return;
        }

        var shown = text.Length > ShownLetters ? text[..(ShownLetters - (char.IsHighSurrogate(text[ShownLetters - 1]) ? 1 : 0))] + "…" : text;
        shown = string.Concat(shown.Select(letter => char.IsControl(letter) ? ' ' : letter));
        var empty = result.Tokens == 0 ? "(no words: the most frequent class) " : "";
        Console.WriteLine($"{result.Class}\t{result.Probability.ToString("0.0000", CultureInfo.InvariantCulture)}\t{empty}{shown}");
        if (explained is { Result.Tokens: > 0 }) Explained.Write(Shared.Drawings, terminal, explained);
    }

    private void WriteJson(Utf8JsonWriter line, string text, ClassifiedText result, ExplainedText? explained)
    {
        line.WriteString("text", text);
        line.WriteString("class", result.Class);
        line.WriteNumber("probability", Rounded(result.Probability));
        line.WriteStartObject("probabilities");
        for (var k = 0; k < classifier.Classes.Count; k++) line.WriteNumber(classifier.Classes[k], Rounded(result.Probabilities[k]));
        line.WriteEndObject();
        line.WriteNumber("tokens", result.Tokens);
        line.WriteNumber("unknown", result.Unknown);
        if (explained is null) return;
        line.WriteStartArray("pieces");
        foreach (var piece in explained.Pieces)
        {
            line.WriteStartObject();
            line.WriteString("text", piece.Text);
            if (piece.Weight is { } weight) line.WriteNumber("weight", Rounded(weight));
            if (piece.Attention is { } attention) line.WriteNumber("attention", Rounded(attention));
            line.WriteEndObject();
        }

        line.WriteEndArray();
    }

    private static double Rounded(double value) => Math.Round(value, 6);
}
