using System.Text.Json;
using System.Text.Json.Nodes;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>An experiment in one JSON file: its task, its model and its training.</summary>
public sealed class Recipe
{
    private static readonly string[] Keys = ["$schema", "name", "description", "seed", "task", "model", "training"];

    /// <summary>Values of a task that belong to the file it trains with, and go with it.</summary>
    private static readonly string[] WithTrain =
    [
        "drawn", "trainTarget", "validationFile", "validationTarget", "testFile", "testTarget", "sourceColumn", "targetColumn", "wordColumn", "tagColumn",
    ];

    /// <summary>Tasks that share out one file themselves; others validate with a share that the training says.</summary>
    private static readonly string[] SplittingTasks = ["translation", "languageModel"];

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private Recipe(JsonObject json, string name)
    {
        Json = json;
        Name = name;
        Description = json["description"]?.GetValue<string>() ?? "";
        Seed = json["seed"]?.GetValue<ulong>() ?? 0;
        Task = RecipeRegistry.Tasks.Read(json["task"], "task");
        Layers = json["model"] as JsonArray ?? throw new OptionException("model: a recipe needs a list of layers.", "model");
        if (Layers.Count == 0) throw new OptionException("model: the list of layers is empty.", "model");
        Training = OptionReader.Read(
            json["training"] as JsonObject ?? throw new OptionException("training: a recipe needs this object.", "training"),
            new TrainingOptions(), ConfigContext.Default.TrainingOptions, "training", "training");
        _ = NewModel(); // faults of the model are told with the others, before any data is read
    }

    /// <summary>The recipe's name.</summary>
    public string Name { get; }

    /// <summary>What it does, in a sentence or two.</summary>
    public string Description { get; }

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; }

    /// <summary>Which data it reads and how the result is judged.</summary>
    public RecipeTask Task { get; }

    /// <summary>How it trains.</summary>
    public TrainingOptions Training { get; }

    /// <summary>What was changed beside what was asked for, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>The whole recipe, with what was changed from outside.</summary>
    internal JsonObject Json { get; }

    private JsonArray Layers { get; }

    /// <summary>Reads a recipe.</summary>
    /// <param name="text">The JSON; comments and trailing commas are allowed.</param>
    /// <param name="file">The file's name, for errors, and the recipe's name where it has none.</param>
    /// <param name="changes">Changes of single values, each <c>path=value</c> with a path such as
    /// <c>training.epochs</c>, <c>model.1.units</c> or <c>task.train</c>, which may be called <c>data.train</c>. With another file to train
    /// with, those that belong to the recipe's own (its targets, columns, validation and test) are left out, unless they are changed, too.</param>
    /// <exception cref="OptionException">The recipe is not JSON, or something in it is unknown, missing or out of range.</exception>
    public static Recipe Parse(string text, string file, params IReadOnlyList<string> changes)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Lenient) as JsonObject
                ?? throw new OptionException("a recipe is a JSON object, { … }.");
            foreach (var change in changes) Change(json, change);
            var notes = changes.Any(change => Changes(change, "train")) ? WithoutOthers(json, changes) : [];
            foreach (var (key, _) in json)
            {
                if (!Keys.Contains(key))
                    throw new OptionException(
                        $"a recipe has no '{key}'{Suggestion.For(key, Keys)}. It has: {string.Join(", ", Keys[1..])}.", key);
            }

            return new Recipe(json, json["name"]?.GetValue<string>() ?? Path.GetFileNameWithoutExtension(file)) { Notes = notes };
        }
        catch (JsonException fault)
        {
            throw new OptionException(
                $"{file}, line {fault.LineNumber + 1}: this is not JSON. {FirstSentence(fault.Message)} Mend the line, or take a shipped recipe as a pattern.");
        }
        catch (OptionException fault)
        {
            throw new OptionException($"{file}: {fault.Message}", fault.Option);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            throw new OptionException(
                $"{file}: 'name' and 'description' are texts and 'seed' is a whole number from 0. {FirstSentence(fault.Message)}");
        }
    }

    /// <summary>The whole recipe as a file, with what was changed from outside.</summary>
    public string ToJson() => Json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";

    /// <summary>The recipe's model, not built yet.</summary>
    public Sequential NewModel() => ModelFile.ReadLayers(Layers, "model");

    private static void Change(JsonObject json, string change)
    {
        var at = change.IndexOf('=', StringComparison.Ordinal);
        if (at < 1) throw new OptionException($"'{change}' is not a change. Write key=value, such as training.epochs=5.");
        var keys = change[..at].Split('.');
        if (keys[0] == "data" && keys.Length > 1) keys[0] = "task";
        JsonNode node = json;
        foreach (var key in keys[..^1]) node = Child(node, key, change);
        var value = Value(change[(at + 1)..]);
        if (node is JsonObject target) target[keys[^1]] = value;
        else if (node is JsonArray list) list[Index(list, keys[^1], change)] = value;
        else throw new OptionException($"'{change}': '{string.Join('.', keys[..^1])}' is a single value and has nothing inside.");
    }

    private static bool Changes(string change, string key) =>
        change.StartsWith($"task.{key}=", StringComparison.Ordinal) || change.StartsWith($"data.{key}=", StringComparison.Ordinal);

    /// <summary>Leaves out what belongs to another file to train with; a share of the new one validates where a file did.</summary>
    private static string[] WithoutOthers(JsonObject json, IReadOnlyList<string> changes)
    {
        if (json["task"] is not JsonObject task) return [];
        string[] left = [.. WithTrain.Where(key => task[key] is not null && !changes.Any(change => Changes(change, key)))];
        foreach (var key in left) task.Remove(key);
        if (left.Contains("validationFile") && !SplittingTasks.Contains((string?)task["kind"]) && json["training"] is JsonObject training)
            training["validationSplit"] ??= 0.1;
        return left.Length == 0 ? []
            : [$"With a file of your own to train with, the recipe's {string.Join(", ", left)} are left out. Set them, too, to keep them."];
    }

    private static JsonNode Child(JsonNode node, string key, string change)
    {
        if (node is JsonArray list) return list[Index(list, key, change)]!;
        if (node is not JsonObject target)
            throw new OptionException($"'{change}': there is nothing called '{key}' inside of a single value.");
        // A kind written as a bare name ("adam") becomes an object, so that an option can be set on it.
        if (target[key] is JsonValue name && name.TryGetValue<string>(out var kind)) target[key] = new JsonObject { ["kind"] = kind };
        return target[key] ??= new JsonObject();
    }

    private static int Index(JsonArray list, string key, string change) =>
        int.TryParse(key, out var index) && (uint)index < (uint)list.Count
            ? index
            : throw new OptionException($"'{change}': '{key}' is not a place in a list of {list.Count}; the first is 0.");

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // a word needs no quotes on a command line
        }
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + 1)];
    }
}
