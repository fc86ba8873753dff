using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Unroll.Formats;

/// <summary>
/// Objects of their JSON, where an option that is not given takes the default of a prototype, and every fault is told
/// with its place: an option that does not exist, one that is missing, one that has the wrong type.
/// </summary>
internal static class OptionReader
{
    /// <summary>Reads an object.</summary>
    /// <param name="given">The options that were given.</param>
    /// <param name="prototype">An object with the defaults.</param>
    /// <param name="type">What the compiler generated for it.</param>
    /// <param name="what">What the object is called in errors: "optimizer 'adam'".</param>
    /// <param name="place">Where the JSON stands: "training.optimizer".</param>
    /// <param name="discriminator">A property that belongs to the JSON but not to the object, or null.</param>
    public static T Read<T>(
        JsonObject given, T prototype, JsonTypeInfo<T> type, string what, string place, string? discriminator = null)
    {
        var complete = JsonSerializer.SerializeToNode(prototype, type)!.AsObject();
        foreach (var (key, value) in given)
        {
            if (key == discriminator) continue;
            if (!complete.ContainsKey(key))
            {
                throw new OptionException(
                    $"{place}: {what} has no option '{key}'{Suggestion.For(key, Keys(complete))}. " +
                    $"Its options are: {string.Join(", ", Keys(complete))}.", key);
            }

            CheckInner(key, value, type, place);
            complete[key] = value?.DeepClone();
        }

        foreach (var key in Required(type))
        {
            if (!given.ContainsKey(key)) throw new OptionException($"{place}: {what} needs the option '{key}'.", key);
        }

        try
        {
            return complete.Deserialize(type)!;
        }
        catch (JsonException fault)
        {
            var key = fault.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "an option";
            throw new OptionException($"{place}: option '{key}' of {what} cannot be {TextAt(complete, key)}.", key);
        }
    }

    /// <summary>The options without a default: parameters of the constructor, and required properties.</summary>
    public static IEnumerable<string> Required(JsonTypeInfo type) => type.Properties
        .Where(property => property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false })
        .Select(property => property.Name);

    /// <summary>An option that is an object again, such as early stopping, has no unknown options either.</summary>
    private static void CheckInner(string key, JsonNode? value, JsonTypeInfo type, string place)
    {
        if (value is not JsonObject inner || type.Properties.FirstOrDefault(property => property.Name == key) is not { } option) return;
        if (option.CustomConverter is not null || type.Options.GetTypeInfo(option.PropertyType) is not { Kind: JsonTypeInfoKind.Object } kind) return;
        string[] names = [.. kind.Properties.Select(property => property.Name)];
        if (inner.FirstOrDefault(pair => !names.Contains(pair.Key)).Key is { } unknown)
        {
            throw new OptionException(
                $"{place}: '{key}' has no option '{unknown}'{Suggestion.For(unknown, names)}. Its options are: {string.Join(", ", names)}.", unknown);
        }
    }

    /// <summary>What stands at a path of keys, as it was written.</summary>
    private static string TextAt(JsonNode node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            if (node is not JsonObject inner || !inner.TryGetPropertyValue(key, out var next)) return "what was given";
            if (next is null) return "null";
            node = next;
        }

        return node.ToJsonString();
    }

    private static IEnumerable<string> Keys(JsonObject options) => options.Select(pair => pair.Key);
}
