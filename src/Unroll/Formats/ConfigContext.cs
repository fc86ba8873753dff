using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Unroll.Formats;

/// <summary>The type information, made by the compiler, of everything that stands in model files and recipes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters = [typeof(EnumConverter<Activation>), typeof(EnumConverter<InitialState>), typeof(EnumConverter<Fan>)])]
[JsonSerializable(typeof(Dense))]
[JsonSerializable(typeof(Dropout))]
[JsonSerializable(typeof(Embedding))]
[JsonSerializable(typeof(Flatten))]
[JsonSerializable(typeof(Gru))]
[JsonSerializable(typeof(Lstm))]
[JsonSerializable(typeof(SimpleRnn))]
[JsonSerializable(typeof(ConstantInitializer))]
[JsonSerializable(typeof(NormalInitializer))]
[JsonSerializable(typeof(OrthogonalInitializer))]
[JsonSerializable(typeof(UniformInitializer))]
[JsonSerializable(typeof(VarianceScaling))]
[JsonSerializable(typeof(Sgd))]
[JsonSerializable(typeof(RmsProp))]
[JsonSerializable(typeof(Adagrad))]
[JsonSerializable(typeof(Adam))]
[JsonSerializable(typeof(AdamW))]
[JsonSerializable(typeof(Nadam))]
[JsonSerializable(typeof(HuberLoss))]
[JsonSerializable(typeof(TopKAccuracy))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ConfigContext : JsonSerializerContext;

/// <summary>An enum as its name in camel case; numbers are not accepted.</summary>
internal sealed class EnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>A layer inside of JSON, by way of the registry.</summary>
internal sealed class LayerConverter : JsonConverter<Layer>
{
    /// <inheritdoc/>
    public override Layer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LayerRegistry.Layers.Read(JsonNode.Parse(ref reader), "layer");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Layer value, JsonSerializerOptions options) =>
        LayerRegistry.Layers.Write(value).WriteTo(writer);
}

/// <summary>An initialiser inside of JSON, by way of the registry.</summary>
internal sealed class InitializerConverter : JsonConverter<Initializer>
{
    /// <inheritdoc/>
    public override Initializer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LayerRegistry.Initializers.Read(JsonNode.Parse(ref reader), "initializer");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Initializer value, JsonSerializerOptions options) =>
        LayerRegistry.Initializers.Write(value).WriteTo(writer);
}
