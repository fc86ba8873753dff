using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Layers;

/// <summary>The layers of language models, beside the same in elementary operations.</summary>
public sealed class LanguageLayerTests
{
    /// <summary>Of the array's largest value: a product of a few terms in another order.</summary>
    private const double Tolerance = 2e-6;

    private static Tensor Uneven(ulong seed, params ReadOnlySpan<int> lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(seed).FillNormal(x.Values);
        return x;
    }

    private static Dictionary<string, float[]> Gradients(Func<Tensor> loss, params (string Name, Tensor Value)[] inputs)
    {
        var tape = new Tape();
        using (tape.Record())
        {
            foreach (var (_, value) in inputs) value.RequiresGradient = true;
            tape.Backward(loss());
        }

        var all = inputs.ToDictionary(input => input.Name, input => input.Value.Gradient!.ToArray());
        foreach (var (_, value) in inputs) value.ClearGradient();
        return all;
    }

    private static void Same(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        foreach (var (name, values) in expected) Near.Arrays(Near.Doubles(values), actual[name], Tolerance, name);
    }

    [Fact]
    public void Tied_scores_are_products_with_the_vectors_of_words()
    {
        Sequential model = [new Embedding(11, 6) { Name = "words" }, new Dense(6) { Activation = Activation.Tanh }, new TiedDense("words")];
        var ids = new Tensor([2, 3], [1, 5, 10, 0, 5, 2]);
        model.Build([3], 4);
        Assert.Equal(["embeddings", "kernel", "bias", "bias"], model.Parameters.Select(parameter => parameter.Name));
        var (table, kernel, inner, bias) = (model.Parameters[0].Value, model.Parameters[1].Value, model.Parameters[2].Value, model.Parameters[3].Value);
        new Rng(5).FillNormal(bias.Values);
        var cotangent = Uneven(6, 2, 3, 11);
        (string, Tensor)[] inputs = [("table", table), ("kernel", kernel), ("bias", bias)];
        Tensor Plain() => table.Gather(ids).Linear(kernel, inner).Tanh().MatMul(table.Transpose()) + bias;
        Near.Arrays(Near.Doubles(Plain().Values), model.Call(ids).Values.Values, Tolerance, "output");
        Same(Gradients(() => (Plain() * cotangent).Sum(), inputs), Gradients(() => (model.Call(ids).Values * cotangent).Sum(), inputs));
    }

    [Fact]
    public void A_tied_model_learns_and_is_kept_in_files()
    {
        Sequential model = [new Embedding(5, 8) { Name = "words" }, new SimpleRnn(8) { ReturnSequences = true }, new TiedDense("words")];
        model.Compile(new Adam(0.02f), Loss.SparseCategoricalCrossentropyFromLogits);
        var x = new Tensor([1, 8], [0, 1, 2, 3, 4, 0, 1, 2]);
        var y = new Tensor([1, 8], [1, 2, 3, 4, 0, 1, 2, 3]);
        var history = model.Fit(x, y, new FitOptions { Epochs = 150 });
        Assert.InRange(history.Epochs[^1].Figures["loss"], 0, 0.1);
        using var folder = new TemporaryFolder();
        model.Save(folder["model.safetensors"]);
        var loaded = Unroll.Formats.ModelFile.Load(folder["model.safetensors"]).Model;
        Near.Bits(model.Predict(x).Values, loaded.Predict(x).Values, "loaded");
    }

    [Fact]
    public void Faults_of_a_tie_say_how_to_mend_them()
    {
        Sequential nowhere = [new Embedding(5, 3), new TiedDense("words")];
        Assert.Equal(
            "TiedDense 'tiedDense': no embedding 'words' stands before it in the model. Give the Name of one, or take a Dense layer.",
            Assert.Throws<OptionException>(() => nowhere.Build([4])).Message);
        Sequential narrow = [new Embedding(5, 3) { Name = "words" }, new Dense(4), new TiedDense("words")];
        Assert.Equal(
            "TiedDense 'tiedDense' compares with the vectors of 'words', which have 3 values, but got samples [4, 4]. Give the layer below 3 units.",
            Assert.Throws<ShapeException>(() => narrow.Build([4])).Message);
    }

    [Fact]
    public void Penalties_on_activations_have_the_slopes_of_their_formula()
    {
        var layer = new ActivityRegularization { L2 = 0.7f, Temporal = 1.3f };
        layer.Build([4, 3], new Rng(0));
        var (x, c) = (Uneven(1, 2, 4, 3), Uneven(2, 2, 4, 3));
        Tensor Plain()
        {
            var change = x.Slice(1, 1, 3) - x.Slice(1, 0, 3);
            return (x * c).Sum() + (0.7f * x.Square().Mean()) + (1.3f * change.Square().Mean());
        }

        var pass = new Pass(Training: true, new Rng(0));
        Same(Gradients(Plain, ("x", x)), Gradients(() => (layer.Call(x, pass).Values * c).Sum(), ("x", x)));
        Near.Bits(x.Values, layer.Call(x).Values.Values, "inference");
    }

    [Fact]
    public void Penalties_on_activations_pass_over_masked_steps()
    {
        var layer = new ActivityRegularization { L2 = 0.7f, Temporal = 1.3f };
        layer.Build([4, 3], new Rng(0));
        var (x, c) = (Uneven(1, 2, 4, 3), Uneven(2, 2, 4, 3));
        var mask = new Tensor([2, 4], [1, 1, 1, 0, 0, 1, 0, 1]);
        Tensor Plain()
        {
            // Five real steps of three units; two of them follow a real one, both in the first row.
            var real = mask.Reshape(2, 4, 1) * x;
            var change = x.Slice(0, 0, 1).Slice(1, 1, 2) - x.Slice(0, 0, 1).Slice(1, 0, 2);
            return (x * c).Sum() + (0.7f * real.Square().Sum() / 15) + (1.3f * change.Square().Sum() / 6);
        }

        var pass = new Pass(Training: true, new Rng(0));
        Same(Gradients(Plain, ("x", x)), Gradients(() => (layer.Call(new MaskedTensor(x, mask), pass).Values * c).Sum(), ("x", x)));
    }

    [Fact]
    public void Probabilities_of_all_classes_sum_to_one_and_agree_with_those_of_the_targets()
    {
        var layer = new AdaptiveSoftmax(23, 5, 12);
        layer.Build([4, 16], new Rng(3));
        var x = Uneven(4, 6, 4, 16);
        var all = layer.Call(x).Values;
        var targets = new Tensor([6, 4]);
        for (var i = 0; i < targets.Length; i++) targets.Values[i] = i * 5 % 23;
        var known = layer.Call(x, new Pass { Targets = targets }).Values;
        Assert.Equal([6, 4, 1], known.Shape);
        for (var entry = 0; entry < targets.Length; entry++)
        {
            var row = all.Values.Slice(entry * 23, 23).ToArray();
            Assert.Equal(1, row.Sum(value => Math.Exp(value)), 5);
            Assert.Equal(row[(int)targets.Values[entry]], known.Values[entry], 5);
        }
    }

    [Fact]
    public void An_adaptive_softmax_learns_as_the_full_one_does()
    {
        var ids = new float[400];
        for (var i = 1; i < ids.Length; i++) ids[i] = (ids[i - 1] * 7 + 3) % 40;
        var (x, y) = (new Tensor([1, 399], ids[..399]), new Tensor([1, 399], ids[1..]));
        Sequential model = [new Embedding(40, 24), new AdaptiveSoftmax(40, 8, 20) { Reduction = 2 }];
        model.Compile(new Adam(0.02f), Loss.NegativeLogLikelihood, Metric.Perplexity);
        var history = model.Fit(x, y, new FitOptions { Epochs = 200 });
        Assert.InRange(history.Epochs[^1].Figures["loss"], 0, 0.05);
        Assert.Equal(Math.Exp(model.Evaluate(x, y)["loss"]), model.Evaluate(x, y)["perplexity"], 4);
    }

    [Fact]
    public void Faults_of_an_adaptive_softmax_say_how_to_mend_them()
    {
        Assert.Equal(
            "AdaptiveSoftmax 'adaptiveSoftmax': cutoffs must rise from 1 to below 10, but are [4, 4]; Reduction must be at least 1, but is 0.5.",
            Assert.Throws<OptionException>(() => new AdaptiveSoftmax(10, 4, 4) { Reduction = 0.5f }.Build([3], new Rng(0))).Message);
        var layer = new AdaptiveSoftmax(10, 4);
        Assert.Equal(
            "AdaptiveSoftmax 'adaptiveSoftmax' got the class 10, but has classes 0 to 9.",
            Assert.Throws<ShapeException>(() => layer.Call(Uneven(1, 1, 3), new Pass { Targets = new Tensor([1], [10]) })).Message);
    }
}
