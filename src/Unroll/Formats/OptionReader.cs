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
            var text = complete.TryGetPropertyValue(key, out var value) ? value?.ToJsonString() ?? "null" : "its value";
            throw new OptionException($"{place}: option '{key}' of {what} cannot be {text}.", key);
        }
    }

    /// <summary>The options without a default: parameters of the constructor, and required properties.</summary>
    public static IEnumerable<string> Required(JsonTypeInfo type) => type.Properties
        .Where(property => property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false })
        .Select(property => property.Name);

    private static IEnumerable<string> Keys(JsonObject options) => options.Select(pair => pair.Key);
}
