using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unroll.Cli.Drawing;
using Unroll.Data;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>One use of <c>unroll classify</c> with a trained model: texts in, classes out, line by line.</summary>
/// <param name="path">The model's file.</param>
/// <param name="json">Whether to write JSON lines.</param>
/// <param name="explain">Whether to tell what each word has to do with the class.</param>
internal sealed class ClassifySession(string path, bool json, bool explain)
{
    private const int MostTexts = 512;
    private const int MostLetters = 1 << 20;
    private const int ShownLetters = 100;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextClassifier classifier = RecipeRun.PredictorOf(ModelFile.Load(path), path) is TextPredictor predictor
        ? predictor.Classifier
        : throw new OptionException("This model does not classify texts. `unroll predict` uses it on a file.", "model");

    private readonly bool terminal = !Console.IsOutputRedirected;

    /// <summary>Classifies, and returns what the command exits with.</summary>
    /// <param name="texts">Texts; none: those of a file.</param>
    /// <param name="input">The file; null: standard input.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    public int Run(IReadOnlyList<string> texts, string? input, CancellationToken cancellation)
    {
        if (texts.Count > 0 && input is not null) throw new OptionException("Give texts or --input, not both.", "--input");
        if (texts.Count > 0)
        {
            Write(texts);
            return CommandLine.Fine;
        }

        using var reader = Open(input);
        var batch = new List<string>();
        var letters = 0L;
        // A person who types is answered at once; a file is read in batches, which are small where lines are long.
        var most = input is null && !Console.IsInputRedirected ? 1 : MostTexts;
        while (reader.ReadLine() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Add(line);
            letters += line.Length;
            if (batch.Count < most && letters < MostLetters) continue;
            Write(batch);
            batch.Clear();
            letters = 0;
        }

        Write(batch);
        return CommandLine.Fine;
    }

    /// <summary>Bytes that are not UTF-8 become U+FFFD.</summary>
    private static StreamReader Open(string? file)
    {
        try
        {
            return new StreamReader(file is null ? Console.OpenStandardInput() : File.OpenRead(file), new UTF8Encoding(false));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var isFolder = Directory.Exists(file);
            throw new DataException(isFolder ? "This is a folder. Name the file in it to read." : $"The file cannot be read: {fault.Message}") { File = file };
        }
    }

    private void Write(IReadOnlyList<string> texts)
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
            Console.WriteLine(Json(text, result, explained).ToJsonString(Plain));
            return;
        }

        var shown = text.Length > ShownLetters ? text[..(ShownLetters - (char.IsHighSurrogate(text[ShownLetters - 1]) ? 1 : 0))] + "…" : text;
        shown = string.Concat(shown.Select(letter => char.IsControl(letter) ? ' ' : letter));
        var empty = result.Tokens == 0 ? "(no words: the most frequent class) " : "";
        Console.WriteLine($"{result.Class}\t{result.Probability.ToString("0.0000", CultureInfo.InvariantCulture)}\t{empty}{shown}");
        if (explained is { Result.Tokens: > 0 }) Explained.Write(Shared.Drawings, terminal, explained);
    }

    private JsonObject Json(string text, ClassifiedText result, ExplainedText? explained)
    {
        var probabilities = new JsonObject();
        for (var k = 0; k < classifier.Classes.Count; k++) probabilities[classifier.Classes[k]] = Rounded(result.Probabilities[k]);
        var json = new JsonObject
        {
            ["text"] = text,
            ["class"] = result.Class,
            ["probability"] = Rounded(result.Probability),
            ["probabilities"] = probabilities,
            ["tokens"] = result.Tokens,
            ["unknown"] = result.Unknown,
        };
        if (explained is null) return json;
        json["pieces"] = new JsonArray([.. explained.Pieces.Select(piece => new JsonObject
        {
            ["text"] = piece.Text,
            ["weight"] = piece.Weight is { } weight ? Rounded(weight) : null,
            ["attention"] = piece.Attention is { } attention ? Rounded(attention) : null,
        })]);
        return json;
    }

    private static JsonValue Rounded(double value) => JsonValue.Create(Math.Round(value, 6));
}
