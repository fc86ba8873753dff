using System.CommandLine;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll recipes</c>: what is shipped.</summary>
internal static class RecipesCommand
{
    public static Command Create()
    {
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of recipes instead, for editors." };
        var command = new Command("recipes", "List the shipped recipes.") { schema };
        command.SetAction(parsed => Run(parsed.GetValue(schema)));
        return command;
    }

    private static int Run(bool schema)
    {
        if (schema)
        {
            Console.Write(RecipeSchema.Text());
            return CommandLine.Fine;
        }

        var width = RecipeFiles.Shipped.Max(name => name.Length);
        foreach (var name in RecipeFiles.Shipped)
            Console.WriteLine($"{name.PadRight(width)}  {RecipeFiles.LoadShipped(name).Description}");
        Console.WriteLine("\nTrain one with `unroll train NAME`.");
        return CommandLine.Fine;
    }
}
