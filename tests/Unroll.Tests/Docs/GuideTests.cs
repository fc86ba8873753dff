using Unroll.Data;
using Unroll.Tests.Support;

namespace Unroll.Tests.Docs;

/// <summary>Runs alone: the code of the guide reads and writes in the working folder.</summary>
[Collection(nameof(GlobalState))]
public sealed class GuideTests
{
    [Fact]
    public void The_code_shown_is_this_code() => Markdown.AssertSame("docs/guide.md");

    [Fact]
    public void And_it_runs()
    {
        using var folder = new Support.TemporaryFolder();
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            File.WriteAllText("sales.csv", "sales,price\n" + string.Join('\n', Enumerable.Range(1, 120).Select(i => $"{i % 12},{i}")));
            Run();
            Assert.True(File.Exists("sales.safetensors"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static void Run()
    {
        // <sample>
        var table = CsvTable.Read("sales.csv");                                     // errors name file, line and column
        var series = table.Columns("sales", "price");                               // [time, features]
        var scaler = new StandardScaler().Fit(series.Rows(0, 100));                 // from training rows only
        var windows = Windows.Slide(scaler.Transform(series), new() { Lookback = 12, Targets = [0] });

        Sequential model = [new Lstm(32), new Dense(1)];
        model.Compile(new Adam(), Loss.MeanSquaredError);
        model.Fit(windows.X, windows.Y, new() { Epochs = 50, ValidationSplit = 0.2, Seed = 1 });
        model.Save("sales.safetensors");
        // </sample>
    }
}
