using System.Text.Json.Nodes;
using Unroll.Formats;

namespace Unroll.Tests.Models;

/// <summary>How a sequential model is put together and built.</summary>
public sealed class SequentialTests
{
    [Fact]
    public void Layers_are_numbered_by_kind()
    {
        Sequential model = [new Lstm(2) { ReturnSequences = true }, new Dense(1), new Lstm(2), new Dense(1)];
        Assert.Equal(["lstm", "dense", "lstm_1", "dense_1"], model.Select(layer => layer.Name));
    }

    [Fact]
    public void Layers_of_json_are_numbered_too()
    {
        var json = JsonNode.Parse("""[{"layer": "dense", "units": 2}, {"layer": "dense", "units": 3}, {"layer": "dense", "units": 1, "name": "last"}]""")!;
        Assert.Equal(["dense", "dense_1", "last"], ModelFile.ReadLayers(json.AsArray(), "model").Select(layer => layer.Name));
    }

    [Fact]
    public void Names_are_unique()
    {
        var fault = Assert.Throws<OptionException>(() => { Sequential model = [new Dense(1) { Name = "a" }, new Dense(1) { Name = "a" }]; });
        Assert.Equal("Two layers are called 'a'. Give one of them another Name.", fault.Message);
        var layer = new Dense(1);
        fault = Assert.Throws<OptionException>(() => { Sequential model = [layer, layer]; });
        Assert.Equal("Dense 'dense' stands in the model already. Create a second layer.", fault.Message);
    }

    [Fact]
    public void A_failed_build_leaves_nothing_behind()
    {
        Sequential model = [new Dense(3), new Lstm(2)];
        Assert.Throws<ShapeException>(() => model.Build([5]));
        Assert.False(model.IsBuilt);
        Assert.Empty(model.Parameters);
        Assert.All(model.Layers, layer => Assert.Empty(layer.Parameters));
        model.Build([4, 6]);
        Assert.Equal(["kernel", "bias", "kernel", "recurrent_kernel", "bias"], model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(6, model.Parameters[0].Value.Shape[0]);
    }

    [Fact]
    public void A_layer_built_before_brings_its_weights()
    {
        var layer = new Dense(2);
        layer.Build([3], new Rng(9));
        Sequential model = [layer, new Dense(1)];
        Assert.False(model.IsBuilt);
        model.Build([3]);
        Assert.Equal(4, model.Parameters.Count);
        Assert.Same(layer.Parameters[0], model.Parameters[0]);
    }

    [Fact]
    public void Misuse_is_told()
    {
        Assert.Equal("The model has no layers. Add some first.", Assert.Throws<InvalidOperationException>(() => new Sequential().Build([1])).Message);
        Sequential model = [new Dense(1)];
        Assert.Equal(
            "The model is not compiled. Call Compile(optimizer, loss, metrics) first.",
            Assert.Throws<InvalidOperationException>(() => model.Fit(Tensor.Zeros(1, 1), Tensor.Zeros(1, 1))).Message);
        model.Build([1]);
        Assert.Equal(
            "The model is built; Dense 'dense' cannot be added any more.",
            Assert.Throws<InvalidOperationException>(() => model.Add(new Dense(1))).Message);
        Assert.Equal(
            "Predict needs at least one sample [samples, …], but got [0, 1].",
            Assert.Throws<ShapeException>(() => model.Predict(Tensor.Zeros(0, 1))).Message);
    }

    [Fact]
    public void Prediction_does_not_depend_on_the_batch_size()
    {
        Sequential model = [new Lstm(3), new Dense(2) { Activation = Activation.Softmax }];
        var x = Tensor.Zeros(10, 4, 2);
        new Rng(1).FillUniform(x.Values, -1, 1);
        var all = model.Predict(x).ToArray();
        Assert.Equal(all, model.Predict(x, batchSize: 1).ToArray());
        Assert.Equal(all, model.Predict(x, batchSize: 3).ToArray());
        Assert.Equal(Enumerable.Range(0, 10).Select(row => all[(2 * row) + 1] > all[2 * row] ? 1 : 0), model.PredictClasses(x));
    }

    [Fact]
    public void Summary_shows_layers_and_weights()
    {
        Sequential model = [new Embedding(1000, 8), new Lstm(4), new Dense(1) { Name = "head" }];
        Assert.EndsWith("Not built: the weights are created when the model first sees data.\n", model.Summary(), StringComparison.Ordinal);
        model.Build([20]);
        var expected = """
            Layer (kind)           Output          Parameters
            -------------------------------------------------
            embedding (Embedding)  [batch, 20, 8]       8,000
            lstm (Lstm)            [batch, 4]             208
            head (Dense)           [batch, 1]               5
            -------------------------------------------------
            Parameters: 8,213 (32 KiB), trainable: 8,213

            """;
        Assert.Equal(expected, model.Summary());
    }
}
