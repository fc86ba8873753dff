using System.Globalization;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>
/// The folder of a run: <c>recipe.json</c>, <c>history.csv</c>, <c>metrics.json</c>, <c>model.safetensors</c>,
/// <c>report.html</c>.
/// </summary>
internal sealed class RunDirectory
{
    /// <summary>The model's file within a run directory.</summary>
    public const string ModelFile = "model.safetensors";

    private readonly string path;

    private RunDirectory(string path) => this.path = path;

    /// <summary>The folder, as the user knows it.</summary>
    public string Path => path;

    /// <summary>Makes the folder, and makes sure that files can be written to it, before anything long begins.</summary>
    public static RunDirectory Create(string? asked, string recipe)
    {
        var path = asked ?? System.IO.Path.Combine("runs", Unused(recipe));
        Probe(path, path);
        return new RunDirectory(path);
    }

    /// <summary>Makes sure that a single file can be written, before anything long begins.</summary>
    public static void CheckFile(string? file)
    {
        if (file is null) return;
        if (Directory.Exists(file)) throw new OutputException(file, new IOException("It is a folder."));
        Probe(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!, file);
    }

    /// <summary>The model file that a path means: the file itself, or the one of a run directory.</summary>
    public static string ModelIn(string path) => Directory.Exists(path) ? System.IO.Path.Combine(path, ModelFile) : path;

    /// <summary>What to call a model: its run directory, or its file without what all files end with.</summary>
    public static string NameOf(string path)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(ModelIn(path))));
        var folder = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(ModelIn(path))));
        return name == "model" && folder is { Length: > 0 } ? folder : name;
    }

    /// <summary>Writes what there is of a run before it is judged.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="run">The run.</param>
    /// <param name="history">Its epochs so far.</param>
    /// <param name="reached">How far its training has come; null: to its end.</param>
    public void Keep(Recipe recipe, RecipeRun run, History history, TrainingPosition? reached = null)
    {
        run.Save(In(ModelFile), reached);
        AtomicFile.WriteText(In("recipe.json"), recipe.ToJson());
        AtomicFile.WriteText(In("history.csv"), RunJson.History(history));
    }

    /// <summary>Writes everything.</summary>
    public void Write(Recipe recipe, RecipeRun run, RunReport report)
    {
        Keep(recipe, run, report.History); // judging may have taught the task something, which the model's file holds
        AtomicFile.WriteText(In("metrics.json"), RunJson.Metrics(report));
        AtomicFile.WriteText(In("report.html"), HtmlReport.Render(report));
    }

    /// <summary>Writes one more file.</summary>
    public void WriteText(string file, string text) => AtomicFile.WriteText(In(file), text);

    private static void Probe(string folder, string told)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = System.IO.Path.Combine(folder, ".probe");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(told, fault);
        }
    }

    private static string Unused(string recipe)
    {
        var name = string.Concat(recipe.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));
        var stamped = $"{name}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        var free = stamped;
        for (var number = 2; Directory.Exists(System.IO.Path.Combine("runs", free)); number++) free = $"{stamped}-{number}";
        return free;
    }

    private string In(string file) => System.IO.Path.Combine(path, file);
}
