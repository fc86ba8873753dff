using System.Reflection;
using Unroll.Data;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>Recipes and the files they name: on disk, or shipped inside the command.</summary>
internal sealed class RecipeFiles(string? recipeFolder, string? dataFolder) : FileFinder
{
    private const string RecipePrefix = "recipes/";
    private const string DataPrefix = "data/";
    private static readonly Assembly Here = typeof(RecipeFiles).Assembly;

    /// <summary>The names of the shipped recipes.</summary>
    public static IReadOnlyList<string> Shipped { get; } =
    [
        .. Here.GetManifestResourceNames().Where(name => name.StartsWith(RecipePrefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a recipe by its name or its file.</summary>
    public static (Recipe Recipe, RecipeFiles Files) Load(string nameOrFile, string? dataFolder, params IReadOnlyList<string> changes)
    {
        if (File.Exists(nameOrFile))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(nameOrFile));
            return (Recipe.Parse(CsvText.Read(nameOrFile), nameOrFile, changes), new RecipeFiles(folder, dataFolder));
        }

        var text = Resource($"{RecipePrefix}{nameOrFile}.json") ?? throw new OptionException(
            $"There is no recipe '{nameOrFile}', neither a file nor a shipped one{Suggestion.For(nameOrFile, Shipped)}. " +
            $"Shipped are: {string.Join(", ", Shipped)}.");
        return (Recipe.Parse(text, nameOrFile, changes), new RecipeFiles(null, dataFolder));
    }

    /// <summary>Reads a shipped recipe.</summary>
    public static Recipe LoadShipped(string name) => Recipe.Parse(Resource($"{RecipePrefix}{name}.json")!, name);

    /// <inheritdoc/>
    public override (string Name, string Text) Read(string name)
    {
        string?[] folders = [recipeFolder, dataFolder, Environment.CurrentDirectory];
        foreach (var folder in folders)
        {
            if (folder is null) continue;
            var path = Path.Combine(folder, name);
            if (File.Exists(path)) return (path, CsvText.Read(path));
        }

        if (Resource(DataPrefix + name) is { } text) return (name, text);
        var places = string.Join(", ", folders.OfType<string>().Distinct());
        throw new DataException($"There is no such file. Looked in: {places}. Give its folder with --data, or its whole path in the recipe.")
        { File = name };
    }

    private static string? Resource(string name)
    {
        using var stream = Here.GetManifestResourceStream(name);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
