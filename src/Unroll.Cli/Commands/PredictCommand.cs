using System.CommandLine;
using Unroll.Data;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll predict</c>: what a trained model says to a file.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var model = Shared.ModelArgument();
        var input = new Option<string>("--input")
        { Description = "A CSV file with the model's columns; or texts, or pictures as numbers, one a line.", HelpName = "FILE", Required = true };
        var output = new Option<string?>("--output") { Description = "Where to write the CSV. Default: standard output.", HelpName = "FILE" };
        var threads = Shared.ThreadsOption();
        var command = new Command("predict", "Use a trained model on a file.") { model, input, output, threads };
        command.SetAction(parsed => Run(
            parsed.GetValue(model)!, parsed.GetValue(input)!, parsed.GetValue(output), parsed.GetValue(threads)));
        return command;
    }

    private static int Run(string model, string input, string? output, int? threads)
    {
        Shared.UseThreads(threads);
        var path = RunDirectory.ModelIn(model);
        var predictor = RecipeRun.PredictorOf(ModelFile.Load(path), path);
        var result = predictor.Predict(input, CsvText.Read(input));
        if (output is null) Console.Write(result);
        else AtomicFile.WriteText(output, result);
        return CommandLine.Fine;
    }
}
