using System.Text.Json.Nodes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary><c>unroll tag</c>, and the recipes it needs: sentences whose tags follow from words, endings and order.</summary>
public sealed class TagTests(TagTests.Trained run) : IClassFixture<TagTests.Trained>
{
    [Fact]
    public void A_tagger_is_judged_beside_simple_methods()
    {
        Assert.Contains("val_f1", run.Said, StringComparison.Ordinal);
        Assert.Contains("LOC: precision:", run.Said, StringComparison.Ordinal);
        var figures = JsonNode.Parse(File.ReadAllText(run.Folder["run/metrics.json"]))!;
        var test = figures["metrics"]!["test"]!.AsObject();
        Assert.Equal(["loss", "accuracy", "precision", "recall", "f1", "label_accuracy", "sentence_accuracy"], test.Select(pair => pair.Key));
        Assert.InRange((double)test["f1"]!, 0.95, 1);
        Assert.InRange((double)test["label_accuracy"]!, 0.95, 1);
        Assert.Equal(["most frequent tag", "Markov chain of tags"], figures["baselines"]!.AsObject().Select(pair => pair.Key));
        Assert.True((double)figures["baselines"]!["most frequent tag"]!["f1"]! < (double)test["f1"]!);
        Assert.Equal(["LOC", "PER"], figures["spans"]!.AsObject().Select(pair => pair.Key));
        Assert.Contains("<h2>Spans</h2>", File.ReadAllText(run.Folder["run/report.html"]), StringComparison.Ordinal);
        Assert.Contains("val_f1", File.ReadAllLines(run.Folder["run/history.csv"])[0], StringComparison.Ordinal);
        Assert.Contains("label_accuracy", UnrollCommand.Fine(run.Folder.Path, "evaluate", "run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_tagged_line_by_line_and_empty_lines_stay()
    {
        Assert.Equal("Ann/B-PER Lee/I-PER sleeps/O in/O Rome/B-LOC ./O\tstate\n", UnrollCommand.Fine(run.Folder.Path, "tag", "run", "Ann Lee sleeps in Rome."));
        File.WriteAllText(run.Folder["lines.txt"], "does Bob Kim sleep in Oslo ?\n\n??\n");
        var lines = UnrollCommand.Fine(run.Folder.Path, "tag", "run", "--input", "lines.txt", "--split").Split('\n');
        Assert.Equal("does/O Bob/B-PER Kim/I-PER sleep/O in/O Oslo/B-LOC ?/O\tquestion", lines[0]);
        Assert.Equal("", lines[1]);
        Assert.StartsWith("??/", lines[2], StringComparison.Ordinal);
        using var process = UnrollCommand.Start(run.Folder.Path, "tag", "run", "--split");
        process.StandardInput.Write(File.ReadAllText(run.Folder["lines.txt"]));
        process.StandardInput.Close();
        Assert.Equal(lines, UnrollCommand.Finish(process).Output.Split('\n'));
    }

    [Fact]
    public void Json_lines_have_probabilities()
    {
        var said = JsonNode.Parse(UnrollCommand.Fine(run.Folder.Path, "tag", "run", "Ann Lee sleeps", "--json"))!;
        Assert.Equal("Ann Lee sleeps", (string)said["text"]!);
        Assert.Equal(["B-PER", "I-PER", "O"], said["words"]!.AsArray().Select(word => (string)word!["tag"]!));
        Assert.All(said["words"]!.AsArray(), word => Assert.InRange((double)word!["probability"]!, 0.5, 1));
        Assert.Equal("state", (string)said["label"]!);
    }

    [Fact]
    public void Files_in_columns_are_filled_and_stay_as_they_are_else()
    {
        const string text = "# a comment\nAnn\t1\nsleeps\t2\n\n\nin\t3\nRome\t4\n";
        File.WriteAllText(run.Folder["words.conll"], text);
        const string filled = "# a comment\nAnn\tB-PER\nsleeps\tO\n\n\nin\tO\nRome\tB-LOC\n";
        Assert.Equal(filled, UnrollCommand.Fine(run.Folder.Path, "tag", "run", "--input", "words.conll", "--column", "2"));
        Assert.Equal(
            "# a comment\nAnn\t1\tB-PER\nsleeps\t2\tO\n\n\nin\t3\tO\nRome\t4\tB-LOC\n",
            UnrollCommand.Fine(run.Folder.Path, "tag", "run", "--input", "words.conll"));
        using var process = UnrollCommand.Start(run.Folder.Path, "tag", "run", "--conll", "--column", "-1");
        process.StandardInput.Write(text);
        process.StandardInput.Close();
        Assert.Equal(filled, UnrollCommand.Finish(process).Output);
        File.WriteAllText(run.Folder["words.iob"], "BOS Ann sleeps EOS\tO O O x\nBOS in Rome EOS\tO O O x\n");
        var lines = UnrollCommand.Fine(run.Folder.Path, "tag", "run", "--input", "words.iob").TrimEnd().Split('\n');
        Assert.StartsWith("BOS Ann sleeps EOS\tO B-PER O ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("BOS in Rome EOS\tO O B-LOC ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Ann/B-PER sleeps/O\t", UnrollCommand.Fine(run.Folder.Path, "tag", "run", "--input", "words.iob", "--as", "text"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_sentence_is_tagged()
    {
        File.WriteAllText(run.Folder["long.txt"], string.Join(' ', Enumerable.Repeat("Ann Lee sleeps in", 2_500)) + "\n");
        var words = UnrollCommand.Fine(run.Folder.Path, "tag", "run", "--input", "long.txt").Split('\t')[0].Split(' ');
        Assert.Equal(10_000, words.Length);
        Assert.Equal("Ann/B-PER Lee/I-PER sleeps/O in/O", string.Join(' ', words[5_000..5_004]));
    }

    [Fact]
    public void Tables_come_out_of_predict()
    {
        File.WriteAllText(run.Folder["one.txt"], "Ann sleeps in Rome .\n");
        var lines = UnrollCommand.Fine(run.Folder.Path, "predict", "run", "--input", "one.txt").Split('\n');
        Assert.Equal("line,word,tag,probability", lines[0]);
        Assert.StartsWith("1,Ann,B-PER,0.", lines[1].Replace("1.0000", "0.9999", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.StartsWith("1,,state,", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_told()
    {
        string Refused(params string[] arguments) => UnrollCommand.Refused(run.Folder.Path, ["tag", .. arguments]);
        File.WriteAllText(run.Folder["broken.conll"], "Ann\tx\nsleeps\n");
        Assert.Contains("broken.conll, line 2", Refused("run", "--input", "broken.conll"), StringComparison.Ordinal);
        Assert.Contains("Give sentences or --input, not both.", Refused("run", "a b", "--input", "x"), StringComparison.Ordinal);
        Assert.Contains("--column is for input in columns", Refused("run", "a b", "--column", "1"), StringComparison.Ordinal);
        Assert.Contains("There is no such file", Refused("run", "--input", "nowhere.conll"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"characters\": 0, \"rows\": -1", 12, "rows must be 0 (all) or more, but is -1; characters must be at least 1, but is 0")]
    [InlineData("\"tagColumn\": \"9\"", 12, "There is no column '9'")]
    [InlineData("\"scheme\": \"iobes\", \"tagColumn\": \"1\"", 12, "Words and tags are asked for from the same column")]
    [InlineData("\"scheme\": \"iobes\", \"tagColumn\": \"2\"", 12, "the tags of words.txt mark no spans")]
    [InlineData("", 2, "there are 4 tags")]
    [InlineData("\"vocabulary\": {}, \"spellingVocabulary\": {}", 12, "Embedding 'embedding' has 6 ids, but there are")]
    public void Recipes_that_do_not_fit_are_refused(string task, int units, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["words.txt"], "Ann N B-PER\nLee N I-PER\nsees V O\nBob N B-LOC\n\nBob N B-PER\nruns V O\n\n");
        File.WriteAllText(folder["r.json"], $$"""
            {
              "task": { "kind": "tagging", "train": "words.txt", "testFile": "words.txt"{{(task.Length > 0 ? ", " + task : "")}} },
              "model": [{ "layer": "columnSlice", "first": 0 }, { "layer": "embedding", "inputs": 6, "units": 3 }, { "layer": "dense", "units": {{units}} }, "conditionalRandomField"],
              "training": { "loss": "negativeLogLikelihood", "epochs": 1 }
            }
            """.Replace("embedding\", \"inputs", "embedding\", \"name\": \"embedding\", \"inputs", StringComparison.Ordinal));
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, "train", "r.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conll2000-chunks", "conll2000-chunking", "f1")]
    [InlineData("ud-english-pos", "ud-english-ewt", "accuracy")]
    [InlineData("ud-korean-pos", "ud-korean-gsd", "accuracy")]
    [InlineData("atis", "atis", "label_accuracy")]
    public void Shipped_recipes_train(string recipe, string set, string figure)
    {
        var data = RealData.Folder(set);
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(
            folder.Path, "train", recipe, "--epochs", "1", "--data", data, "--set", "task.rows=60", "--set", "training.batchSize=8", "--out", "run", "--json", "figures.json");
        Assert.InRange((double)JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!["metrics"]!["test"]![figure]!, 0, 1);
    }

    /// <summary>A run on sentences that are made of some words.</summary>
    public sealed class Trained : IDisposable
    {
        private static readonly string[] First = ["Ann", "Bob", "Eva", "Tom", "Kim"];
        private static readonly string[] Last = ["Lee", "Kim", "Ott", "Ray"];
        private static readonly string[] Towns = ["Rome", "Oslo", "Bonn", "Lee"];

        public Trained()
        {
            var random = new Rng(5);
            string Pick(string[] of) => of[random.NextInt32(of.Length)];
            var lines = Enumerable.Range(0, 400).Select(_ =>
            {
                var (asks, isLong) = (random.NextInt32(2) == 0, random.NextInt32(2) == 0);
                var name = isLong ? $"{Pick(First)} {Pick(Last)}" : Pick(First);
                var words = asks ? $"does {name} sleep in {Pick(Towns)} ?" : $"{name} sleeps in {Pick(Towns)} .";
                var tags = $"{(asks ? "O " : "")}B-PER {(isLong ? "I-PER " : "")}O O B-LOC O";
                return $"BOS {words} EOS\tO {tags} {(asks ? "question" : "state")}";
            });
            File.WriteAllLines(Folder["train.iob"], lines);
            File.WriteAllText(Folder["names.json"], """
                {
                  "name": "names",
                  "task": { "kind": "tagging", "train": "train.iob", "scheme": "iobes", "vocabulary": { "size": 60 }, "spellingVocabulary": { "size": 60 }, "characters": 6 },
                  "model": [
                    {
                      "layer": "branches",
                      "layers": [
                        { "layer": "stacked", "layers": [{ "layer": "columnSlice", "first": 0 }, { "layer": "embedding", "inputs": 60, "units": 12 }] },
                        { "layer": "stacked", "layers": [{ "layer": "columnSlice", "first": 1 }, { "layer": "embedding", "inputs": 8, "units": 4 }] },
                        {
                          "layer": "stacked",
                          "layers": [
                            { "layer": "columnSlice", "first": 2, "count": 6 },
                            {
                              "layer": "timeDistributed",
                              "inner": { "layer": "stacked", "layers": [{ "layer": "embedding", "inputs": 60, "units": 6, "maskZero": true }, { "layer": "bidirectional", "forwardLayer": { "layer": "lstm", "units": 6 } }] }
                            }
                          ]
                        }
                      ],
                      "merge": "concat"
                    },
                    { "layer": "bidirectional", "forwardLayer": { "layer": "lstm", "units": 16, "returnSequences": true } },
                    { "layer": "dense", "units": 12 },
                    "conditionalRandomField"
                  ],
                  "training": {
                    "optimizer": { "kind": "adam", "learningRate": 0.02 }, "loss": "negativeLogLikelihood", "epochs": 12, "batchSize": 16,
                    "validationSplit": 0.1, "earlyStopping": { "monitor": "val_sentence_accuracy", "patience": 6, "restoreBestWeights": true }
                  }
                }
                """);
            Said = UnrollCommand.Fine(Folder.Path, "train", "names.json", "--out", "run");
        }

        internal TemporaryFolder Folder { get; } = new();

        /// <summary>What the training wrote to the terminal.</summary>
        public string Said { get; }

        public void Dispose() => Folder.Dispose();
    }
}
