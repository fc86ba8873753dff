using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Forecasting;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>The JSON Schema of recipes, from the same registries that read them: editors complete and check by it.</summary>
internal static class RecipeSchema
{
    private static readonly JsonSerializerOptions Layout = new()
    { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) => (context.Path.Length > 0 ? Reference(context.TypeInfo.Type) : null) ?? node,
    };

    /// <summary>The schema as a file.</summary>
    public static string Text() => Build().ToJsonString(Layout) + "\n";

    /// <summary>The schema.</summary>
    public static JsonObject Build() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Unroll recipe",
        ["description"] = "An experiment: which data, which model, how it trains.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["$schema"] = Typed("string", "The path of this schema, for editors."),
            ["name"] = Typed("string", "The recipe's name. Default: that of its file."),
            ["description"] = Typed("string", "What it does, in a sentence or two."),
            ["seed"] = new JsonObject
            { ["description"] = "Decides everything random.", ["type"] = "integer", ["minimum"] = 0, ["default"] = 0 },
            ["task"] = Ref("task"),
            ["model"] = new JsonObject
            {
                ["description"] = "The layers, from input to output.",
                ["type"] = "array",
                ["minItems"] = 1,
                ["items"] = Ref("layer"),
            },
            ["training"] = Ref("training"),
        },
        ["required"] = new JsonArray("task", "model", "training"),
        ["additionalProperties"] = false,
        ["$defs"] = new JsonObject
        {
            ["task"] = Kinds(RecipeRegistry.Tasks, "Which data are read, and how the result is judged."),
            ["layer"] = Kinds(LayerRegistry.Layers, "A layer of the model."),
            ["training"] = Options(ConfigContext.Default.TrainingOptions, Defaults(new TrainingOptions(), ConfigContext.Default.TrainingOptions), "training"),
            ["optimizer"] = Kinds(TrainingRegistry.Optimizers, "What changes the weights."),
            ["loss"] = Kinds(TrainingRegistry.Losses, "What is made small."),
            ["metric"] = Kinds(TrainingRegistry.Metrics, "A figure that is told after each epoch."),
            ["initializer"] = Kinds(LayerRegistry.Initializers, "How new weights are drawn."),
            ["tokenizer"] = Kinds(TextRegistry.Tokenizers, "How texts are cut into tokens."),
            ["sentences"] = Options(ConfigContext.Default.SentenceOptions, [], "sentences"),
            ["vocabulary"] = Options(
                ConfigContext.Default.VocabularyOptions, ConfigContext.DefaultsOf(typeof(VocabularyOptions))!, "vocabulary"),
            ["series"] = Options(ConfigContext.Default.SeriesOptions, ConfigContext.DefaultsOf(typeof(SeriesOptions))!, "series"),
            ["window"] = Options(
                ConfigContext.Default.ForecastOptions, ConfigContext.DefaultsOf(typeof(ForecastOptions))!, "window"),
            ["resampling"] = Options(
                ConfigContext.Default.ResampleOptions, ConfigContext.DefaultsOf(typeof(ResampleOptions))!, "resampling"),
            ["joinedFile"] = Options(ConfigContext.Default.JoinedFile, ConfigContext.DefaultsOf(typeof(JoinedFile))!, "joinedFile"),
            ["extent"] = new JsonObject
            {
                ["description"] = "A number for each axis of space; a single one stands for all.",
                ["anyOf"] = new JsonArray(Typed("integer", "The same along all axes."), Each("integer", "One for each axis, outermost first.")),
            },
        },
    };

    /// <summary>One of several kinds: a bare name where no option is needed, or an object with kind and options.</summary>
    private static JsonObject Kinds<T>(Registry<T> registry, string description)
        where T : class
    {
        var forms = new List<JsonNode>();
        string[] bare = [.. registry.Kinds.Where(kind => kind.Type is null || !OptionReader.Required(kind.Type).Any()).Select(kind => kind.Name)];
        if (bare.Length > 0) forms.Add(new JsonObject { ["enum"] = Names(bare) });
        string[] plain = [.. registry.Kinds.Where(kind => kind.Type is null).Select(kind => kind.Name)];
        if (plain.Length > 0)
        {
            var only = new JsonObject { [registry.Discriminator] = new JsonObject { ["enum"] = Names(plain) } };
            forms.Add(Closed(only, [registry.Discriminator]));
        }

        foreach (var kind in registry.Kinds)
        {
            if (kind.Type is not null) forms.Add(Options(kind.Type, kind.Defaults!, kind.Name, registry.Discriminator));
        }

        return new JsonObject { ["description"] = description, ["anyOf"] = new JsonArray([.. forms]) };
    }

    /// <summary>The options of one type, with their types, defaults and words.</summary>
    private static JsonObject Options(JsonTypeInfo type, JsonObject defaults, string kind, string? discriminator = null)
    {
        var properties = new JsonObject();
        List<string> required = [.. OptionReader.Required(type)];
        if (discriminator is not null)
        {
            properties[discriminator] = new JsonObject { ["const"] = kind };
            required.Insert(0, discriminator);
        }

        foreach (var (name, exported) in type.GetJsonSchemaAsNode(Exporter)["properties"]?.AsObject() ?? [])
        {
            var property = new JsonObject();
            if (RecipeWords.Find(kind, name) is { } words) property["description"] = words;
            foreach (var (key, value) in exported!.AsObject()) property[key] = value?.DeepClone();
            AddDefaults(property, required.Contains(name) || name == "name" ? null : defaults[name]);
            properties[name] = property;
        }

        return Closed(properties, required);
    }

    private static void AddDefaults(JsonObject property, JsonNode? value)
    {
        if (value is not null) property["default"] = value.DeepClone();
        if (property["properties"] is not JsonObject inner) return;
        property["additionalProperties"] = false;
        foreach (var (name, option) in inner)
        {
            if (RecipeWords.Find("callback", name) is { } words) option!.AsObject().Insert(0, "description", words);
        }
    }

    private static JsonObject Closed(JsonObject properties, List<string> required)
    {
        var node = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) node["required"] = Names(required);
        node["additionalProperties"] = false;
        return node;
    }

    /// <summary>What a registry reads is described once, under <c>$defs</c>.</summary>
    private static JsonObject? Reference(Type type) =>
        type == typeof(Initializer) ? Ref("initializer")
        : type == typeof(Layer) ? Ref("layer")
        : type == typeof(Optimizer) ? Ref("optimizer")
        : type == typeof(Loss) ? Ref("loss")
        : type == typeof(Tokenizer) ? Ref("tokenizer")
        : type == typeof(SentenceOptions) ? new JsonObject { ["anyOf"] = new JsonArray(Ref("sentences"), new JsonObject { ["type"] = "null" }) }
        : type == typeof(VocabularyOptions) ? Ref("vocabulary")
        : type == typeof(SeriesOptions) ? Ref("series")
        : type == typeof(ForecastOptions) ? Ref("window")
        : type == typeof(JoinedFile) ? Ref("joinedFile")
        : type == typeof(ResampleOptions) ? new JsonObject { ["anyOf"] = new JsonArray(Ref("resampling"), new JsonObject { ["type"] = "null" }) }
        : type == typeof(Frequency) ? new JsonObject { ["type"] = "string" }
        : type == typeof(Frequency?) ? new JsonObject { ["type"] = new JsonArray("string", "null") }
        : type == typeof(Extent) ? Ref("extent")
        : type == typeof(Extent?) ? new JsonObject { ["anyOf"] = new JsonArray(Ref("extent"), new JsonObject { ["type"] = "null" }) }
        : type == typeof(IReadOnlyList<Metric>) ? new JsonObject { ["type"] = "array", ["items"] = Ref("metric") }
        : null;

    private static JsonObject Defaults<T>(T prototype, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(prototype, type)!.AsObject();

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonObject Typed(string type, string description) => new() { ["description"] = description, ["type"] = type };

    private static JsonObject Each(string type, string description) => new()
    { ["description"] = description, ["type"] = "array", ["items"] = new JsonObject { ["type"] = type } };

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => (JsonNode)name)];
}
