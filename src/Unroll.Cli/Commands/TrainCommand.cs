using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll train</c>: from a recipe to a run directory.</summary>
internal static class TrainCommand
{
    /// <summary>Classes of a confusion matrix, or types of spans, that a terminal has room for; the report shows any number.</summary>
    private const int MostClasses = 12;

    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "Name of a shipped recipe (see `unroll recipes`), or a recipe file." };
        var data = Shared.DataOption();
        var output = new Option<string?>("--out") { Description = "Folder for the run's files. Default: a new one under runs/.", HelpName = "DIR" };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of everything random. Default: the recipe's.", HelpName = "N" };
        var threads = Shared.ThreadsOption();
        var epochs = new Option<int?>("--epochs") { Description = "Epochs at most. Default: the recipe's.", HelpName = "N" };
        var set = new Option<string[]>("--set")
        { Description = "Change a value of the recipe, such as training.batchSize=64 or model.1.units=16.", HelpName = "key=value" };
        var resume = new Option<string?>("--resume")
        { Description = "Folder of a run of this recipe that was interrupted, to go on where it ended.", HelpName = "DIR" };
        var json = Shared.JsonOption();
        var command = new Command("train", "Train the model of a recipe, judge it, and write everything to a folder.")
        { recipe, data, output, seed, threads, epochs, set, resume, json };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            parsed.GetValue(recipe)!,
            parsed.GetValue(data),
            parsed.GetValue(output),
            [.. Changes(parsed.GetValue(set), parsed.GetValue(seed), parsed.GetValue(epochs))],
            parsed.GetValue(threads),
            parsed.GetValue(resume),
            parsed.GetValue(json),
            cancellation)));
        return command;
    }

    private static IEnumerable<string> Changes(string[]? set, ulong? seed, int? epochs)
    {
        foreach (var change in set ?? []) yield return change;
        if (seed is { } number) yield return string.Create(CultureInfo.InvariantCulture, $"seed={number}");
        if (epochs is { } most) yield return string.Create(CultureInfo.InvariantCulture, $"training.epochs={most}");
    }

    private static int Run(
        string name, string? data, string? output, string[] changes, int? threads, string? resume, string? json, CancellationToken cancellation)
    {
        Shared.UseThreads(threads);
        var (recipe, files) = RecipeFiles.Load(name, data, changes);
        var console = Shared.Drawings;
        var terminal = !Console.IsOutputRedirected;
        var resumed = resume is null ? null : ModelFile.Load(RunDirectory.ModelIn(resume));
        var run = new RecipeRun(recipe, files, data, resumed) { Progress = new JudgingDisplay(console, terminal) };
        RunDirectory.CheckFile(json);
        var directory = RunDirectory.Create(output, recipe.Name);
        Console.WriteLine($"{recipe.Name}: {recipe.Description}");
        foreach (var note in recipe.Notes) Console.WriteLine(note);
        Console.WriteLine($"seed {recipe.Seed}, {Compute.Threads} thread{(Compute.Threads == 1 ? "" : "s")}\n");
        var report = run.Train([new TrainingDisplay(console, terminal), new RunKeeper(directory, recipe, run)], cancellation);
        directory.Write(recipe, run, report);
        if (json is not null) AtomicFile.WriteText(json, RunJson.Metrics(report));
        Show(console, terminal, report);
        Console.WriteLine($"Wrote {directory.Path}: model.safetensors, report.html, metrics.json, history.csv, recipe.json");
        if (report.History.StopReason == StopReason.Cancelled)
        {
            Console.Error.WriteLine(
                $"unroll: {report.History.StopMessage}; what was trained so far is in {directory.Path}, and --resume {directory.Path} goes on from there.");
            return CommandLine.Refused;
        }

        if (report.History.StopReason != StopReason.NotFinite) return CommandLine.Fine;
        var advice = recipe.Training.CheckNumbers
            ? ""
            : " Try a lower learning rate or gradient clipping; --set training.checkNumbers=true tells where it begins.";
        Console.Error.WriteLine($"unroll: training ended because {report.History.StopMessage}.{advice}");
        return CommandLine.Failed;
    }

    private static void Show(IAnsiConsole console, bool terminal, RunReport report)
    {
        Console.WriteLine();
        HistoryChart.Write(console, report.History);
        Console.WriteLine();
        FigureTable.Write(console, terminal, report);
        if (report.Spans is { } spans && spans.PerType.Count <= MostClasses) Console.WriteLine($"\n{spans}".TrimEnd());
        if (report.Confusion is { } confusion && confusion.Classes.Count <= MostClasses) Console.WriteLine($"\n{confusion}");
        foreach (var note in report.Notes) Console.WriteLine($"\n{note}");
        Console.WriteLine();
    }
}
