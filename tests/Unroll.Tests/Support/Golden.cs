using System.Text.Json;

namespace Unroll.Tests.Support;

/// <summary>An array of a golden vector.</summary>
internal sealed record GoldenArray(Shape Shape, double[] Values)
{
    /// <summary>As a tensor; inputs are exact in 32 bits.</summary>
    public Tensor ToTensor() => new(Shape, Array.ConvertAll(Values, value => (float)value));
}

/// <summary>A case of the golden vectors; tests/Golden/README.md says what stands in it.</summary>
internal sealed record GoldenCase(
    string Name, string Op, JsonElement Options, IReadOnlyDictionary<string, GoldenArray> Inputs,
    IReadOnlyDictionary<string, GoldenArray> Cotangents, IReadOnlyDictionary<string, GoldenArray> Outputs,
    IReadOnlyDictionary<string, GoldenArray> Gradients)
{
    public Tensor Input(string name) => Inputs[name].ToTensor();

    public Tensor? Optional(string name) => Inputs.TryGetValue(name, out var array) ? array.ToTensor() : null;

    public bool Has(string option) => Options.TryGetProperty(option, out _);

    public float Number(string option) => Options.GetProperty(option).GetSingle();

    public bool Flag(string option) => Options.GetProperty(option).GetBoolean();

    public int[] Whole(string option) => [.. Options.GetProperty(option).EnumerateArray().Select(value => value.GetInt32())];

    public Activation Activation(string option) => Enum.Parse<Activation>(
        Options.GetProperty(option).GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}

/// <summary>Reads the golden vectors beside the test program.</summary>
internal static class Golden
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, GoldenCase>> Files = [];

    /// <summary>The names of all cases of a file, as theory data.</summary>
    public static TheoryData<string> Names(string file) => [.. Load(file).Keys];

    public static GoldenCase Case(string file, string name) => Load(file)[name];

    private static IReadOnlyDictionary<string, GoldenCase> Load(string file)
    {
        lock (Files)
        {
            if (Files.TryGetValue(file, out var cases)) return cases;
            var path = Path.Combine(AppContext.BaseDirectory, "Golden", file + ".json");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Files[file] = document.RootElement.EnumerateArray().Select(Read).ToDictionary(read => read.Name);
        }
    }

    private static GoldenCase Read(JsonElement element) => new(
        element.GetProperty("name").GetString()!, element.GetProperty("op").GetString()!,
        element.GetProperty("options").Clone(), Arrays(element, "inputs"), Arrays(element, "cotangents"),
        Arrays(element, "outputs"), Arrays(element, "gradients"));

    private static Dictionary<string, GoldenArray> Arrays(JsonElement element, string part) =>
        element.TryGetProperty(part, out var arrays) ? arrays.EnumerateObject().ToDictionary(array => array.Name, array => Array(array.Value)) : [];

    private static GoldenArray Array(JsonElement array) => new(
        new Shape([.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]),
        [.. array.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())]);
}
