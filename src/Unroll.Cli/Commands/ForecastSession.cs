using Spectre.Console;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>One run of <c>unroll forecast</c>: reads, chooses, trains, judges, forecasts, writes.</summary>
/// <param name="request">What is to be forecast.</param>
/// <param name="output">Folder for the files; null: a new one.</param>
/// <param name="json">A file for the figures; null: none.</param>
internal sealed class ForecastSession(ForecastRequest request, string? output, string? json)
{
    private const int RowsShown = 15;

    private readonly IAnsiConsole console = Shared.Drawings;
    private readonly bool terminal = !Console.IsOutputRedirected;

    /// <summary>Runs, and returns what the command exits with.</summary>
    public int Run(CancellationToken cancellation)
    {
        var frame = request.Read();
        var recipes = ForecastPlan.Recipes(request, frame);
        RunDirectory.CheckFile(json);
        var directory = RunDirectory.Create(output, recipes[0].Name);
        Console.WriteLine(ForecastPlan.Describe(frame));
        foreach (var note in frame.Notes) Console.WriteLine($"  {note}");

        var best = Choose(recipes, cancellation);
        var ended = best.Report.History.StopReason == StopReason.Cancelled;
        Console.WriteLine("\nOnce more, on all rows:");
        var forecasts = best.Run.ForecastOn(
            ForecastPlan.BestEpoch(best.Report.History), [new TrainingDisplay(console, terminal)], ended ? CancellationToken.None : cancellation);
        var csv = FutureTables.Csv(frame, forecasts);
        var report = best.Report with { Series = [.. FutureTables.Charts(frame, forecasts), .. best.Report.Series] };
        directory.Write(best.Recipe, best.Run, report);
        directory.WriteText("forecast.csv", csv);
        if (json is not null) AtomicFile.WriteText(json, RunJson.Metrics(report));

        Console.WriteLine();
        FigureTable.WriteBaselines(console, terminal, report);
        Console.WriteLine($"\n{report.Verdict}\n");
        foreach (var line in csv.Split('\n', RowsShown + 1).Take(RowsShown)) Console.WriteLine(line);
        Console.WriteLine($"Wrote {directory.Path}: forecast.csv, report.html, model.safetensors, metrics.json, history.csv, recipe.json");
        if (!ended) return CommandLine.Fine;
        Console.Error.WriteLine($"unroll: {report.History.StopMessage}; what was trained so far is in {directory.Path}.");
        return CommandLine.Refused;
    }

    /// <summary>Trains the models that are worth a try, and keeps the one with the smallest error on the rows that validate.</summary>
    private Attempt Choose(IReadOnlyList<Recipe> recipes, CancellationToken cancellation)
    {
        var attempts = new List<Attempt>();
        foreach (var recipe in recipes)
        {
            Console.WriteLine($"\n{(recipes.Count > 1 ? $"Model {attempts.Count + 1} of {recipes.Count}" : "Model")}: {ForecastPlan.Describe(recipe)}");
            var run = new RecipeRun(recipe, new RecipeFiles(null, null), null) { Progress = new JudgingDisplay(console, terminal) };
            attempts.Add(new Attempt(recipe, run, run.Train([new TrainingDisplay(console, terminal)], cancellation)));
            if (cancellation.IsCancellationRequested) break;
        }

        var best = attempts.MinBy(attempt => ForecastPlan.ValidationError(attempt.Report))!;
        if (attempts.Count == 1) return best;
        var note = $"Of the {attempts.Count} models tried, this one has the smallest error on the rows that validate: {ForecastPlan.Describe(best.Recipe)}";
        Console.WriteLine($"\n{note}");
        return best with { Report = best.Report with { Notes = [note, .. best.Report.Notes] } };
    }

    private sealed record Attempt(Recipe Recipe, RecipeRun Run, RunReport Report);
}
