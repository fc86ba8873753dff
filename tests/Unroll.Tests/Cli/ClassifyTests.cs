using System.Text;
using System.Text.Json.Nodes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary><c>unroll classify</c>: from a table to a model, and from texts to classes.</summary>
public sealed class ClassifyTests(ClassifyTests.Trained run) : IClassFixture<ClassifyTests.Trained>
{
    [Fact]
    public void A_table_becomes_a_model_and_a_report()
    {
        Assert.Equal(
            ["history.csv", "metrics.json", "model.safetensors", "recipe.json", "report.html"],
            Directory.GetFileSystemEntries(run.Folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("300 texts of 3 classes: number (100), person (100), place (100).", run.Said, StringComparison.Ordinal);
        Assert.Contains("bag of words", run.Said, StringComparison.Ordinal);
        Assert.Contains("Class: person", run.Said, StringComparison.Ordinal);
        Assert.Matches("The network is (not better|a little better|better) than the bag of words", run.Said);
        var figures = JsonNode.Parse(File.ReadAllText(run.Folder["run/metrics.json"]))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["accuracy"]!, 0.8, 1);
        Assert.Equal(["majority class", "bag of words"], figures["baselines"]!.AsObject().Select(pair => pair.Key));
        var page = File.ReadAllText(run.Folder["run/report.html"]);
        Assert.Contains("<h2>Explanations</h2>", page, StringComparison.Ordinal);
        Assert.Matches("<span class=\"right\" style=\"--s:55%\" title=\"\\+0\\.\\d\\d, attention 0\\.\\d+\">", page);
    }

    [Fact]
    public void What_it_wrote_is_a_recipe_and_a_model_like_others()
    {
        UnrollCommand.Fine(run.Folder.Path, "train", "run/recipe.json", "--epochs", "1", "--out", "again");
        File.WriteAllText(run.Folder["two.txt"], "where is rome\nwho wrote it\n");
        var lines = UnrollCommand.Fine(run.Folder.Path, "predict", "run", "--input", "two.txt").TrimEnd().Split('\n');
        Assert.Equal((3, "line,class,probability"), (lines.Length, lines[0]));
        Assert.StartsWith("1,place,0.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2,person,0.", lines[2], StringComparison.Ordinal);
        Assert.Contains("accuracy", UnrollCommand.Fine(run.Folder.Path, "evaluate", "run"), StringComparison.Ordinal);
        Assert.Contains("/weights", UnrollCommand.Fine(run.Folder.Path, "trace", "run", "--text", "where is rome"), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_classified()
    {
        var lines = UnrollCommand.Fine(run.Folder.Path, "classify", "run", "where is rome", "who was caesar").Split('\n');
        Assert.StartsWith("place\t0.", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("\twhere is rome", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("person\t0.", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_have_all_probabilities_and_pieces()
    {
        var line = UnrollCommand.Fine(run.Folder.Path, "classify", "run", "Where is \"Rome\"?", "--json", "--explain").TrimEnd();
        var said = JsonNode.Parse(line)!;
        Assert.Equal(("Where is \"Rome\"?", "place"), ((string)said["text"]!, (string)said["class"]!));
        Assert.Equal(["number", "person", "place"], said["probabilities"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(1, said["probabilities"]!.AsObject().Sum(pair => (double)pair.Value!), 1e-4);
        Assert.Equal("Where is \"Rome\"?", string.Concat(said["pieces"]!.AsArray().Select(piece => (string)piece!["text"]!)));
        Assert.True((double)said["pieces"]![0]!["weight"]! != 0);
    }

    [Fact]
    public void Explanations_have_numbers_where_there_are_no_colours() => Assert.Matches(
        @"\n  where\[[+-]?0\.\d\d\] is\[[+-]?0\.\d\d\] rome\[[+-]?0\.\d\d\]\n",
        UnrollCommand.Fine(run.Folder.Path, "classify", "run", "where is rome", "--explain"));

    [Fact]
    public void Every_line_of_any_input_has_its_line_of_output()
    {
        byte[][] lines =
        [
            "where is rome"u8.ToArray(), [], "zebra quagga"u8.ToArray(), "🙂🙂 ❤️"u8.ToArray(), "where is 서울 и Москва"u8.ToArray(),
            [(byte)'w', (byte)'h', (byte)'o', (byte)' ', 0xff, 0xc3, 0x28], Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("who is it ", 300_000))),
            "how many"u8.ToArray(),
        ];
        File.WriteAllBytes(run.Folder["odd.txt"], [.. lines.SelectMany((line, i) => i == 0 ? line : [(byte)'\n', .. line])]);
        var fromFile = UnrollCommand.Fine(run.Folder.Path, "classify", "run", "--input", "odd.txt").TrimEnd('\n').Split('\n');
        Assert.Equal(8, fromFile.Length);
        Assert.StartsWith("place\t", fromFile[0], StringComparison.Ordinal);
        Assert.Contains("(no words: the most frequent class)", fromFile[1], StringComparison.Ordinal);
        Assert.Contains("who ��(", fromFile[5], StringComparison.Ordinal);
        Assert.EndsWith("…", fromFile[6], StringComparison.Ordinal);
        Assert.StartsWith("person\t", fromFile[6], StringComparison.Ordinal);
        Assert.StartsWith("number\t", fromFile[7], StringComparison.Ordinal);

        using var process = UnrollCommand.Start(run.Folder.Path, "classify", "run");
        process.StandardInput.BaseStream.Write(File.ReadAllBytes(run.Folder["odd.txt"]));
        process.StandardInput.Close();
        Assert.Equal(fromFile, UnrollCommand.Finish(process).Output.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("There is no such file", "classify", "missing.tsv")]
    [InlineData("is no trained model", "classify", "questions.tsv", "a text")]
    [InlineData("--epochs is for training from a table", "classify", "run", "a text", "--epochs", "3")]
    [InlineData("Give texts or --input, not both.", "classify", "run", "a text", "--input", "questions.tsv")]
    [InlineData("The file has 2 texts, but to learn, to know when to end and to judge takes at least 20.", "classify", "few.tsv")]
    [InlineData("All texts have the class 'only'. Give at least two classes.", "classify", "one.tsv")]
    public void Wrong_use_is_told(string message, params string[] arguments)
    {
        File.WriteAllText(run.Folder["one.tsv"], "label\ttext\n" + string.Concat(Enumerable.Range(0, 30).Select(row => $"only\tsome text {row}\n")));
        File.WriteAllText(run.Folder["few.tsv"], "label\ttext\nbad\ta dull film\ngood\ta fine film\n");
        Assert.Contains(message, UnrollCommand.Refused(run.Folder.Path, arguments), StringComparison.Ordinal);
    }

    /// <summary>A model of three classes of questions.</summary>
    public sealed class Trained : IDisposable
    {
        internal TemporaryFolder Folder { get; } = new();

        internal string Said { get; }

        public Trained()
        {
            (string Class, string[] Starts)[] kinds =
                [("place", ["where is", "in which city is"]), ("person", ["who is", "who wrote", "who found"]), ("number", ["how many", "how much is"])];
            string[] things = ["rome", "the film", "a house", "the book", "it", "water", "the king", "this song", "a star", "the moon"];
            var random = new Rng(3);
            var rows = Enumerable.Range(0, 300).Select(row =>
            {
                var (title, starts) = kinds[row % 3];
                return $"{title}\t{starts[random.NextInt32(starts.Length)]} {things[random.NextInt32(10)]} {things[random.NextInt32(10)]}";
            });
            File.WriteAllLines(Folder["questions.tsv"], rows);
            Said = UnrollCommand.Fine(Folder.Path, "classify", "questions.tsv", "--epochs", "8", "--out", "run");
        }

        public void Dispose() => Folder.Dispose();
    }
}
