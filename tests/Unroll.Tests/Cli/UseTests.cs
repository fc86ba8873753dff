using System.Globalization;
using System.Text.Json.Nodes;
using Unroll.Data.Sets;
using Unroll.Recipes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

public sealed class UseTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private static readonly string Passengers = Repository.At("recipes/data/airline-passengers.csv");

    [Fact]
    public void The_version_says_what_the_arithmetic_runs_on()
    {
        var vectors = Compute.VectorBits == 1 ? "no" : $"{Compute.VectorBits}-bit";
        Assert.Matches($@"^unroll \d+\.\d+\.\d+ \({vectors} vectors, \d+ threads?, \.NET 10\.\d+\.\d+\)\n$", UnrollCommand.Fine(run.Folder, "--version"));
    }

    [Fact]
    public void Evaluating_gives_the_figures_of_training()
    {
        using var folder = new TemporaryFolder();
        foreach (var model in new[] { run.Directory, run.Model })
        {
            UnrollCommand.Fine(folder.Path, "evaluate", model, "--json", "again.json");
            var again = JsonNode.Parse(File.ReadAllText(folder["again.json"]))!;
            Assert.Equal(run.Figures["metrics"]!["test"]!.ToJsonString(), again["metrics"]!["test"]!.ToJsonString());
            Assert.Equal(run.Figures["baselines"]!.ToJsonString(), again["baselines"]!.ToJsonString());
        }
    }

    [Fact]
    public void Predicting_gives_every_row_and_the_next()
    {
        var printed = UnrollCommand.Fine(run.Folder, "predict", run.Directory, "--input", Passengers);
        var lines = printed.TrimEnd('\n').Split('\n');
        Assert.Equal("month,passengers,forecast", lines[0]);
        // Twelve differences need thirteen rows; the rest has a forecast each, and so has the month after the last.
        Assert.Equal(144 - 13 + 1, lines.Length - 1);
        Assert.StartsWith("1950-02,126,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("1960-12,432,", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("1961-01,,", lines[^1], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), line => Assert.InRange(double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture), 50, 1000));

        UnrollCommand.Fine(run.Folder, "predict", run.Model, "--input", Passengers, "--output", "forecasts.csv");
        Assert.Equal(printed, File.ReadAllText(Path.Combine(run.Folder, "forecasts.csv")));
    }

    [Fact]
    public void The_last_test_forecast_of_the_report_is_that_of_predict()
    {
        var lines = UnrollCommand.Fine(run.Folder, "predict", run.Directory, "--input", Passengers).TrimEnd('\n').Split('\n');
        var said = double.Parse(lines[^2].Split(',')[2], CultureInfo.InvariantCulture);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"1960-12 was 432, the model said {said:G6}."), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_file_is_enough_for_the_next_row()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["short.csv"], File.ReadLines(Passengers).Take(14));
        var lines = UnrollCommand.Fine(folder.Path, "predict", run.Model, "--input", "short.csv").TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("1950-02,,", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imdb-dense", "80,161")]
    [InlineData("imdb-lstm1", "80,040")]
    [InlineData("imdb-lstm32", "85,281")]
    [InlineData("imdb-lstm-sequences", "80,289")]
    [InlineData("airline", "1,169")]
    public void Summaries_of_recipes_need_no_data(string recipe, string parameters) =>
        Assert.Contains($"Parameters: {parameters} ", UnrollCommand.Fine(run.Folder, "summary", recipe), StringComparison.Ordinal);

    [Fact]
    public void Summaries_of_models_take_file_or_directory()
    {
        var summary = UnrollCommand.Fine(run.Folder, "summary", run.Directory);
        Assert.Contains("Parameters: 101 ", summary, StringComparison.Ordinal);
        Assert.Equal(summary, UnrollCommand.Fine(run.Folder, "summary", run.Model));
    }

    [Fact]
    public void Recipes_are_listed()
    {
        var lines = UnrollCommand.Fine(run.Folder, "recipes").Split('\n');
        foreach (var file in Repository.Files("recipes", "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)))
            Assert.Contains(lines, line => line.StartsWith(Path.GetFileNameWithoutExtension(file) + " ", StringComparison.Ordinal));
        Assert.Equal(RecipeSchema.Text(), UnrollCommand.Fine(run.Folder, "recipes", "--schema"));
    }

    [Fact]
    public void Data_sets_are_listed()
    {
        using var folder = new TemporaryFolder();
        var list = UnrollCommand.Fine(folder.Path, "data", "list", "--data", folder.Path);
        foreach (var set in PublicDataSet.All) Assert.Contains($"{set.Name}  not present in ", list, StringComparison.Ordinal);
        Assert.Contains("    5.0 MB from https://raw.githubusercontent.com/zhouhaoyi/ETDataset/", list, StringComparison.Ordinal);
    }
}
