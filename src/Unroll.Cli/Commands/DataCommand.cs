using System.CommandLine;
using System.Globalization;
using Unroll.Data.Sets;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll data</c>: which public data sets there are, and how to get them.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "List the public data sets, or fetch one from its address.") { List(), Fetch() };

    private static Command List()
    {
        var data = Shared.DataOption();
        var command = new Command("list", "List the data sets and whether they are present.") { data };
        command.SetAction(parsed =>
        {
            foreach (var set in PublicDataSet.All)
            {
                var state = set.IsPresent(parsed.GetValue(data)) ? "present" : "not present";
                Console.WriteLine($"{set.Name}  {state} in {set.FolderIn(parsed.GetValue(data))}");
                Console.WriteLine($"    {set.Summary}");
                Console.WriteLine($"    {Megabytes(set.DownloadBytes)} from {set.Address}. {set.Licence}");
            }

            return CommandLine.Fine;
        });
        return command;
    }

    private static Command Fetch()
    {
        var name = new Argument<string>("name") { Description = "The data set (see `unroll data list`)." };
        var data = Shared.DataOption();
        var command = new Command("fetch", "Download a data set from its public address, check it and prepare it.") { name, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            var set = PublicDataSet.Find(parsed.GetValue(name)!);
            var progress = new FetchProgress(Console.IsOutputRedirected);
            var folder = await set.FetchAsync(new FetchOptions { Folder = parsed.GetValue(data), Progress = progress }, cancellation);
            progress.End();
            Console.WriteLine($"{set.Name} is in {folder}.");
            return CommandLine.Fine;
        });
        return command;
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    /// <summary>One line for each file and stage, redrawn on a terminal.</summary>
    private sealed class FetchProgress(bool plain) : IProgress<DownloadProgress>
    {
        private readonly Lock gate = new();
        private (string Name, DownloadStage Stage)? shown;
        private long lastTick;

        public void Report(DownloadProgress value)
        {
            lock (gate)
            {
                var isNew = shown != (value.Name, value.Stage);
                var isDone = value.Total is { } total && value.Done >= total;
                if (!isNew && (plain || (Environment.TickCount64 - lastTick < 100 && !isDone))) return;
                if (isNew && shown is not null && !plain) Console.WriteLine();
                (shown, lastTick) = ((value.Name, value.Stage), Environment.TickCount64);
                var size = value.Stage == DownloadStage.Receiving && !plain
                    ? $" {Megabytes(value.Done)}{(value.Total is { } all ? $" of {Megabytes(all)}" : "")}"
                    : "";
                Console.Write($"{(plain ? "" : "\r")}{value.Stage} {value.Name}{size}{(plain ? "\n" : "   ")}");
            }
        }

        public void End()
        {
            if (shown is not null && !plain) Console.WriteLine();
        }
    }
}
