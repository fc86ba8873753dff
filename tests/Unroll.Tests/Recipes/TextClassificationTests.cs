using Unroll.Recipes;
using Unroll.Tests.Cli;
using Unroll.Tests.Support;

namespace Unroll.Tests.Recipes;

/// <summary>What a recipe that classifies texts says where something does not fit.</summary>
public sealed class TextClassificationTests
{
    private const string Rows = "good\ta fine film\nbad\ta dull film\ngood\tfine fine\nbad\tdull dull\ngood\tfine film\nbad\tdull film\n";

    [Theory]
    [InlineData("\"train\": \"texts.tsv\", \"set\": \"imdb\"", "sigmoid", 1, "give either train, a file of labelled texts, or set")]
    [InlineData("\"length\": 0", "sigmoid", 1, "length must be at least 1, but is 0")]
    [InlineData("\"set\": \"reviews\"", "sigmoid", 1, "there is no coded text set 'reviews'; there is imdb")]
    [InlineData("\"train\": \"texts.tsv\", \"test\": 2, \"rows\": -1", "sigmoid", 1, "rows must be 0 (all) or more, but is -1; test must be between 0 and 1, but is 2")]
    [InlineData("\"train\": \"texts.tsv\", \"sentences\": { \"most\": 0, \"length\": 3 }", "sigmoid", 1, "sentences need most and length of at least 1")]
    [InlineData("\"train\": \"texts.tsv\"", "softmax", 3, "The model puts out [3] for a text, but there are 2 classes (bad, good). Give its last layer 2 units")]
    [InlineData("\"train\": \"texts.tsv\", \"vocabulary\": {}", "sigmoid", 1, "Embedding 'embedding' has 5 ids, but the vocabulary has 8. Raise its inputs")]
    [InlineData("\"train\": \"texts.tsv\", \"testFile\": \"other.tsv\"", "sigmoid", 1, "This label is none of the 2 classes: bad, good.")]
    [InlineData("\"train\": \"nowhere.tsv\"", "sigmoid", 1, "nowhere.tsv: There is no such file.")]
    public void What_does_not_fit_is_told(string task, string activation, int units, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["texts.tsv"], Rows);
        File.WriteAllText(folder["other.tsv"], "good\ta film\nugly\ta film\n");
        File.WriteAllText(folder["texts.json"], $$"""
            {
              "task": { "kind": "textClassification", {{task}} },
              "model": [{ "layer": "embedding", "inputs": 5, "units": 2 }, { "layer": "gru", "units": 2 }, { "layer": "dense", "units": {{units}}, "activation": "{{activation}}" }],
              "training": { "loss": "{{(units == 1 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy")}}", "epochs": 1 }
            }
            """);
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, "train", "texts.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_is_held_out_that_no_order_of_the_file_spoils()
    {
        using var folder = new TemporaryFolder();
        // All of one class first: the last rows alone would have only the other.
        File.WriteAllLines(folder["sorted.tsv"], Enumerable.Range(0, 400).Select(row => row < 200 ? $"bad\tdull {row}" : $"good\tfine {row}"));
        File.WriteAllText(folder["sorted.json"], """
            {
              "task": { "kind": "textClassification", "train": "sorted.tsv", "test": 0.25, "bucketed": true, "vocabulary": { "size": 50 } },
              "model": [{ "layer": "embedding", "inputs": 50, "units": 4, "maskZero": true }, { "layer": "gru", "units": 4 }, { "layer": "dense", "units": 2, "activation": "softmax" }],
              "training": { "optimizer": { "kind": "adam", "learningRate": 0.05 }, "loss": "sparseCategoricalCrossentropy", "metrics": ["accuracy"], "epochs": 4, "validationSplit": 0.1 }
            }
            """);
        var recipe = Recipe.Parse(File.ReadAllText(folder["sorted.json"]), "sorted.json");
        var run = new RecipeRun(recipe, new Unroll.Cli.Commands.RecipeFiles(folder.Path, null), null);
        var report = run.Train([], default);
        Assert.Equal(100, report.Confusion!.Total);
        Assert.InRange(report.Confusion[0, 0] + report.Confusion[1, 0], 30, 70);
        Assert.InRange(report.Metrics["test"]["accuracy"], 0.95, 1);
        Assert.InRange(report.Baselines["bag of words"]["accuracy"], 0.95, 1);
        Assert.Equal(4, report.Explanations.Count(text => text.Truth == text.Result.Class));
        Assert.All(report.Explanations, text => Assert.Contains(text.Pieces, piece => piece.Weight > 0));
    }

    [Theory]
    [InlineData("\"vectorsFile\": \"words.txt\"")]
    [InlineData("\"vectorEpochs\": 3")]
    public void Embeddings_start_from_vectors(string vectors)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["texts.tsv"], string.Concat(Enumerable.Repeat(Rows, 10)));
        File.WriteAllText(folder["words.txt"], "fine 0.5 -2.25\nfilm 1 0\n");
        string Json(string more) => $$"""
            {
              "task": { "kind": "textClassification", "train": "texts.tsv"{{more}} },
              "model": [
                { "layer": "embedding", "inputs": 20, "units": 2, "trainable": false }, { "layer": "gru", "units": 2 },
                { "layer": "dense", "units": 1, "activation": "sigmoid" }
              ],
              "training": { "loss": "binaryCrossentropy", "epochs": 1 }
            }
            """;
        var (plain, started) = (Table(Json("")), Table(Json($", {vectors}")));
        Assert.NotEqual(plain.ToArray(), started.ToArray());
        Assert.Equal(plain[1, 0], started[1, 0]); // the unknown word keeps what was drawn
        if (vectors.Contains("words", StringComparison.Ordinal)) Assert.Contains(-2.25f, started.ToArray()); // that of "fine"

        Tensor Table(string json)
        {
            var run = new RecipeRun(Recipe.Parse(json, "texts.json"), new Unroll.Cli.Commands.RecipeFiles(folder.Path, null), null);
            run.Train([], default);
            return run.Model.Parameters[0].Value;
        }
    }
}
