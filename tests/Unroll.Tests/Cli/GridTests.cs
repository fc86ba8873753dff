using System.Text.Json.Nodes;
using Unroll.Tests.Data.Grids;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>The command with grids: a wave that runs over few places, in a file that every machine has.</summary>
public sealed class GridTests : IDisposable
{
    private const string File = "era5-uk-t2m/era5-2mt-2019-03-uk.grib";

    private static readonly string[] Small =
    [
        "--set", "task.rows=4", "--set", "task.columns=5", "--set", "task.stride=1", "--set", "task.lookback=4", "--set", "task.horizon=3",
        "--set", "task.validation=20", "--set", "task.test=30", "--set", "model.0.filters=4", "--set", "model.1.filters=3",
        "--set", "training.batchSize=8",
    ];

    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder folder = new();

    public GridTests() => data.Write(File, Wave(120));

    public void Dispose()
    {
        data.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_wave_is_forecast_and_judged()
    {
        UnrollCommand.Fine(folder.Path, ["train", "era5-temperature", "--data", data.Path, "--out", "run", "--epochs", "12", "--json", "figures.json", .. Small]);
        var figures = JsonNode.Parse(System.IO.File.ReadAllText(folder["figures.json"]))!;
        var (test, baselines) = (figures["metrics"]!["test"]!, figures["baselines"]!);
        Assert.Equal(["naive", "naive and the usual day", "seasonal naive (24)"], baselines.AsObject().Select(pair => pair.Key));
        Assert.True((double)test["rmse"]! < (double)baselines["naive"]!["rmse"]! / 2);
        Assert.True((double)test["rmse_1"]! < (double)test["rmse_3"]!);
        var report = System.IO.File.ReadAllText(folder["run/report.html"]);
        Assert.Contains("temperature at 2 m, K, mean of all places", report, StringComparison.Ordinal);
        Assert.Contains("Errors by horizon", report, StringComparison.Ordinal);

        UnrollCommand.Fine(folder.Path, "evaluate", "run", "--data", data.Path, "--json", "again.json");
        Assert.Equal(test.ToJsonString(), JsonNode.Parse(System.IO.File.ReadAllText(folder["again.json"]))!["metrics"]!["test"]!.ToJsonString());
        System.IO.File.WriteAllText(folder["x.csv"], "1\n");
        Assert.Contains(
            "A model of grids takes no tables.", UnrollCommand.Refused(folder.Path, "predict", "run", "--input", "x.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Summaries_need_no_data() =>
        Assert.Contains("Parameters: 11,670 ", UnrollCommand.Fine(folder.Path, "summary", "era5-temperature"), StringComparison.Ordinal);

    [Theory]
    [InlineData("task.rows=5", "5 rows and 5 columns with a stride of 1 do not fit into a grid of 4 rows and 5 columns. Take fewer of them, or a smaller stride.")]
    [InlineData("task.test=118", "Of 120 times none is left to train with. Give validation and test fewer of them.")]
    [InlineData("task.test=2", "The test part is too short for a window of 4 times and the 3 after it. Use fewer of them, or split otherwise.")]
    [InlineData("task.horizon=0", "task: lookback and horizon must be at least 1, but are 4 and 0.")]
    [InlineData("task.channels=[]", "task: channels must name at least one, such as value.")]
    [InlineData("task.channels=[\"value\",\"value\"]", "task: channels must name each at most once.")]
    [InlineData("task.channels=[\"rain\"]", "option 'channels[0]' of task 'gridForecast' cannot be what was given.")]
    [InlineData("task.file=era5-uk-t2m/none.grib", "Run `unroll data fetch era5-uk-t2m`, give its folder with --data")]
    public void Faults_are_told(string change, string fault) => Assert.Contains(
        fault, UnrollCommand.Refused(folder.Path, ["train", "era5-temperature", "--data", data.Path, .. Small, "--set", change]), StringComparison.Ordinal);

    [Fact]
    public void Times_must_be_evenly_spaced_and_places_have_values()
    {
        data.Write(File, [.. Wave(100), .. Wave(20, 130)]);
        Assert.Contains(
            "2019-03-06 10:00:00Z is 1.07:00:00 after the time before it, but the first two are 01:00:00 apart. Give a file whose times are evenly spaced.",
            UnrollCommand.Refused(folder.Path, ["train", "era5-temperature", "--data", data.Path, .. Small]), StringComparison.Ordinal);
        data.Write(File, new GribBytes(4, 5) { Has = place => place > 3 }.Message(_ => 0));
        Assert.Contains(
            "At 2019-03-01 00:00:00Z some places have no value. Use a part of the grid where all have one.",
            UnrollCommand.Refused(folder.Path, ["train", "era5-temperature", "--data", data.Path, .. Small]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_recipe_trains_on_the_published_grids()
    {
        var real = RealData.Folder("era5-uk-t2m");
        UnrollCommand.Fine(
            folder.Path, "train", "era5-temperature", "--data", real, "--epochs", "1", "--set", "task.stride=6", "--set", "task.rows=5",
            "--set", "task.columns=8", "--json", "figures.json");
        var figures = JsonNode.Parse(System.IO.File.ReadAllText(folder["figures.json"]))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["rmse"]!, 0.8, 0.99 * (double)figures["baselines"]!["naive"]!["rmse"]!);
    }

    private static byte[] Wave(int hours, int from = 0)
    {
        var start = new GribBytes(4, 5);
        return [.. Enumerable.Range(from, hours).SelectMany(hour => (start with { Time = start.Time.AddHours(hour) }).Message(place =>
            (uint)(640 + (400 * Math.Sin((hour * 0.7) - (place % 5 * 0.5) + (place / 5 * 0.3))))))];
    }
}
