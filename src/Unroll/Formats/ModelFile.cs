using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;

namespace Unroll.Formats;

/// <summary>What <see cref="Model.Save"/> writes beside architecture and weights.</summary>
public sealed class SaveOptions
{
    /// <summary>
    /// Whether the optimizer's state is written, so that training can be resumed. Default: false. Ignored with a custom
    /// loss, which no file can hold.
    /// </summary>
    public bool WithOptimizer { get; init; }

    /// <summary>How far the training has come, to resume it from the file. Default: not begun.</summary>
    public TrainingPosition Position { get; init; }

    /// <summary>Texts of your own, such as how inputs were prepared; read back with <see cref="ModelFile.Load"/>.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();
}

/// <summary>A model as it came out of a file.</summary>
/// <param name="Model">The model, built; compiled if it was when it was saved.</param>
/// <param name="Texts">The texts that were saved with it.</param>
public sealed record LoadedModel(Sequential Model, IReadOnlyDictionary<string, string> Texts)
{
    /// <summary>How far its training had come.</summary>
    public TrainingPosition Position { get; init; }
}

/// <summary>Models in safetensors files: the architecture as JSON in the metadata, the weights as tensors.</summary>
public static class ModelFile
{
    private const string ArchitectureKey = "unroll.model";
    private const string PositionKey = "unroll.position";
    private const string OptimizerPrefix = "optimizer/";

    /// <summary>Reads a model.</summary>
    /// <param name="path">A file that <see cref="Model.Save"/> wrote.</param>
    /// <exception cref="ModelFileException">The file is missing, cut short, changed, or no Unroll model.</exception>
    public static LoadedModel Load(string path)
    {
        var (tensors, texts) = SafeTensors.Read(path);
        if (!texts.Remove(ArchitectureKey, out var json))
            throw new ModelFileException(path, "it holds tensors, but no Unroll model. Give a file that Model.Save wrote.");
        try
        {
            var root = JsonNode.Parse(json)!;
            var model = ReadLayers(root["layers"]!.AsArray(), "model");
            model.Build(new Shape([.. root["input"]!.AsArray().Select(length => length!.GetValue<int>())]));
            ReadTraining(root["training"], model);
            ReadWeights(path, tensors, model);
            return new LoadedModel(model, texts) { Position = ReadPosition(texts) };
        }
        catch (Exception fault) when (fault is
            OptionException or ShapeException
            or NullReferenceException or InvalidOperationException or FormatException or System.Text.Json.JsonException)
        {
            throw new ModelFileException(
                path, $"its architecture cannot be read: {fault.Message} It may come from a newer version of Unroll.", fault);
        }
    }

    /// <summary>
    /// Reads a model whose weights are the means of those in several files, such as the last checkpoints of a training, which is often
    /// better than any of them: Sennrich, Haddow and Birch 2016, "Edinburgh Neural Machine Translation Systems for WMT 16".
    /// </summary>
    /// <remarks>
    /// <code>
    /// var model = ModelFile.LoadAverage("epoch10.safetensors", "epoch11.safetensors", "epoch12.safetensors").Model;
    /// </code>
    /// All else, such as the optimizer's state and texts, comes from the last file. See <see cref="WeightAverage"/> for means over steps.
    /// </remarks>
    /// <param name="paths">Files that <see cref="Model.Save"/> wrote, of one architecture; at least one.</param>
    /// <exception cref="ModelFileException">A file is missing, cut short, changed, or of another model than the last.</exception>
    public static LoadedModel LoadAverage(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0) throw new ArgumentException("No files are given to average. Give at least one.", nameof(paths));
        var last = Load(paths[^1]);
        foreach (var path in paths.SkipLast(1))
        {
            var other = Load(path).Model;
            if (!Named(other).Select(Described).SequenceEqual(Named(last.Model).Select(Described)))
                throw new ModelFileException(path, $"its weights are not those of '{paths[^1]}'. Average files of one architecture.");
            foreach (var (sum, term) in last.Model.Parameters.Zip(other.Parameters)) TensorPrimitives.Add(sum.Value.Values, term.Value.Data, sum.Value.Values);
        }

        foreach (var parameter in last.Model.Parameters)
        {
            var values = parameter.Value.Values;
            TensorPrimitives.Divide(values, paths.Count, values);
        }

        return last;

        static (string Name, Shape Shape) Described((string Name, Parameter Parameter) weight) => (weight.Name, weight.Parameter.Value.Shape);
    }

    /// <summary>Makes layers of their JSON.</summary>
    internal static Sequential ReadLayers(JsonArray layers, string place)
    {
        var model = new Sequential();
        for (var i = 0; i < layers.Count; i++) model.Add(LayerRegistry.Layers.Read(layers[i], $"{place}[{i}]"));
        return model;
    }

    /// <summary>Writes a model.</summary>
    internal static void Save(Model model, string path, SaveOptions options)
    {
        if (!model.IsBuilt) throw new InvalidOperationException("The model has no weights yet. Train or Build it before saving.");
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in Named(model)) tensors[name] = parameter.Value;
        if (options.WithOptimizer && model.IsCompiled && model.Loss is not CustomLoss)
        {
            foreach (var (name, parameter) in Named(model))
            {
                var slots = model.Optimizer.SlotsOf(parameter);
                for (var i = 0; i < slots.Length; i++) tensors[$"{OptimizerPrefix}{i}/{name}"] = slots[i];
            }
        }

        var texts = new Dictionary<string, string>(options.Texts) { [ArchitectureKey] = Architecture(model).ToJsonString() };
        if (options.Position is { } position && position != default)
            texts[PositionKey] = string.Create(CultureInfo.InvariantCulture, $"{position.Epochs} {position.Steps}");
        SafeTensors.Write(path, tensors, texts);
    }

    private static TrainingPosition ReadPosition(Dictionary<string, string> texts)
    {
        if (!texts.Remove(PositionKey, out var text)) return default;
        int[] numbers = [.. text.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        return new TrainingPosition(numbers[0], numbers[1]);
    }

    /// <summary>Every weight under the name it has in files: <c>lstm/recurrent_kernel</c>.</summary>
    internal static IEnumerable<(string Name, Parameter Parameter)> Named(Model model) =>
        model.Layers.SelectMany(layer => layer.Parameters.Select(parameter => ($"{layer.Name}/{parameter.Name}", parameter)));

    private static JsonObject Architecture(Model model)
    {
        var layers = new JsonArray();
        foreach (var layer in model.Layers)
        {
            var node = LayerRegistry.Layers.Write(layer);
            layers.Add(node is JsonValue ? new JsonObject { ["layer"] = node, ["name"] = layer.Name } : node);
        }

        var root = new JsonObject
        {
            ["version"] = 1,
            ["input"] = new JsonArray([.. model.Layers[0].InputShape.Select(length => (JsonNode)length)]),
            ["layers"] = layers,
        };
        if (model.IsCompiled && model.Loss is not CustomLoss)
        {
            root["training"] = new JsonObject
            {
                ["optimizer"] = TrainingRegistry.Optimizers.Write(model.Optimizer),
                ["iterations"] = model.Optimizer.Iterations.ToString(CultureInfo.InvariantCulture),
                ["loss"] = TrainingRegistry.Losses.Write(model.Loss),
                ["metrics"] = new JsonArray([.. model.Metrics.Select(TrainingRegistry.Metrics.Write)]),
            };
        }

        return root;
    }

    private static void ReadTraining(JsonNode? training, Sequential model)
    {
        if (training is null) return;
        var optimizer = TrainingRegistry.Optimizers.Read(training["optimizer"], "optimizer");
        optimizer.Iterations = long.Parse(training["iterations"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        var metrics = training["metrics"]!.AsArray().Select(metric => TrainingRegistry.Metrics.Read(metric, "metrics"));
        model.Compile(optimizer, TrainingRegistry.Losses.Read(training["loss"], "loss"), [.. metrics]);
    }

    private static void ReadWeights(string path, Dictionary<string, Tensor> tensors, Sequential model)
    {
        foreach (var (name, parameter) in Named(model))
        {
            if (!tensors.TryGetValue(name, out var values))
                throw new ModelFileException(path, $"the weight '{name}' is missing. Restore the file from a copy.");
            if (values.Shape != parameter.Value.Shape)
            {
                throw new ModelFileException(
                    path, $"the weight '{name}' has shape {values.Shape}, but the architecture needs {parameter.Value.Shape}. Restore the file from a copy.");
            }

            values.Values.CopyTo(parameter.Value.Values);
            if (!tensors.ContainsKey($"{OptimizerPrefix}0/{name}")) continue;
            var slots = model.Optimizer.SlotsOf(parameter);
            for (var i = 0; i < slots.Length && tensors.TryGetValue($"{OptimizerPrefix}{i}/{name}", out var slot); i++)
                slot.Values.CopyTo(slots[i].Values);
        }
    }
}
