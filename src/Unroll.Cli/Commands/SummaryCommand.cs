using System.CommandLine;
using Unroll.Formats;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll summary</c>: layers, shapes and numbers of weights.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var subject = new Argument<string>("model-or-recipe") { Description = "A trained model, its run directory, or a recipe." };
        var command = new Command("summary", "Show the layers of a model or a recipe.") { subject };
        command.SetAction(parsed => Run(parsed.GetValue(subject)!));
        return command;
    }

    private static int Run(string subject)
    {
        Console.Write(ModelOf(subject).Summary());
        return CommandLine.Fine;
    }

    private static Sequential ModelOf(string subject)
    {
        if (Directory.Exists(subject) || subject.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return ModelFile.Load(RunDirectory.ModelIn(subject)).Model;
        var (recipe, _) = RecipeFiles.Load(subject, null);
        var model = recipe.NewModel();
        model.Build(recipe.Task.InputShapeFor(model), recipe.Seed);
        return model;
    }
}
