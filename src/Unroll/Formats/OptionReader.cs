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

            complete[key] = InnerType(key, type) is { } inner ? Inner(value, inner, key, place) : value?.DeepClone();
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

    /// <summary>The type of an option that is an object again, or a list of them; null where it is a value, or of several kinds.</summary>
    private static JsonTypeInfo? InnerType(string key, JsonTypeInfo type) =>
        type.Properties.FirstOrDefault(property => property.Name == key) is { CustomConverter: null } option
            ? type.Options.GetTypeInfo(option.PropertyType) switch
            {
                { Kind: JsonTypeInfoKind.Object } only => only,
                { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } each }
                    when type.Options.GetTypeInfo(each) is { Kind: JsonTypeInfoKind.Object } one => one,
                _ => null,
            }
            : null;

    /// <summary>An object within, or each of a list of them, where what is not said takes its default, too.</summary>
    private static JsonNode? Inner(JsonNode? value, JsonTypeInfo type, string key, string place)
    {
        if (value is JsonArray list) return new JsonArray([.. list.Select(one => Inner(one, type, key, place))]);
        if (value is not JsonObject given) return value?.DeepClone();
        CheckInner(key, given, type, place);
        var complete = ConfigContext.DefaultsOf(type.Type) ?? [];
        foreach (var (name, option) in given)
            complete[name] = InnerType(name, type) is { } inner ? Inner(option, inner, name, $"{place}.{key}") : option?.DeepClone();
        return complete;
    }

    /// <summary>An object within has no unknown options either.</summary>
    private static void CheckInner(string key, JsonObject inner, JsonTypeInfo kind, string place)
    {
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
