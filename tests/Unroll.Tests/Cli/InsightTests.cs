using System.Text.Json.Nodes;
using Unroll.Formats;
using Unroll.Insight;
using Unroll.Recipes;
using Unroll.Tests.Cli.Drawing;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>The commands that look into a model, from the model's file to what they write.</summary>
public sealed class InsightTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private static readonly string Passengers = Repository.At("recipes/data/airline-passengers.csv");

    [Fact]
    public void A_trace_is_written_in_every_form()
    {
        using var folder = new TemporaryFolder();
        var output = UnrollCommand.Fine(
            folder.Path, "trace", run.Directory, "--input", Passengers, "--sample", "3", "--html", "page.html", "--json", "arrays.json", "--npy", "arrays");
        var loaded = ModelFile.Load(run.Model);
        var input = RecipeRun.PredictorOf(loaded, run.Model).Read(Passengers, File.ReadAllText(Passengers));
        var trace = Trace.Of(loaded.Model, input.Samples(2, 1).X);
        var arrays = JsonNode.Parse(File.ReadAllText(folder["arrays.json"]))!["arrays"]!.AsArray();
        Assert.Equal(["lstm/i", "lstm/f", "lstm/g", "lstm/o", "lstm/c", "lstm/h"], arrays.Select(array => (string)array!["name"]!));
        foreach (var (array, node) in trace.Zip(arrays))
        {
            var read = NpyFile.Read(folder[$"arrays/{array.Name}.npy"]);
            Assert.Equal([1, 12, 4], read.Shape);
            Near.Bits(array.Values.Values, read.Values, array.Name);
            Assert.Equal(["batch", "time", "units"], node!["axes"]!.AsArray().Select(axis => (string)axis!));
            for (var i = 0; i < read.Length; i++) Assert.Equal(read.Values[i], (float)node["values"]![0]![i / 4]![i % 4]!);
            Assert.Contains($"\n{array.Name}  batch, time, units  [1, 12, 4]", output, StringComparison.Ordinal);
        }

        var page = File.ReadAllText(folder["page.html"]);
        Assert.Equal(["Inside run", "lstm"], Pages.Headings(Pages.Check(page)));
        Assert.Contains(">1949-04<", page, StringComparison.Ordinal); // differences begin in 1949-02, the third window two months later
        Assert.Contains("Wrote page.html, arrays.json, arrays", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_a_window_end_before_what_it_forecasts()
    {
        var loaded = ModelFile.Load(run.Model);
        var input = RecipeRun.PredictorOf(loaded, run.Model).Read(Passengers, File.ReadAllText(Passengers));
        var said = UnrollCommand.Fine(run.Folder, "predict", run.Model, "--input", Passengers).TrimEnd('\n').Split('\n');
        var months = File.ReadLines(Passengers).Skip(1).Select(line => line.Split(',')[0]).ToList();
        Assert.Equal(said.Length - 1, input.Count);
        for (var sample = 0; sample < input.Count - 1; sample++)
            Assert.Equal(months[months.IndexOf(said[sample + 1].Split(',')[0]) - 1], input.Words(sample, 11));
        Assert.Equal(months[^1], input.Words(input.Count - 1, 11));
    }

    [Fact]
    public void Without_input_the_test_part_is_traced()
    {
        var output = UnrollCommand.Fine(run.Folder, "trace", run.Directory);
        Assert.Contains("lstm/h  batch, time, units  [16, 12, 4]", output, StringComparison.Ordinal);
        Assert.Contains("lstm/h", UnrollCommand.Fine(run.Folder, "gradients", run.Directory, "--samples", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_recipe_takes_an_array()
    {
        using var folder = new TemporaryFolder();
        Sequential model = [new Gru(3) { ReturnSequences = true }, new SimpleRnn(2)];
        model.Build([6, 2]);
        model.Save(folder["own.safetensors"]);
        var x = new Tensor([2, 6, 2]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        NpyFile.Write(folder["x.npy"], x);
        UnrollCommand.Fine(folder.Path, "trace", "own.safetensors", "--input", "x.npy", "--npy", "out");
        foreach (var array in Trace.Of(model, x)) Near.Bits(array.Values.Values, NpyFile.Read(folder[$"out/{array.Name}.npy"]).Values, array.Name);

        UnrollCommand.Fine(folder.Path, "gradients", "own.safetensors", "--input", "x.npy", "--json", "flow.json", "--html", "flow.html");
        var curves = JsonNode.Parse(File.ReadAllText(folder["flow.json"]))!["curves"]!.AsArray();
        Assert.Equal(["gru/h", "simpleRnn/h"], curves.Select(curve => (string)curve!["name"]!));
        foreach (var (expected, curve) in GradientFlow.Of(model, x).Zip(curves))
            Assert.Equal(expected.Log10Norms, curve!["log10Norms"]!.AsArray().Select(norm => (double)norm!));
        Assert.Equal(["Gradients in own", "gru", "simpleRnn", "By lag", "How to read this"], Pages.Headings(Pages.Check(File.ReadAllText(folder["flow.html"]))));
    }

    [Fact]
    public void Reviews_are_traced_word_by_word()
    {
        var data = RealData.Folder("imdb");
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(folder.Path, "train", "imdb-lstm32", "--epochs", "1", "--data", data, "--out", "run");
        UnrollCommand.Fine(folder.Path, "trace", "run", "--text", "A wonderful film, qwertz!", "--html", "page.html");
        var page = File.ReadAllText(folder["page.html"]);
        Pages.Check(page);
        Assert.Contains("“(start) a wonderful film ?”", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains(">wonderful</text>", page, StringComparison.Ordinal);
        Assert.Contains("Give --input or --text, not both.", UnrollCommand.Refused(folder.Path, "trace", "run", "--text", "a", "--input", "b"), StringComparison.Ordinal);
        Assert.Contains("lstm/c", UnrollCommand.Fine(folder.Path, "gradients", "run", "--data", data), StringComparison.Ordinal);
    }

    [Fact]
    public void Drawn_problems_are_traced_on_their_own_samples()
    {
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(folder.Path, "train", "reber", "--epochs", "1", "--set", "task.samples=50", "--set", "task.testSamples=5", "--out", "run");
        Assert.Contains("/h", UnrollCommand.Fine(folder.Path, "trace", "run", "--html", "page.html"), StringComparison.Ordinal);
        Pages.Check(File.ReadAllText(folder["page.html"]));
        Assert.Contains("A model of a drawn problem takes no such file.", UnrollCommand.Refused(folder.Path, "trace", "run", "--input", "x.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lesson_needs_no_model()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("Wrote gradients.html\n", UnrollCommand.Fine(folder.Path, "gradients", "--lesson"));
        Pages.Check(File.ReadAllText(folder["gradients.html"]));
        UnrollCommand.Fine(folder.Path, "gradients", "--lesson", "--html", "deep/lesson.html");
        Assert.Equal(File.ReadAllText(folder["gradients.html"]), File.ReadAllText(folder["deep/lesson.html"]));
    }

    [Theory]
    [InlineData("Give a trained model, or --lesson for an explanation without one.", "gradients")]
    [InlineData("--lesson takes no model.", "gradients", "MODEL", "--lesson")]
    [InlineData("--samples must be at least 1, but is 0.", "gradients", "MODEL", "--samples", "0")]
    [InlineData("nope.csv: There is no such file.", "gradients", "MODEL", "--input", "nope.csv")]
    [InlineData("there is no such model file", "trace", "nope.safetensors")]
    [InlineData("nope.csv: There is no such file.", "trace", "MODEL", "--input", "nope.csv")]
    [InlineData("nope.npy: There is no such file.", "trace", "MODEL", "--input", "nope.npy")]
    [InlineData("This model does not read texts. Give --input with a CSV file", "trace", "MODEL", "--text", "words")]
    [InlineData("--sample must be from 1 to 16, the number of samples, but is 17.", "trace", "MODEL", "--sample", "17")]
    [InlineData("--sample must be from 1 to 16, the number of samples, but is 0.", "trace", "MODEL", "--sample", "0")]
    [InlineData("'x' for option '--sample': it takes a whole number.", "trace", "MODEL", "--sample", "x")]
    [InlineData("Cannot write file", "trace", "MODEL", "--npy", "file/arrays")]
    [InlineData("Cannot write file", "trace", "MODEL", "--html", "file/page.html")]
    [InlineData("Cannot write file", "gradients", "MODEL", "--json", "file/figures.json")]
    [InlineData("Cannot write file", "gradients", "--lesson", "--html", "file/page.html")]
    public void Bad_usage(string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "x");
        string[] given = [.. arguments.Select(argument => argument == "MODEL" ? run.Model : argument)];
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, given), StringComparison.Ordinal);
        Assert.Equal("x", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(folder.Path))));
    }

    [Fact]
    public void Bad_arrays_and_models_without_recurrent_layers_are_told()
    {
        using var folder = new TemporaryFolder();
        Sequential model = [new Dense(2)];
        model.Build([3]);
        model.Save(folder["dense.safetensors"]);
        NpyFile.Write(folder["x.npy"], Tensor.Zeros(2, 3));
        Assert.Contains("no recurrent layers and no attention", UnrollCommand.Refused(folder.Path, "trace", "dense.safetensors", "--input", "x.npy"), StringComparison.Ordinal);
        Assert.Contains("no gradient goes back through time", UnrollCommand.Refused(folder.Path, "gradients", "dense.safetensors", "--input", "x.npy"), StringComparison.Ordinal);
        Assert.Contains(
            "x.npy: The model takes [samples, 12, 1], but the array is [2, 3]. Reshape it.", UnrollCommand.Refused(folder.Path, "trace", run.Model, "--input", "x.npy"), StringComparison.Ordinal);
        Assert.Contains("but not the recipe it was trained by", UnrollCommand.Refused(folder.Path, "trace", "dense.safetensors"), StringComparison.Ordinal);
    }
}
