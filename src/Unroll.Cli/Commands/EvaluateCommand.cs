using System.CommandLine;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll evaluate</c>: judges a trained model on the test part of its recipe's data.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = Shared.ModelArgument();
        var data = Shared.DataOption();
        var threads = Shared.ThreadsOption();
        var json = Shared.JsonOption();
        var command = new Command("evaluate", "Judge a trained model on the test part of its data.") { model, data, threads, json };
        command.SetAction(parsed => Run(
            parsed.GetValue(model)!, parsed.GetValue(data), parsed.GetValue(threads), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string model, string? data, int? threads, string? json)
    {
        Shared.UseThreads(threads);
        var path = RunDirectory.ModelIn(model);
        var loaded = ModelFile.Load(path);
        var recipe = RecipeRun.RecipeOf(loaded, path);
        var files = new RecipeFiles(Path.GetDirectoryName(Path.GetFullPath(path)), data);
        var report = new RecipeRun(recipe, files, data).Evaluate(loaded.Model);
        if (json is not null) AtomicFile.WriteText(json, RunJson.Metrics(report));
        FigureTable.Write(Shared.Drawings, !Console.IsOutputRedirected, report);
        if (report.Confusion is { } confusion) Console.WriteLine($"\n{confusion}");
        return CommandLine.Fine;
    }
}
