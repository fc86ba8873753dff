using System.Reflection;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Data.Text;
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
    public override (string Name, string Text) Read(string name, string? encoding = null)
    {
        if (Find(name) is { } path) return (path, TextDecoder.Read(path, encoding, _ => { }));
        return Resource(DataPrefix + name) is { } text ? (name, text) : throw Missing(name);
    }

    /// <inheritdoc/>
    public override (string Name, ReadOnlyMemory<byte> Bytes) ReadBytes(string name)
    {
        var path = PathOf(name);
        return (path, DataFile.Read(path));
    }

    /// <inheritdoc/>
    public override string PathOf(string name) => Find(name) ?? throw Missing(name);

    /// <inheritdoc/>
    public override IEnumerable<string> Lines(string name, bool keepBreaks)
    {
        if (Find(name) is { } path) return new TextFile(path) { KeepBreaks = keepBreaks };
        var text = Resource(DataPrefix + name) ?? throw Missing(name);
        return text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => keepBreaks ? line + "\n" : line);
    }

    private IEnumerable<string> Folders => new[] { recipeFolder, DataFolder.Resolve(dataFolder), Environment.CurrentDirectory }.OfType<string>();

    /// <summary>The file, or the same file packed; null where there is neither.</summary>
    private string? Find(string name) => Places(name).SelectMany(path => new[] { path, path + ".gz" }).FirstOrDefault(File.Exists);

    /// <summary>Where a file may be; --data may be the folder of its set, too.</summary>
    private IEnumerable<string> Places(string name)
    {
        foreach (var folder in Folders) yield return Path.Combine(folder, name);
        if (dataFolder is not null && name.IndexOf('/', StringComparison.Ordinal) is > 0 and var end) yield return Path.Combine(dataFolder, name[(end + 1)..]);
    }

    private DataException Missing(string name)
    {
        var places = string.Join(", ", Folders.Distinct());
        var set = name.Split('/')[0];
        var fetch = PublicDataSet.All.Any(known => known.Name == set && name != set) ? $"Run `unroll data fetch {set}`, give" : "Give";
        return new DataException($"There is no such file. Looked in: {places}. {fetch} its folder with --data, or its whole path in the recipe.")
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
