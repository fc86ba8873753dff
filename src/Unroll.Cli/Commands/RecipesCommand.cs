using System.CommandLine;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll recipes</c>: what is shipped.</summary>
internal static class RecipesCommand
{
    public static Command Create()
    {
        var command = new Command("recipes", "List the shipped recipes.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var width = RecipeFiles.Shipped.Max(name => name.Length);
        foreach (var name in RecipeFiles.Shipped)
            Console.WriteLine($"{name.PadRight(width)}  {RecipeFiles.LoadShipped(name).Description}");
        Console.WriteLine("\nTrain one with `unroll train NAME`.");
        return CommandLine.Fine;
    }
}
