using System.Text.Json;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>One use of <c>unroll translate</c>: texts in, texts out, line by line.</summary>
/// <param name="path">The model's file.</param>
/// <param name="options">How to search.</param>
/// <param name="json">Whether to write JSON lines.</param>
/// <param name="attention">Whether these hold the attention.</param>
internal sealed class TranslateSession(string path, SearchOptions options, bool json, bool attention)
{
    private const int BatchTexts = 256;

    private readonly Translator translator = RecipeRun.PredictorOf(ModelFile.Load(path), path) is TranslationPredictor predictor
        ? predictor.Translator
        : throw new OptionException(
            "This model does not make texts of texts. Give one that `unroll train` made of a recipe with the task translation.", "model");

    /// <summary>Translates, and returns what the command exits with.</summary>
    /// <param name="texts">Texts; null: what somebody types, answered at once.</param>
    /// <param name="cancellation">Ends the work.</param>
    public int Run(IEnumerable<string>? texts, CancellationToken cancellation)
    {
        var batch = new List<string>();
        var most = texts is null ? 1 : BatchTexts;
        foreach (var text in texts ?? Typed())
        {
            batch.Add(text);
            if (batch.Count < most) continue;
            Write(batch, cancellation);
            batch.Clear();
        }

        Write(batch, cancellation);
        return CommandLine.Fine;
    }

    private static IEnumerable<string> Typed()
    {
        while (Console.ReadLine() is { } line) yield return line;
    }

    private void Write(List<string> texts, CancellationToken cancellation)
    {
        var made = translator.Translate(texts, options, cancellation);
        for (var i = 0; i < texts.Count; i++)
        {
            if (made[i].IsCut)
            {
                Console.Error.WriteLine(
                    $"unroll: a text of {made[i].SourceTokens.Count} tokens was read up to token {translator.MaxSourceLength}, as many as the model was " +
                    "trained for. Cut it into sentences.");
            }

            if (json) JsonLines.Write(line => WriteJson(line, texts[i], made[i]));
            else WriteText(made[i]);
        }
    }

    private static void WriteText(Translation made)
    {
        Console.WriteLine(OneLine(made.Text));
        foreach (var (text, _) in made.Others) Console.WriteLine($"\t{OneLine(text)}");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void WriteJson(Utf8JsonWriter line, string text, Translation made)
    {
        line.WriteString("source", text);
        line.WriteString("text", made.Text);
        line.WriteNumber("score", Rounded(made.Score));
        line.WriteNumber("logProbability", Rounded(made.LogProbability));
        line.WriteBoolean("complete", made.IsComplete);
        if (made.IsCut) line.WriteBoolean("cut", true);
        if (made.Others.Count > 0)
        {
            line.WriteStartArray("others");
            foreach (var (other, score) in made.Others)
            {
                line.WriteStartObject();
                line.WriteString("text", other);
                line.WriteNumber("score", Rounded(score));
                line.WriteEndObject();
            }

            line.WriteEndArray();
        }

        if (attention) WriteAttention(line, made);
    }

    /// <summary>Tokens of both sides, and a row for each that was written, the end among them.</summary>
    private static void WriteAttention(Utf8JsonWriter line, Translation made)
    {
        WriteTokens(line, "sourceTokens", made.SourceTokens);
        WriteTokens(line, "tokens", made.Tokens);
        line.WriteStartArray("attention");
        foreach (var step in made.Attention)
        {
            line.WriteStartArray();
            foreach (var weight in step) line.WriteNumberValue(Rounded(weight));
            line.WriteEndArray();
        }

        line.WriteEndArray();
    }

    private static void WriteTokens(Utf8JsonWriter line, string name, IEnumerable<string> tokens)
    {
        line.WriteStartArray(name);
        foreach (var token in tokens) line.WriteStringValue(token);
        line.WriteEndArray();
    }

    private static double Rounded(double value) => Math.Round(value, 6);
}
