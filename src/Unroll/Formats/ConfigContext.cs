using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Forecasting;
using Unroll.Recipes;

namespace Unroll.Formats;

/// <summary>The type information, made by the compiler, of everything that stands in model files and recipes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters = [typeof(EnumConverter<Activation>), typeof(EnumConverter<InitialState>), typeof(EnumConverter<MergeMode>),
        typeof(EnumConverter<AttentionScore>), typeof(EnumConverter<Fan>), typeof(EnumConverter<GridChannel>),
        typeof(EnumConverter<SeriesTransform>), typeof(EnumConverter<SeriesScaling>), typeof(EnumConverter<WindowScaling>),
        typeof(EnumConverter<MissingValues>),
        typeof(EnumConverter<CalendarFeature>), typeof(EnumConverter<ResampleRule>), typeof(EnumConverter<UnorderedTimes>),
        typeof(EnumConverter<DuplicateTimes>), typeof(EnumConverter<GapRule>), typeof(FrequencyConverter),
        typeof(EnumConverter<SequenceEnd>), typeof(EnumConverter<DecoderFeeding>), typeof(EnumConverter<PairProblem>), typeof(EnumConverter<TagScheme>),
        typeof(EnumConverter<ConstraintKind>), typeof(EnumConverter<SyntheticProblem>),
        typeof(EnumConverter<WindowPadding>), typeof(EnumConverter<Distribution>), typeof(ExtentConverter), typeof(EnumConverter<PictureReading>)])]
[JsonSerializable(typeof(Autoregressive))]
[JsonSerializable(typeof(EncoderDecoder))]
[JsonSerializable(typeof(EsRnn))]
[JsonSerializable(typeof(LstNet))]
[JsonSerializable(typeof(Bidirectional))]
[JsonSerializable(typeof(Conv1d))]
[JsonSerializable(typeof(Conv2d))]
[JsonSerializable(typeof(ConvGru2d))]
[JsonSerializable(typeof(ConvLstm1d))]
[JsonSerializable(typeof(ConvLstm2d))]
[JsonSerializable(typeof(ConvLstm3d))]
[JsonSerializable(typeof(Dilated))]
[JsonSerializable(typeof(AveragePooling1d))]
[JsonSerializable(typeof(AveragePooling2d))]
[JsonSerializable(typeof(GlobalAveragePooling1d))]
[JsonSerializable(typeof(GlobalAveragePooling2d))]
[JsonSerializable(typeof(GlobalMaxPooling1d))]
[JsonSerializable(typeof(GlobalMaxPooling2d))]
[JsonSerializable(typeof(MaxPooling1d))]
[JsonSerializable(typeof(MaxPooling2d))]
[JsonSerializable(typeof(Masking))]
[JsonSerializable(typeof(Stacked))]
[JsonSerializable(typeof(MultiplicativeAttention))]
[JsonSerializable(typeof(NGramEmbedding))]
[JsonSerializable(typeof(MultiHeadAttention))]
[JsonSerializable(typeof(AttentionPooling))]
[JsonSerializable(typeof(ActivityRegularization))]
[JsonSerializable(typeof(AdaptiveSoftmax))]
[JsonSerializable(typeof(AdditiveAttention))]
[JsonSerializable(typeof(Sru))]
[JsonSerializable(typeof(Slstm))]
[JsonSerializable(typeof(Qrnn))]
[JsonSerializable(typeof(Mlstm))]
[JsonSerializable(typeof(MinimalGru))]
[JsonSerializable(typeof(MinLstm))]
[JsonSerializable(typeof(MinGru))]
[JsonSerializable(typeof(IndRnn))]
[JsonSerializable(typeof(AntisymmetricRnn))]
[JsonSerializable(typeof(Branches))]
[JsonSerializable(typeof(ColumnSlice))]
[JsonSerializable(typeof(ConditionalRandomField))]
[JsonSerializable(typeof(RepeatVector))]
[JsonSerializable(typeof(Residual))]
[JsonSerializable(typeof(TiedDense))]
[JsonSerializable(typeof(TimeDistributed))]
[JsonSerializable(typeof(Dense))]
[JsonSerializable(typeof(Dropout))]
[JsonSerializable(typeof(Embedding))]
[JsonSerializable(typeof(Flatten))]
[JsonSerializable(typeof(Gru))]
[JsonSerializable(typeof(Lstm))]
[JsonSerializable(typeof(Seq2Seq))]
[JsonSerializable(typeof(SimpleRnn))]
[JsonSerializable(typeof(ConstantInitializer))]
[JsonSerializable(typeof(IdentityInitializer))]
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
[JsonSerializable(typeof(SmoothedCrossentropyLoss))]
[JsonSerializable(typeof(QuantileLoss))]
[JsonSerializable(typeof(TopKAccuracy))]
[JsonSerializable(typeof(ForecastTask))]
[JsonSerializable(typeof(GridForecastTask))]
[JsonSerializable(typeof(ForecastOptions))]
[JsonSerializable(typeof(SeriesOptions))]
[JsonSerializable(typeof(JoinedFile))]
[JsonSerializable(typeof(ResampleOptions))]
[JsonSerializable(typeof(PictureClassificationTask))]
[JsonSerializable(typeof(LanguageModelTask))]
[JsonSerializable(typeof(WeightAverageOptions))]
[JsonSerializable(typeof(SyntheticTask))]
[JsonSerializable(typeof(TaggingTask))]
[JsonSerializable(typeof(TaggerState))]
[JsonSerializable(typeof(TextClassificationTask))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(ForecasterState))]
[JsonSerializable(typeof(BytePairTokenizer))]
[JsonSerializable(typeof(CharacterTokenizer))]
[JsonSerializable(typeof(JamoTokenizer))]
[JsonSerializable(typeof(SpaceTokenizer))]
[JsonSerializable(typeof(SyllableTokenizer))]
[JsonSerializable(typeof(WordTokenizer))]
[JsonSerializable(typeof(VocabularyOptions))]
[JsonSerializable(typeof(TextEncoderParameters))]
[JsonSerializable(typeof(TextClassifierState))]
[JsonSerializable(typeof(TranslationTask))]
[JsonSerializable(typeof(TranslationState))]
[JsonSerializable(typeof(SentenceOptions))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ConfigContext : JsonSerializerContext
{
    /// <summary>The defaults of options that stand within others; null for a type that has none.</summary>
    public static JsonObject? DefaultsOf(Type type) =>
        type == typeof(EarlyStoppingOptions) ? Write(new EarlyStoppingOptions(), Default.EarlyStoppingOptions)
        : type == typeof(ReduceOnPlateauOptions) ? Write(new ReduceOnPlateauOptions(), Default.ReduceOnPlateauOptions)
        : type == typeof(WeightAverageOptions) ? Write(new WeightAverageOptions(), Default.WeightAverageOptions)
        : type == typeof(ForecastOptions) ? Write(new ForecastOptions { Targets = [] }, Default.ForecastOptions)
        : type == typeof(SeriesOptions) ? Write(new SeriesOptions(), Default.SeriesOptions)
        : type == typeof(ResampleOptions) ? Write(new ResampleOptions(new Frequency(Data.TimeUnit.Day)), Default.ResampleOptions)
        : type == typeof(VocabularyOptions) ? Write(new VocabularyOptions(), Default.VocabularyOptions)
        : type == typeof(SentenceOptions) ? []
        : type == typeof(JoinedFile) ? Write(new JoinedFile(""), Default.JoinedFile)
        : null;

    private static JsonObject Write<T>(T options, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(options, type)!.AsObject();
}

/// <summary>An enum as its name in camel case; numbers are not accepted.</summary>
internal sealed class EnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>A frequency in words: "hour", "15 minutes".</summary>
internal sealed class FrequencyConverter : JsonConverter<Frequency>
{
    /// <inheritdoc/>
    public override Frequency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Frequency.Parse(reader.GetString() ?? throw new JsonException("A frequency is a word, such as \"hour\"."));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Frequency value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>An extent as its number, or as a list of its numbers.</summary>
internal sealed class ExtentConverter : JsonConverter<Extent>
{
    /// <inheritdoc/>
    public override Extent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) return number;
        if (JsonNode.Parse(ref reader) is not JsonArray { Count: >= 1 and <= Extent.MaxAxes } list)
            throw new JsonException("An extent is a number or a list of up to three.");
        var numbers = new int[list.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (list[i] is not JsonValue value || !value.TryGetValue(out numbers[i])) throw new JsonException("The numbers of an extent are whole.");
        }

        return new Extent(numbers);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Extent value, JsonSerializerOptions options)
    {
        if (value.Count == 1)
        {
            writer.WriteNumberValue(value[0]);
            return;
        }

        writer.WriteStartArray();
        foreach (var number in value) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}

/// <summary>A thing of several kinds inside of JSON, by way of its registry.</summary>
internal abstract class RegistryConverter<T>(string place) : JsonConverter<T>
    where T : class
{
    private protected abstract Registry<T> Kinds { get; }

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Kinds.Read(JsonNode.Parse(ref reader), place);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => Kinds.Write(value).WriteTo(writer);
}

/// <summary>A layer inside of JSON.</summary>
internal sealed class LayerConverter() : RegistryConverter<Layer>("layer")
{
    private protected override Registry<Layer> Kinds => LayerRegistry.Layers;
}

/// <summary>A tokenizer inside of JSON.</summary>
internal sealed class TokenizerConverter() : RegistryConverter<Tokenizer>("tokenizer")
{
    private protected override Registry<Tokenizer> Kinds => TextRegistry.Tokenizers;
}

/// <summary>An initialiser inside of JSON.</summary>
internal sealed class InitializerConverter() : RegistryConverter<Initializer>("initializer")
{
    private protected override Registry<Initializer> Kinds => LayerRegistry.Initializers;
}

/// <summary>An optimizer inside of JSON.</summary>
internal sealed class OptimizerConverter() : RegistryConverter<Optimizer>("optimizer")
{
    private protected override Registry<Optimizer> Kinds => TrainingRegistry.Optimizers;
}

/// <summary>A loss inside of JSON.</summary>
internal sealed class LossConverter() : RegistryConverter<Loss>("loss")
{
    private protected override Registry<Loss> Kinds => TrainingRegistry.Losses;
}

/// <summary>What a recipe is about, inside of JSON.</summary>
internal sealed class TaskConverter() : RegistryConverter<RecipeTask>("task")
{
    private protected override Registry<RecipeTask> Kinds => RecipeRegistry.Tasks;
}

/// <summary>Metrics inside of JSON.</summary>
internal sealed class MetricListConverter : JsonConverter<IReadOnlyList<Metric>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonNode.Parse(ref reader) is JsonArray metrics
            ? [.. metrics.Select((metric, i) => TrainingRegistry.Metrics.Read(metric, $"metrics[{i}]"))]
            : throw new JsonException("Metrics are a list.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<Metric> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var metric in value) TrainingRegistry.Metrics.Write(metric).WriteTo(writer);
        writer.WriteEndArray();
    }
}
