using System.Text.Json.Nodes;
using Unroll.Recipes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Recipes;

public sealed class RecipeSchemaTests
{
    private static readonly JsonObject Schema = RecipeSchema.Build();

    [Fact]
    public void The_file_beside_the_recipes_is_up_to_date() => Assert.True(
        Repository.Read("recipes/recipe.schema.json") == RecipeSchema.Text(),
        "recipes/recipe.schema.json is out of date. Write it anew: dotnet run --project src/Unroll.Cli -- recipes --schema > recipes/recipe.schema.json");

    public static TheoryData<string> Shipped =>
        [.. Repository.Files("recipes", "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Shipped_recipes_are_valid(string file) => Assert.Empty(Faults(JsonNode.Parse(Repository.Read(file)), Schema, "recipe"));

    [Theory]
    [InlineData("{}", "recipe: lacks task")]
    [InlineData("""{"tasks": 1}""", "recipe: does not know tasks")]
    [InlineData("""{"seed": "x"}""", "recipe.seed: is no integer")]
    [InlineData("""{"model": [{"layer": "lstm", "unitz": 1}]}""", "recipe.model[0]: fits none")]
    [InlineData("""{"model": ["lstm"]}""", "recipe.model[0]: fits none")]
    [InlineData("""{"training": {"optimizer": "adamm"}}""", "recipe.training.optimizer: fits none")]
    [InlineData("""{"training": {"optimizer": {"kind": "adam", "beta1": "x"}}}""", "recipe.training.optimizer: fits none")]
    [InlineData("""{"training": {"earlyStopping": {"patiense": 1}}}""", "recipe.training.earlyStopping: does not know patiense")]
    [InlineData("""{"task": {"kind": "forecast", "file": "f"}}""", "recipe.task: fits none")]
    public void What_is_wrong_is_found(string recipe, string fault) => Assert.Contains(fault, Faults(JsonNode.Parse(recipe), Schema, "recipe"));

    [Theory]
    [InlineData("""{"training": {"optimizer": {"kind": "adam", "learningRate": 0.1, "clipNorm": null}, "loss": "huber", "metrics": ["mae", {"kind": "topK", "k": 3}]}}""")]
    [InlineData("""{"model": ["flatten", {"layer": "gru", "units": 3, "kernelInitializer": {"kind": "zeros"}, "activation": "relu"}]}""")]
    public void What_is_right_is_not(string recipe) =>
        Assert.DoesNotContain(Faults(JsonNode.Parse(recipe), Schema, "recipe"), fault => !fault.Contains("lacks", StringComparison.Ordinal));

    [Fact]
    public void Every_option_has_a_sentence()
    {
        var bare = new List<string>();
        Visit(Schema, "");
        Assert.Empty(bare);

        void Visit(JsonNode? node, string place)
        {
            if (node is JsonArray list) for (var i = 0; i < list.Count; i++) Visit(list[i], $"{place}/{i}");
            if (node is not JsonObject inner) return;
            foreach (var (key, value) in inner)
            {
                if (value is JsonObject option && place.EndsWith("/properties", StringComparison.Ordinal) && key is not ("kind" or "layer")
                    && !option.ContainsKey("description") && !option.ContainsKey("$ref")) bare.Add($"{place}/{key}");
                Visit(value, $"{place}/{key}");
            }
        }
    }

    /// <summary>The few words of JSON Schema that ours uses.</summary>
    private static List<string> Faults(JsonNode? node, JsonObject schema, string place)
    {
        if (schema["$ref"] is { } reference) return Faults(node, Schema["$defs"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject(), place);
        if (schema["anyOf"] is JsonArray forms)
            return forms.Any(form => Faults(node, form!.AsObject(), place).Count == 0) ? [] : [$"{place}: fits none"];
        if (schema["const"] is { } only && !JsonNode.DeepEquals(only, node)) return [$"{place}: is not {only}"];
        if (schema["enum"] is JsonArray names && !names.Any(name => JsonNode.DeepEquals(name, node))) return [$"{place}: is none of {names.ToJsonString()}"];
        string[] types = schema["type"] switch { JsonArray several => [.. several.Select(type => type!.GetValue<string>())], null => [], var one => [one.GetValue<string>()] };
        if (types.Length > 0 && !types.Any(type => Is(node, type))) return [$"{place}: is no {string.Join(" or ", types)}"];
        if (node is JsonArray list && schema["items"] is JsonObject item)
            return [.. list.SelectMany((entry, i) => Faults(entry, item, $"{place}[{i}]"))];
        if (node is not JsonObject inner || schema["properties"] is not JsonObject properties) return [];
        var faults = new List<string>();
        foreach (var (key, value) in inner)
        {
            if (properties[key] is JsonObject option) faults.AddRange(Faults(value, option, $"{place}.{key}"));
            else if (schema["additionalProperties"] is not null) faults.Add($"{place}: does not know {key}");
        }

        foreach (var key in schema["required"] as JsonArray ?? [])
        {
            if (!inner.ContainsKey(key!.GetValue<string>())) faults.Add($"{place}: lacks {key}");
        }

        return faults;
    }

    private static bool Is(JsonNode? node, string type) => type switch
    {
        "null" => node is null,
        "object" => node is JsonObject,
        "array" => node is JsonArray,
        "string" => node?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => node?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "integer" => node is JsonValue value && value.TryGetValue<long>(out _),
        _ => node?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
    };
}
