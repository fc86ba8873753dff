using System.Text;
using System.Text.Json.Nodes;
using Unroll.Tests.Cli.Drawing;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>One short training of the shipped recipe that the tests below use.</summary>
public sealed class LanguageRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LanguageRun() => UnrollCommand.Fine(folder.Path, "train", "next-letter", "--threads", "1", "--out", "run");

    public string Folder => folder.Path;

    public void Dispose() => folder.Dispose();
}

/// <summary>The commands that continue texts, from a trained recipe to what they write.</summary>
public sealed class LanguageTests(LanguageRun run) : IClassFixture<LanguageRun>
{
    [Fact]
    public void The_recipe_learns_its_word()
    {
        Assert.Equal("국민대학\n", Fine("generate", "run", "국", "--temperature", "0", "--length", "4"));
        Assert.Equal("국민대학\n국민\n", Fine("generate", "run", "국민", "--temperature", "0", "--length", "5"));
        Assert.Equal("국민대학\n", Fine("generate", "run", "국민", "--temperature", "0", "--stop", "\\n"));
        Assert.Equal("국민 대학\n", Fine("generate", "run", "국민 대학", "--length", "0")); // words behind the model are one text
        var figures = JsonNode.Parse(File.ReadAllText(Path.Combine(run.Folder, "run", "metrics.json")))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["loss"]!, 0, 0.1);
    }

    [Fact]
    public void Its_embedding_has_neighbours()
    {
        var line = Lines(Fine("embed", "run", "국", "--json", "--count", "9"))[0];
        Assert.Equal("국", (string)line["word"]!);
        Assert.Equal(["\n", "대", "민", "학"], line["nearest"]!.AsArray().Select(near => (string)near!["word"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Seeds_and_counts_make_different_texts()
    {
        string[] drawn = ["generate", "run", "학", "--temperature", "5", "--length", "12", "--json"];
        var three = Lines(Fine([.. drawn, "--count", "3", "--seed", "4"]));
        Assert.Equal([4, 5, 6], three.Select(line => (int)line["seed"]!));
        Assert.Equal(3, three.Select(line => (string)line["text"]!).Distinct().Count());
        Assert.Equal((string)three[1]["text"]!, (string)Lines(Fine([.. drawn, "--seed", "5"]))[0]["text"]!);
        var plain = Fine("generate", "run", "학", "--temperature", "5", "--length", "12", "--count", "2", "--seed", "4");
        Assert.Equal($"학{three[0]["text"]}".TrimEnd('\n') + $"\n\n학{three[1]["text"]}".TrimEnd('\n') + "\n", plain);
    }

    [Fact]
    public void Every_option_of_the_sampler_is_heard()
    {
        string[] drawn = ["generate", "run", "학", "--temperature", "3", "--length", "30", "--seed", "1"];
        var plain = Fine(drawn);
        foreach (var option in new[] { "--top-k 2", "--top-p 0.5", "--min-p 0.7", "--repetition-penalty 3" })
            Assert.NotEqual(plain, Fine([.. drawn, .. option.Split(' ')]));
    }

    [Fact]
    public void Lines_of_anything_are_continued_and_foretold()
    {
        byte[] broken = [.. "국민\n\n\u200b👩‍👩‍👧 русский\n"u8, 0xff, 0xfe, (byte)'x', (byte)'\n', .. Encoding.UTF8.GetBytes(new string('국', 400_000)), (byte)'\n'];
        File.WriteAllBytes(Path.Combine(run.Folder, "lines"), broken);
        string[] expected = ["국민", "", "\u200b👩‍👩‍👧 русский", "\ufffd\ufffdx", new string('국', 400_000)];
        var generated = Lines(Fine("generate", "run", "--input", "lines", "--json", "--length", "3"));
        Assert.Equal(expected, generated.Select(line => (string)line["prompt"]!));
        Assert.Equal([0, 1, 2, 3, 4], generated.Select(line => (int)line["seed"]!));
        Assert.All(generated, line => Assert.InRange(((string)line["text"]!).Length, 3, 3));
        var suggested = Lines(Fine("suggest", "run", "--input", "lines", "--json"));
        Assert.Equal(expected, suggested.Select(line => (string)line["text"]!));
        Assert.All(suggested, line => Assert.Equal(3, line["suggestions"]!.AsArray().Count));
        Assert.Equal("대", (string)suggested[0]["suggestions"]![0]!["text"]!);
        Assert.InRange((double)suggested[0]["suggestions"]![0]!["probability"]!, 0.8, 1);

        using var process = UnrollCommand.Start(run.Folder, "suggest", "run", "--json");
        process.StandardInput.BaseStream.Write(broken);
        process.StandardInput.Close();
        var piped = UnrollCommand.Finish(process);
        Assert.Equal((0, ""), (piped.Code, piped.Error));
        Assert.Equal(suggested.Select(line => line.ToJsonString()), Lines(piped.Output).Select(line => line.ToJsonString()));
    }

    [Fact]
    public void Every_keystroke_is_foretold()
    {
        var lines = Fine("suggest", "run", "국민대", "--each", "--count", "1").TrimEnd('\n').Split('\n');
        Assert.Equal(["국│ 민", "국민│ 대", "국민대│ 학"], lines.Select(line => line[..line.LastIndexOf(' ')]));
        Assert.Contains("⏎", Fine("suggest", "run", "국민대학", "--count", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lesson_needs_no_model()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("Wrote teacher-forcing.html\n", UnrollCommand.Fine(folder.Path, "generate", "--lesson"));
        Pages.Check(File.ReadAllText(folder["teacher-forcing.html"]));
    }

    [Theory]
    [InlineData("Give a trained language model, or --lesson", "generate")]
    [InlineData("--lesson takes no model.", "generate", "run", "--lesson")]
    [InlineData("Add --lesson, or leave it out.", "generate", "run", "--html", "x")]
    [InlineData("Temperature must be 0 or more, but is -1; TopP must be in (0, 1], but is 2", "generate", "run", "x", "--temperature", "-1", "--top-p", "2")]
    [InlineData("Length must be 0 or more, but is -3", "generate", "run", "x", "--length", "-3")]
    [InlineData("--count must be at least 1, but is 0.", "generate", "run", "x", "--count", "0")]
    [InlineData("The number of suggestions must be at least 1, but is 0.", "suggest", "run", "x", "--count", "0")]
    [InlineData("'x' for option '--top-p': it takes a number.", "generate", "run", "--top-p", "x")]
    [InlineData("Give a text or --input, not both.", "suggest", "run", "x", "--input", "y")]
    [InlineData("nope: There is no such file. Give a file with a text a line.", "generate", "run", "--input", "nope")]
    [InlineData("there is no such model file", "generate", "nope.safetensors", "x")]
    public void Bad_usage(string message, params string[] arguments) =>
        Assert.Contains(message, UnrollCommand.Refused(run.Folder, arguments), StringComparison.Ordinal);

    [Fact]
    public void A_model_of_another_task_is_refused()
    {
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(folder.Path, "train", "counting-many-to-one", "--epochs", "1", "--threads", "1", "--out", "run");
        Assert.Contains("This model does not continue texts.", UnrollCommand.Refused(folder.Path, "generate", "run", "x"), StringComparison.Ordinal);
        Assert.Contains("This model does not continue texts.", UnrollCommand.Refused(folder.Path, "suggest", "run", "x"), StringComparison.Ordinal);
    }

    private string Fine(params string[] arguments) => UnrollCommand.Fine(run.Folder, arguments);

    private static JsonObject[] Lines(string output) => [.. output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];
}
