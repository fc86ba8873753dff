using System.Text.Json;
using Unroll.Evaluation.Text;

namespace Unroll.Tests.Evaluation.Text;

/// <summary>Holds the scores to those of the programs that define them; tests/Golden/text_scores.py says which.</summary>
public sealed class TextScoreGoldenTests
{
    private static readonly Dictionary<string, JsonElement> All = Load();

    public static TheoryData<string> Bleus => Of("bleu");

    public static TheoryData<string> Chrfs => Of("chrf");

    public static TheoryData<string> SpanScores => Of("spans");

    public static TheoryData<string> Rouges => Of("rouge");

    [Theory]
    [MemberData(nameof(Bleus))]
    public void Bleu_is_that_of_sacreBLEU(string name)
    {
        var (golden, texts) = (All[name], All[All[name].GetProperty("texts").GetString()!]);
        var options = Options(golden.GetProperty("options"));
        var (predicted, references, outputs) = (Predicted(texts), References(texts), golden.GetProperty("outputs"));
        var score = Bleu.Corpus(predicted, references, options);
        Near(outputs.GetProperty("score").GetDouble(), score.Score);
        Near(outputs.GetProperty("bp").GetDouble(), score.BrevityPenalty);
        Assert.Equal(outputs.GetProperty("precisions").GetArrayLength(), score.Precisions.Count);
        foreach (var (expected, precision) in outputs.GetProperty("precisions").EnumerateArray().Zip(score.Precisions)) Near(expected.GetDouble(), precision);
        Assert.Equal(outputs.GetProperty("lengths").EnumerateArray().Select(length => length.GetInt64()), [score.PredictedLength, score.ReferenceLength]);
        Assert.Equal(outputs.GetProperty("line").GetString(), score.ToString());
        Assert.Equal(outputs.GetProperty("signature").GetString(), score.Signature);
        foreach (var (i, expected) in golden.GetProperty("sentences").EnumerateArray().Index())
            Near(expected.GetDouble(), Bleu.Sentence(predicted[i], references[i], options).Score);
    }

    [Theory]
    [MemberData(nameof(Chrfs))]
    public void Chrf_is_that_of_sacreBLEU(string name)
    {
        var (golden, texts) = (All[name], All[All[name].GetProperty("texts").GetString()!]);
        var given = golden.GetProperty("options");
        var options = new ChrfOptions
        {
            CharacterOrder = Whole(given, "char_order") ?? 6,
            WordOrder = Whole(given, "word_order") ?? 0,
            Beta = Whole(given, "beta") ?? 2,
            Lowercase = Flag(given, "lowercase") ?? false,
        };
        var (predicted, references, outputs) = (Predicted(texts), References(texts), golden.GetProperty("outputs"));
        var score = Chrf.Corpus(predicted, references, options);
        Near(outputs.GetProperty("score").GetDouble(), score.Score);
        Assert.Equal(outputs.GetProperty("line").GetString(), score.ToString());
        Assert.Equal(outputs.GetProperty("signature").GetString(), score.Signature);
        foreach (var (i, expected) in golden.GetProperty("sentences").EnumerateArray().Index())
            Near(expected.GetDouble(), Chrf.Sentence(predicted[i], references[i], options).Score);
    }

    [Theory]
    [MemberData(nameof(SpanScores))]
    public void Span_scores_are_those_of_conlleval(string name)
    {
        var golden = All[name];
        var score = SpanScore.From(
            Predicted(golden).Select(sentence => sentence.Split(' ')), References(golden).Select(references => references[0].Split(' ')));
        Assert.Equal(golden.GetProperty("outputs").GetProperty("line").GetString(), score.ToString());
    }

    [Theory]
    [MemberData(nameof(Rouges))]
    public void Rouge_is_its_definition(string name)
    {
        var (golden, outputs) = (All[name], All[name].GetProperty("outputs"));
        var rouge = Rouge.Of(Predicted(golden)[0], References(golden)[0][0]);
        foreach (var (part, score) in new[] { ("one", rouge.One), ("two", rouge.Two), ("longest", rouge.L) })
        {
            foreach (var (expected, figure) in outputs.GetProperty(part).EnumerateArray().Zip([score.Precision, score.Recall, score.F1]))
                Near(expected.GetDouble(), figure);
        }
    }

    /// <summary>The same formula in double precision; the last bits depend on the logarithm of the platform.</summary>
    private static void Near(double expected, double actual) => Assert.InRange(actual, expected - (1e-12 * Math.Abs(expected)), expected + (1e-12 * Math.Abs(expected)));

    private static BleuOptions Options(JsonElement given) => new()
    {
        Tokenizer = Name(given, "tokenize") switch
        {
            "intl" => BleuTokenizer.International,
            "char" => BleuTokenizer.Characters,
            "none" => BleuTokenizer.None,
            _ => BleuTokenizer.V13a,
        },
        Smoothing = Name(given, "smooth_method") switch
        {
            "floor" => BleuSmoothing.Floor,
            "add-k" => BleuSmoothing.AddK,
            "none" => BleuSmoothing.None,
            _ => BleuSmoothing.Exponential,
        },
        SmoothingValue = given.TryGetProperty("smooth_value", out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null,
        MaxOrder = Whole(given, "max_ngram_order") ?? 4,
        EffectiveOrder = Flag(given, "effective_order"),
        Lowercase = Flag(given, "lowercase") ?? false,
    };

    private static string? Name(JsonElement given, string option) => given.TryGetProperty(option, out var value) ? value.GetString() : null;

    private static int? Whole(JsonElement given, string option) => given.TryGetProperty(option, out var value) ? value.GetInt32() : null;

    private static bool? Flag(JsonElement given, string option) => given.TryGetProperty(option, out var value) ? value.GetBoolean() : null;

    private static string[] Predicted(JsonElement texts) => [.. texts.GetProperty("predicted").EnumerateArray().Select(text => text.GetString()!)];

    private static string[][] References(JsonElement texts) =>
        [.. texts.GetProperty("references").EnumerateArray().Select(texts => texts.EnumerateArray().Select(text => text.GetString()!).ToArray())];

    private static TheoryData<string> Of(string op) =>
        [.. All.Where(golden => golden.Value.GetProperty("op").GetString() == op).Select(golden => golden.Key)];

    private static Dictionary<string, JsonElement> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "text_scores.json")));
        return document.RootElement.EnumerateArray().ToDictionary(golden => golden.GetProperty("name").GetString()!, golden => golden.Clone());
    }
}
