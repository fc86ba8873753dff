using System.Text.Json.Nodes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary><c>unroll forecast</c> from a file to a folder, and what it says to files that nothing can be learnt from.</summary>
public sealed class ForecastTests
{
    private static readonly string Days = string.Join('\n', Enumerable.Range(0, 120).Select(Line));

    [Fact]
    public void A_file_becomes_a_forecast()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["sales.csv"], "date;sales;price\n" + Days);
        var said = UnrollCommand.Fine(
            folder.Path, "forecast", "sales.csv", "--target", "sales", "--horizon", "7", "--covariates", "price", "--epochs", "2", "--out", "run", "--json", "figures.json");
        Assert.Contains("120 rows, one every day, 2023-01-01 to 2023-04-30.", said, StringComparison.Ordinal);
        Assert.Contains("seasonal naive (7)", said, StringComparison.Ordinal);
        Assert.Matches("is better than|No difference|too few", said);
        Assert.Equal(
            ["forecast.csv", "history.csv", "metrics.json", "model.safetensors", "recipe.json", "report.html"],
            Directory.GetFileSystemEntries(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var lines = File.ReadAllLines(folder["run/forecast.csv"]);
        Assert.Equal("time,forecast,lower_80,upper_80,lower_95,upper_95", lines[0]);
        Assert.Equal(8, lines.Length);
        Assert.StartsWith("2023-05-01,", lines[1], StringComparison.Ordinal);
        Assert.InRange((double)JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!["metrics"]!["test"]!["coverage_80"]!, 0.3, 1);

        // What it wrote is a model like others, and a recipe that can be trained again.
        Assert.Contains("forecast", UnrollCommand.Fine(folder.Path, "predict", "run", "--input", "sales.csv").Split('\n')[0], StringComparison.Ordinal);
        UnrollCommand.Fine(folder.Path, "train", "run/recipe.json", "--epochs", "1", "--out", "again");
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("encoder-decoder")]
    [InlineData("deepAr")]
    [InlineData("lstnet")]
    public void Every_model_can_be_asked_for(string model)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["sales.csv"], "date;sales;price\n" + Days);
        UnrollCommand.Fine(folder.Path, "forecast", "sales.csv", "--target", "sales", "--horizon", "3", "--model", model, "--epochs", "1", "--set", "task.paths=5", "--out", "run");
        Assert.Equal(4, File.ReadAllLines(folder["run/forecast.csv"]).Length);
    }

    [Fact]
    public void Covariates_that_go_on_are_known_ahead_and_several_series_share_a_model()
    {
        using var folder = new TemporaryFolder();
        var rows = new List<string> { "date,shop,sales,plan" };
        foreach (var shop in (string[])["a", "b"])
        {
            for (var day = 0; day < 100; day++)
                rows.Add(FormattableString.Invariant($"{new DateTime(2023, 1, 1).AddDays(day):yyyy-MM-dd},{shop},{(day < 95 ? day % 7 : "")},{day % 7}"));
        }

        File.WriteAllLines(folder["shops.csv"], rows);
        UnrollCommand.Fine(folder.Path, "forecast", "shops.csv", "--target", "sales", "--horizon", "5", "--covariates", "plan", "--epochs", "1", "--out", "run");
        var recipe = JsonNode.Parse(File.ReadAllText(folder["run/recipe.json"]))!;
        Assert.Equal("plan", (string)recipe["task"]!["window"]!["futureCovariates"]![0]!);
        var lines = File.ReadAllLines(folder["run/forecast.csv"]);
        Assert.StartsWith("a,2023-04-06,", lines[1], StringComparison.Ordinal);
        Assert.Equal(11, lines.Length);
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("t,y\n", "The file holds a header and no rows.")]
    [InlineData("t,y\n1,5\n", "The series has 1 known rows, but to forecast 4 of them and to know how good that is takes at least 18")]
    [InlineData("date,y\n2020-01-01,\n2020-01-02,\n", "column 'y': The column has no value in any row.")]
    [InlineData("date,y\n2020-01-01,1\n2020-01-02,abc\n2020-01-03,2\n", "line 3, column 'y', text 'abc': This is not a number.")]
    [InlineData("date,y\n2020-01-01,1\n2020-01-02,2\n2020-01-01,3\n", "stands in line 2 already")]
    [InlineData("date,z\n2020-01-01,1\n", "column 'y': There is no such column. Did you mean 'z'?")]
    public void Files_that_nothing_can_be_learnt_from_are_refused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], text);
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, "forecast", "data.csv", "--target", "y", "--horizon", "4"), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_constant_series_goes_on_as_it_was()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], "t,y\n" + string.Join('\n', Enumerable.Range(0, 90).Select(row => $"{row},5")));
        UnrollCommand.Fine(folder.Path, "forecast", "data.csv", "--target", "y", "--horizon", "3", "--epochs", "3", "--out", "run");
        Assert.Equal("91,5,5,5,5,5", File.ReadAllLines(folder["run/forecast.csv"])[1]);
    }

    [Fact]
    public void Values_too_large_to_compute_with_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], "t,y\n" + string.Join('\n', Enumerable.Range(0, 90).Select(row => $"{row},{(row == 50 ? "1e30" : "5")}")));
        Assert.Contains(
            "The value in row 51 (51) is too large to compute with",
            UnrollCommand.Refused(folder.Path, "forecast", "data.csv", "--target", "y", "--horizon", "3", "--out", "run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_do_not_exist_are_told() => Assert.Contains(
        "There is no 'gruu' (did you mean 'gru'?). There are: auto, gru, lstm, rnn, encoderDecoder, deepAr, lstNet.",
        UnrollCommand.Refused(Path.GetTempPath(), "forecast", "x.csv", "--target", "y", "--model", "gruu"), StringComparison.Ordinal);

    private static string Line(int day) => FormattableString.Invariant(
        $"{new DateTime(2023, 1, 1).AddDays(day):dd.MM.yyyy};{100 + day + (20 * (day % 7))},5;{1 + (day % 3)}");
}
