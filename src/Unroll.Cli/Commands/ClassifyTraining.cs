using Spectre.Console;
using Unroll.Cli.Drawing;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>One use of <c>unroll classify</c> with a table: reads, chooses, trains, judges, writes.</summary>
/// <param name="request">What is to be learnt.</param>
/// <param name="output">Folder for the files; null: a new one.</param>
/// <param name="explain">Whether to show the explained texts here, too.</param>
internal sealed class ClassifyTraining(ClassifyRequest request, string? output, bool explain)
{
    private readonly IAnsiConsole console = Shared.Drawings;
    private readonly bool terminal = !Console.IsOutputRedirected;

    /// <summary>Runs, and returns what the command exits with.</summary>
    public int Run(CancellationToken cancellation)
    {
        var plan = ClassifyPlan.For(request);
        var run = new RecipeRun(plan.Recipe, new RecipeFiles(null, null), null);
        var directory = RunDirectory.Create(output, plan.Recipe.Name);
        foreach (var line in plan.Notes) Console.WriteLine(line);
        Console.WriteLine();
        var report = run.Train([new TrainingDisplay(console, terminal)], cancellation);
        report = report with { Verdict = ClassifyPlan.Verdict(report), Notes = [.. plan.Notes, ClassifyPlan.Verdict(report)] };
        directory.Write(plan.Recipe, run, report);

        Console.WriteLine();
        FigureTable.WriteBaselines(console, terminal, report);
        if (report.Confusion is { } confusion) Console.WriteLine($"\n{confusion}");
        if (explain)
        {
            foreach (var text in report.Explanations)
            {
                Console.WriteLine($"{text.Result.Class}{(text.Truth == text.Result.Class ? "" : $" (wrong: {text.Truth})")}");
                Explained.Write(console, terminal, text);
            }
        }

        Console.WriteLine($"\n{report.Verdict}\n");
        Console.WriteLine($"Wrote {directory.Path}: model.safetensors, report.html, metrics.json, history.csv, recipe.json");
        Console.WriteLine($"Use it with `unroll classify {directory.Path} \"a text\"`.");
        if (report.History.StopReason != StopReason.Cancelled) return CommandLine.Fine;
        Console.Error.WriteLine($"unroll: {report.History.StopMessage}; what was trained so far is in {directory.Path}.");
        return CommandLine.Refused;
    }
}
