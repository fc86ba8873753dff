using System.Text.Json.Nodes;
using Unroll.Tests.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>The command with pictures: training, judging and using a model on a small set that every machine has.</summary>
public sealed class PictureTests : IDisposable
{
    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder folder = new();

    public PictureTests() => MnistTests.WriteDigits(data, 300, 60);

    public void Dispose()
    {
        data.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Digits_are_learnt_judged_and_told()
    {
        UnrollCommand.Fine(
            folder.Path, "train", "mnist-rows", "--data", data.Path, "--out", "run", "--json", "figures.json", "--epochs", "6",
            "--set", "training.batchSize=16", "--set", "model.0.units=24", "--set", "training.optimizer.learningRate=0.01");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["accuracy"]!, 0.95, 1);
        Assert.Equal(0.1, (double)figures["baselines"]!["majority class"]!["accuracy"]!, 6);
        Assert.Contains("Examples by true and predicted class", File.ReadAllText(folder["run/report.html"]), StringComparison.Ordinal);

        var judged = UnrollCommand.Fine(folder.Path, "evaluate", "run", "--data", data.Path, "--json", "again.json");
        Assert.Contains("Confusion matrix", judged, StringComparison.Ordinal);
        Assert.Equal(figures["metrics"]!["test"]!.ToJsonString(), JsonNode.Parse(File.ReadAllText(folder["again.json"]))!["metrics"]!["test"]!.ToJsonString());

        File.WriteAllLines(folder["digits.csv"], Enumerable.Range(0, 10).Select(number => string.Join(',', MnistTests.Digit(number))));
        var told = UnrollCommand.Fine(folder.Path, "predict", "run", "--input", "digits.csv").TrimEnd().Split('\n');
        Assert.Equal("line,class,probability", told[0]);
        Assert.Equal(10, told.Skip(1).Where((line, number) => line.StartsWith($"{number + 1},{number},", StringComparison.Ordinal)).Count());
    }

    [Theory]
    [InlineData("pixels", 100)]
    [InlineData("permutedPixels", 100)]
    [InlineData("rows", 424)]
    public void Every_reading_trains(string reading, int parameters)
    {
        UnrollCommand.Fine(
            folder.Path, "train", "mnist-rows", "--data", data.Path, "--out", "run", "--epochs", "1", "--json", "figures.json",
            "--set", $"task.reading={reading}", "--set", "task.samples=20", "--set", "model.0.units=3", "--set", "training.validationSplit=0");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.True((double)figures["metrics"]!["test"]!["loss"]! > 0);
        Assert.Equal(parameters, (int)figures["parameters"]!); // 28 inputs a step, or one
    }

    [Fact]
    public void Faults_are_told()
    {
        UnrollCommand.Fine(folder.Path, "train", "mnist-rows", "--data", data.Path, "--out", "run", "--epochs", "1", "--set", "task.samples=20");
        File.WriteAllText(folder["short.csv"], "1,2,3\n");
        Assert.Contains(
            "short.csv, line 1: A picture is a line of 784 numbers with commas between them, the pixels row by row, but this line has 3.",
            UnrollCommand.Refused(folder.Path, "predict", "run", "--input", "short.csv"), StringComparison.Ordinal);
        File.WriteAllText(folder["wrong.csv"], string.Join(',', MnistTests.Digit(1)) + "\n" + string.Join(',', Enumerable.Repeat("256", 784)));
        Assert.Contains(
            "wrong.csv, line 2, column '1', text '256': A pixel is a whole number from 0 (black) to 255 (white).",
            UnrollCommand.Refused(folder.Path, "predict", "run", "--input", "wrong.csv"), StringComparison.Ordinal);
        Assert.Contains(
            "there is no set of labelled pictures 'cifar'. There is: mnist.",
            UnrollCommand.Refused(folder.Path, "train", "mnist-rows", "--set", "task.set=cifar"), StringComparison.Ordinal);
        Assert.Contains(
            "samples must be 0 (all) or more, but is -1.", UnrollCommand.Refused(folder.Path, "train", "mnist-rows", "--set", "task.samples=-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_recipe_trains_on_the_published_digits()
    {
        var real = RealData.Folder("mnist");
        UnrollCommand.Fine(
            folder.Path, "train", "mnist-rows", "--data", real, "--epochs", "4", "--set", "task.samples=6000", "--set", "model.0.units=32",
            "--set", "training.batchSize=32", "--out", "run", "--json", "figures.json");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["accuracy"]!, 0.75, 0.97);
        Assert.Equal(0.1135, (double)figures["baselines"]!["majority class"]!["accuracy"]!, 6);
    }
}
