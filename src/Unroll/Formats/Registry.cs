using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Unroll.Formats;

/// <summary>
/// The kinds of a thing (layers, optimizers, losses …) under the names that files use, and their options as JSON.
/// No reflection: each kind brings the type information that the compiler generated.
/// </summary>
/// <remarks>
/// <para>
/// <c>{"layer": "lstm", "units": 32, "returnSequences": true}</c> is an object of the kind "lstm"; where nothing but
/// the kind is said, <c>"adam"</c> is enough. Options that are not given take the defaults of a prototype.
/// </para>
/// </remarks>
/// <param name="what">The thing, in errors: "layer".</param>
/// <param name="discriminator">The property that holds the kind.</param>
/// <typeparam name="TBase">What all kinds derive from.</typeparam>
internal sealed class Registry<TBase>(string what, string discriminator)
    where TBase : class
{
    private readonly List<Kind> kinds = [];

    /// <summary>The property that holds the kind.</summary>
    public string Discriminator => discriminator;

    /// <summary>The names of all kinds.</summary>
    public IEnumerable<string> Names => kinds.Select(kind => kind.Name);

    /// <summary>All kinds, with the type and the defaults of their options; null for one that takes none.</summary>
    public IEnumerable<(string Name, JsonTypeInfo? Type, JsonObject? Defaults)> Kinds =>
        kinds.Select(kind => (kind.Name, kind.Options, kind.Write?.Invoke(kind.Prototype)));

    /// <summary>Adds a kind whose options are the properties of its type.</summary>
    /// <param name="name">The name in files.</param>
    /// <param name="prototype">An object with the default options.</param>
    /// <param name="type">What the compiler generated for it.</param>
    public Registry<TBase> Add<T>(string name, T prototype, JsonTypeInfo<T> type)
        where T : class, TBase
    {
        kinds.Add(new Kind(
            name, typeof(T), value => JsonSerializer.SerializeToNode((T)value, type)!.AsObject(),
            (given, place) => OptionReader.Read(given, prototype, type, $"{what} '{name}'", place, discriminator), prototype, type));
        return this;
    }

    /// <summary>Adds one ready-made object without options.</summary>
    public Registry<TBase> Add(string name, TBase value)
    {
        kinds.Add(new Kind(name, value.GetType(), null, (given, place) => Bare(name, given, place, value), value, null));
        return this;
    }

    /// <summary>The name of an object's kind; of an unregistered one, its type's.</summary>
    public string NameOf(TBase value) => Find(value)?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(value.GetType().Name);

    /// <summary>An object as JSON: its kind and all its options.</summary>
    public JsonNode Write(TBase value)
    {
        var kind = Find(value) ?? throw new OptionException(
            $"The {what} {value.GetType().Name} has no name in files. Save the weights alone, or register the kind.");
        if (kind.Write is null) return JsonValue.Create(kind.Name);
        var node = new JsonObject { [discriminator] = kind.Name };
        foreach (var (key, option) in kind.Write(value)) node[key] = option?.DeepClone();
        return node;
    }

    /// <summary>An object of its JSON.</summary>
    /// <param name="node">The name of a kind, or an object with the kind and its options.</param>
    /// <param name="place">Where the JSON stands, for errors: "model[1]".</param>
    public TBase Read(JsonNode? node, string place)
    {
        var (name, given) = Split(node, place);
        var kind = kinds.Find(kind => kind.Name == name) ?? throw new OptionException(
            $"{place}: there is no {what} '{name}'{Suggestion.For(name, Names)}. There are: {string.Join(", ", Names)}.", discriminator);
        return kind.Read(given, place);
    }

    private TBase Bare(string name, JsonObject given, string place, TBase value)
    {
        var extra = given.FirstOrDefault(pair => pair.Key != discriminator).Key;
        return extra is null ? value : throw new OptionException(
            $"{place}: {what} '{name}' has no option '{extra}'; it takes none.", extra);
    }

    private (string Name, JsonObject Given) Split(JsonNode? node, string place)
    {
        if (node is JsonValue text && text.TryGetValue<string>(out var name)) return (name, []);
        if (node is JsonObject given && given[discriminator] is JsonValue kind && kind.TryGetValue(out name)) return (name, given);
        throw new OptionException(
            $"{place}: a {what} is a name or an object with \"{discriminator}\", but this is {node?.ToJsonString() ?? "null"}. " +
            $"There are: {string.Join(", ", Names)}.", discriminator);
    }

    private Kind? Find(TBase value) =>
        kinds.Find(kind => kind.Write is null ? ReferenceEquals(kind.Prototype, value) : kind.Type == value.GetType());

    private sealed record Kind(
        string Name, Type Type, Func<TBase, JsonObject>? Write, Func<JsonObject, string, TBase> Read, TBase Prototype,
        JsonTypeInfo? Options);
}
