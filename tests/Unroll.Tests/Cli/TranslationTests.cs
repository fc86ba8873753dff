using System.Text.Json.Nodes;
using Unroll.Tests.Cli.Drawing;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>One short training on pairs of one's own that the tests below use.</summary>
public sealed class TranslationRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TranslationRun()
    {
        var random = new Rng(1);
        var lines = Enumerable.Range(0, 300).Select(_ => string.Join(' ', Enumerable.Range(0, 2 + random.NextInt32(3)).Select(_ => Words[random.NextInt32(8)])))
            .Distinct().Select(line => $"{line}\t{string.Join(' ', line.Split(' ').Reverse()).ToUpperInvariant()}\tnobody");
        File.WriteAllLines(folder["pairs.tsv"], lines);
        File.WriteAllText(folder["backwards.json"], """
            {
              "name": "backwards", "description": "Words backwards.",
              "task": {
                "kind": "translation", "train": "pairs.tsv", "sourceTokenizer": "spaces", "targetTokenizer": "spaces", "length": 10,
                "targetLength": 10, "translatedSamples": 10
              },
              "model": [{
                "layer": "seq2Seq", "ids": 12, "attention": "multiplicativeAttention", "feeding": "output",
                "encoder": { "layer": "stacked", "layers": [
                  { "layer": "embedding", "inputs": 12, "units": 8, "maskZero": true },
                  { "layer": "bidirectional", "forwardLayer": { "layer": "gru", "units": 8, "returnSequences": true } }] },
                "decoder": [{ "layer": "gru", "units": 16, "returnSequences": true }]
              }],
              "training": { "optimizer": { "kind": "adam", "learningRate": 0.02 }, "loss": "sparseCategoricalCrossentropyFromLogits", "epochs": 6,
                "earlyStopping": { "monitor": "val_bleu", "patience": 5, "restoreBestWeights": true } }
            }
            """);
        Output = UnrollCommand.Fine(folder.Path, "train", "backwards.json", "--threads", "1", "--out", "run", "--json", "figures.json");
    }

    public static string[] Words { get; } = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht"];

    public string Folder => folder.Path;

    public string Output { get; }

    public void Dispose() => folder.Dispose();
}

/// <summary>The commands that make texts of texts, from a trained recipe to what they write.</summary>
public sealed class TranslationTests(TranslationRun run) : IClassFixture<TranslationRun>
{
    [Fact]
    public void Figures_and_the_report_are_of_texts()
    {
        var figures = JsonNode.Parse(File.ReadAllText(Path.Combine(run.Folder, "figures.json")))!;
        string[] names = ["loss", "perplexity", "bleu", "chrf", "rouge_1", "rouge_2", "rouge_l", "exact_accuracy", "character_accuracy"];
        Assert.Equal(names, figures["metrics"]!["test"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(names[2..], figures["baselines"]!["copy of the source"]!.AsObject().Select(pair => pair.Key));
        Assert.InRange((double)figures["metrics"]!["test"]!["character_accuracy"]!, 0.3, 1);
        Assert.Contains("val_bleu", File.ReadAllText(Path.Combine(run.Folder, "run", "history.csv")), StringComparison.Ordinal);
        var page = File.ReadAllText(Path.Combine(run.Folder, "run", "report.html"));
        Pages.Check(page);
        Assert.Contains("<table class=\"confusion attention\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_translated_one_to_one()
    {
        File.WriteAllText(Path.Combine(run.Folder, "lines"), "eins zwei\n\nneun 👩‍👩‍👧\ndrei vier eins\n");
        var plain = Fine("translate", "run", "--input", "lines");
        Assert.Equal(4, plain.Count(letter => letter == '\n'));
        Assert.Equal("", plain.Split('\n')[1]);
        var lines = Fine("translate", "run", "--input", "lines", "--json", "--attention", "--results", "2").TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["eins zwei", "", "neun 👩‍👩‍👧", "drei vier eins"], lines.Select(line => (string)line["source"]!));
        Assert.Equal(plain.Split('\n')[..4], lines.Select(line => (string)line["text"]!));
        Assert.Equal(3, lines[3]["sourceTokens"]!.AsArray().Count);
        Assert.All(lines[3]["attention"]!.AsArray(), step => Assert.Equal(1, step!.AsArray().Sum(weight => (double)weight!), 3));
        Assert.Single(lines[3]["others"]!.AsArray());
        Assert.True((double)lines[3]["score"]! >= (double)lines[3]["others"]![0]!["score"]!);
        Assert.Equal((string)lines[0]["text"]!, Fine("translate", "run", "eins", "zwei").TrimEnd('\n'));
        Assert.Equal(plain, Fine("summarize", "run", "--input", "lines"));
    }

    [Fact]
    public void Searching_and_drawing_have_their_options()
    {
        string[] asked = ["translate", "run", "eins zwei drei vier"];
        Assert.NotEqual(Fine([.. asked, "--temperature", "3", "--seed", "1"]), Fine([.. asked, "--temperature", "3", "--seed", "2"]));
        Assert.Equal(Fine([.. asked, "--temperature", "3", "--seed", "1"]), Fine([.. asked, "--temperature", "3", "--seed", "1"]));
        Assert.Equal(2, Fine([.. asked, "--max-length", "2"]).Trim().Split(' ').Length);
    }

    [Fact]
    public void A_sentence_beyond_what_the_model_reads_is_told()
    {
        File.WriteAllText(Path.Combine(run.Folder, "long"), string.Join(' ', Enumerable.Repeat("eins", 10_000)) + "\n");
        var ended = UnrollCommand.Run(run.Folder, "translate", "run", "--input", "long", "--max-length", "5");
        Assert.Equal(0, ended.Code);
        Assert.Contains("a text of 10000 tokens was read up to token 10", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_beyond_the_ids_of_a_model_are_unknown()
    {
        var told = Fine("train", "backwards.json", "--epochs", "1", "--set", "model.0.ids=9", "--out", "narrow");
        Assert.Contains("The model has ids for 9 tokens of targets; rarer ones are unknown to it.", told, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_goes_on()
    {
        string[] common = ["train", "backwards.json", "--threads", "1", "--set", "task.translatedSamples=0", "--set", "training.earlyStopping=null"];
        UnrollCommand.Fine(run.Folder, [.. common, "--epochs", "4", "--out", "whole"]);
        UnrollCommand.Fine(run.Folder, [.. common, "--epochs", "2", "--out", "half"]);
        UnrollCommand.Fine(run.Folder, [.. common, "--epochs", "4", "--out", "rest", "--resume", "half"]);
        double Loss(string folder) => (double)JsonNode.Parse(File.ReadAllText(Path.Combine(run.Folder, folder, "metrics.json")))!["metrics"]!["test"]!["loss"]!;
        Assert.Equal(Loss("whole"), Loss("rest"));
        Assert.Contains("The run to resume has finished 4 of 4 epochs. Give more with --epochs.", UnrollCommand.Refused(run.Folder, [.. common, "--epochs", "4", "--resume", "whole"]), StringComparison.Ordinal);
        Assert.Contains("another model than the recipe", UnrollCommand.Refused(run.Folder, [.. common, "--set", "model.0.dropout=0.5", "--resume", "half"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--attention is a table of numbers for other programs. Add --json", "translate", "run", "x", "--attention")]
    [InlineData("--beams must be at least 1, but is 0.", "translate", "run", "x", "--beams", "0")]
    [InlineData("Results must be from 1 to Beams = 5, but is 9", "translate", "run", "x", "--results", "9")]
    [InlineData("there is no such model file", "summarize", "nope.safetensors", "x")]
    [InlineData("give either train, a file of pairs, or drawn", "train", "backwards.json", "--set", "task.train=null")]
    [InlineData("has 12 ids, but targets have", "train", "backwards.json", "--set", "task.targetTokenizer=characters", "--set", "task.targetVocabulary.size=50")]
    [InlineData("task.sharedVocabulary must be true", "train", "backwards.json", "--set", "model.0.copy=true")]
    public void Bad_usage(string message, params string[] arguments) =>
        Assert.Contains(message, UnrollCommand.Refused(run.Folder, arguments), StringComparison.Ordinal);

    private string Fine(params string[] arguments) => UnrollCommand.Fine(run.Folder, arguments);
}
