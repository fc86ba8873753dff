using System.Text.Json.Nodes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>Words looked up in vectors, and vectors learnt from a text.</summary>
public sealed class EmbedTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private const string Vectors = "man 1 0 0\nking 1 2 0\nwoman 1 0 2\nqueen 1 2 2\napple -3 -1 1\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Neighbours_are_printed()
    {
        Write("v.txt", Vectors);
        Assert.Equal(
            "king\n   0.745  queen\n   0.447  man\napple\n  -0.135  woman\n  -0.302  queen\n",
            UnrollCommand.Fine(folder.Path, "embed", "v.txt", "king", "apple", "--count", "2"));
        Assert.Equal(
            "man : king = woman : ?\n   0.912  queen\n",
            UnrollCommand.Fine(folder.Path, "embed", "v.txt", "--count", "1", "--analogy", "man", "king", "woman"));
        Assert.Equal("king 1 2 0\n", UnrollCommand.Fine(folder.Path, "embed", "v.txt", "king", "--vectors"));
    }

    [Fact]
    public void Lines_of_json_are_for_other_programs()
    {
        Write("v.txt", Vectors);
        Write("words.txt", "queen\n\n man \n");
        var lines = UnrollCommand.Fine(folder.Path, "embed", "v.txt", "king", "--input", "words.txt", "--json", "--count", "2", "--analogy", "man", "king", "woman")
            .TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["king", "queen", "man"], lines[..3].Select(line => (string)line["word"]!));
        Assert.Equal("queen", (string)lines[0]["nearest"]![0]!["word"]!);
        Assert.Equal(0.745, (double)lines[0]["nearest"]![0]!["similarity"]!, 5e-4);
        Assert.Equal(["man", "king", "woman"], lines[3]["analogy"]!.AsArray().Select(word => (string)word!));
        Assert.Equal("queen", (string)lines[3]["nearest"]![0]!["word"]!);
        Assert.Equal(
            "{\"word\":\"apple\",\"vector\":[-3,-1,1]}\n", UnrollCommand.Fine(folder.Path, "embed", "v.txt", "apple", "--json", "--vectors"));
    }

    [Fact]
    public void Words_come_from_standard_input()
    {
        Write("v.txt", Vectors);
        using var process = UnrollCommand.Start(folder.Path, "embed", "v.txt", "--count", "1");
        process.StandardInput.Write("king\n\nwoman\n");
        process.StandardInput.Close();
        Assert.Equal(new Ended(0, "king\n   0.745  queen\nwoman\n   0.745  queen\n", ""), UnrollCommand.Finish(process));
    }

    [Fact]
    public void Vectors_change_their_format()
    {
        Write("v.txt", Vectors);
        Assert.Equal("Wrote v.bin.gz\n", UnrollCommand.Fine(folder.Path, "embed", "v.txt", "--out", "v.bin.gz"));
        UnrollCommand.Fine(folder.Path, "embed", "v.bin.gz", "--out", "again.txt");
        Assert.Equal($"5 3\n{Vectors}", File.ReadAllText(folder["again.txt"]));
    }

    [Fact]
    public void Vectors_are_learnt_from_a_text()
    {
        var random = new Rng(1);
        string[] Topic(char letter) => [.. Enumerable.Range(0, 6).Select(_ => $"{letter}{random.NextInt32(4)}")];
        Write("text.txt", string.Join('\n', Enumerable.Range(0, 1500).Select(i => string.Join(' ', Topic("ABC"[i % 3])))));
        string[] options = ["--width", "16", "--epochs", "6", "--seed", "3", "--min-frequency", "2"];
        var printed = UnrollCommand.Fine(folder.Path, ["embed", "text.txt", "a1", "--out", "v.txt", "--count", "3", .. options]);
        Assert.Matches(@"^12 words in .* s, [\d,]+ words/s\na1\n( +0\.\d{3}  a\d\n){3}Wrote v\.txt\n$", printed);
        Assert.StartsWith("12 16\n", File.ReadAllText(folder["v.txt"]), StringComparison.Ordinal);
        UnrollCommand.Fine(folder.Path, ["embed", "text.txt", "--out", "again.txt", "--threads", "2", .. options]);
        Assert.Equal(File.ReadAllText(folder["v.txt"]), File.ReadAllText(folder["again.txt"]));
        var json = UnrollCommand.Fine(folder.Path, ["embed", "text.txt", "B2", "--tokenizer", "spaces", "--cbow", "--window", "2", "--json", "--count", "3", .. options]);
        Assert.Matches("^{\"word\":\"B2\",\"nearest\":\\[.*\\]}\n$", json);
    }

    [Fact]
    public void Faults_are_told()
    {
        Write("v.txt", Vectors);
        Write("text.txt", "some words of a text\n");
        Write("bad.txt", "a 1 2\nb 1\n");
        (string Message, string[] Arguments)[] faults =
        [
            ("There is no vector for 'qeen' (did you mean 'queen'?). Give a word that is in the vectors.", ["v.txt", "qeen"]),
            ("--count must be at least 1, but is 0.", ["v.txt", "king", "--count", "0"]),
            ("This is a text: vectors will be learnt from it. Give --out FILE to keep them, or words to look up.", ["text.txt"]),
            ("text.txt: No word occurs at least 5 times in the sentences.", ["text.txt", "text"]),
            ("Width must be from 1 to 65536, but is 0", ["text.txt", "text", "--width", "0"]),
            ("--tokenizer: there is no tokenizer 'letters'", ["text.txt", "text", "--tokenizer", "letters"]),
            ("bad.txt, line 2, text 'b 1': Expected a word and 2 numbers, but got 1 numbers.", ["bad.txt", "a"]),
            ("none.txt: There is no such file.", ["none.txt", "a"]),
            ("The model has no embedding, so it has no vectors of words.", [run.Directory, "a"]),
        ];
        foreach (var (message, arguments) in faults)
            Assert.Contains(message, UnrollCommand.Refused(folder.Path, ["embed", .. arguments]), StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(folder[name], text);
}
