using System.Text;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Formats;

/// <summary>Model files: whole or refused.</summary>
public sealed class ModelFileTests
{
    private static Sequential Model()
    {
        Sequential model = [new Embedding(5, 3) { MaskZero = true }, new Gru(2), new Dense(1) { Activation = Activation.Sigmoid }];
        model.Compile(new Adam(0.01f), Loss.BinaryCrossentropy, Metric.Accuracy, Metric.TopK(3));
        model.Fit(Tensor.From(new[,] { { 1, 2, 0 }, { 3, 4, 4 } }), Tensor.From(0, 1));
        return model;
    }

    [Fact]
    public void Everything_comes_back()
    {
        using var folder = new TemporaryFolder();
        var model = Model();
        model.Save(folder["new/folder/model.safetensors"], new() { WithOptimizer = true, Texts = new Dictionary<string, string> { ["words"] = "ä\n\"b\"" } });
        var (loaded, texts) = ModelFile.Load(folder["new/folder/model.safetensors"]);
        Assert.Equal("ä\n\"b\"", Assert.Single(texts, text => text.Key == "words").Value);
        Assert.Single(texts);
        Same(model, loaded);
        Assert.Equal(1, loaded.Optimizer.Iterations);
        Assert.Equal(0.01f, loaded.Optimizer.LearningRate);
        Assert.Same(Loss.BinaryCrossentropy, loaded.Loss);
        Assert.Equal(["accuracy", "top_3_accuracy"], loaded.Metrics.Select(metric => metric.Name));
        foreach (var (a, b) in model.Parameters.Zip(loaded.Parameters))
        {
            foreach (var (kept, read) in model.Optimizer.SlotsOf(a).Zip(loaded.Optimizer.SlotsOf(b))) Near.Bits(kept.Values, read.Values, a.Name);
        }

        Assert.Empty(Directory.GetFiles(folder["new/folder"], "*.part"));
    }

    [Fact]
    public void A_model_with_a_loss_of_its_own_can_be_loaded()
    {
        using var folder = new TemporaryFolder();
        Sequential model = [new Dense(1)];
        model.Compile(new Adam(), Loss.Custom("mine", (prediction, target) => (prediction - target).Square().Mean()));
        model.Fit(Tensor.Full([4, 2], 1), Tensor.Full([4, 1], 1));
        model.Save(folder["m"], new() { WithOptimizer = true });
        var loaded = ModelFile.Load(folder["m"]).Model;
        Same(model, loaded);
        Assert.False(loaded.IsCompiled);
    }

    [Fact]
    public void Files_of_one_training_are_averaged()
    {
        using var folder = new TemporaryFolder();
        Sequential model = [new Lstm(3), new Dense(2)];
        model.Build([4, 2], 1);
        string[] files = [.. Enumerable.Range(0, 3).Select(number => folder[$"{number}.safetensors"])];
        var sums = model.Parameters.Select(parameter => new double[parameter.Value.Length]).ToArray();
        foreach (var (file, factor) in files.Zip([1f, -2f, 5f]))
        {
            foreach (var (parameter, sum) in model.Parameters.Zip(sums))
            {
                var values = parameter.Value.Values;
                for (var i = 0; i < values.Length; i++) sum[i] += values[i] = (factor * values[i]) + i;
            }

            model.Save(file, new() { Texts = new Dictionary<string, string> { ["from"] = file } });
        }

        var average = ModelFile.LoadAverage(files);
        Assert.Equal(files[^1], average.Texts["from"]);
        foreach (var (parameter, sum) in average.Model.Parameters.Zip(sums))
            Near.Arrays(sum.Select(value => value / 3).ToArray(), parameter.Value.Values, 1e-6, parameter.Name);
        Same(ModelFile.Load(files[1]).Model, ModelFile.LoadAverage(files[1]).Model);
    }

    [Fact]
    public void Files_of_other_models_are_not_averaged()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, units) in new[] { ("a", 3), ("b", 4) })
        {
            Sequential model = [new Dense(units)];
            model.Build([2], 1);
            model.Save(folder[name]);
        }

        var fault = Assert.Throws<ModelFileException>(() => ModelFile.LoadAverage(folder["a"], folder["b"]));
        Assert.Equal($"{folder["a"]}: its weights are not those of '{folder["b"]}'. Average files of one architecture.", fault.Message);
        Assert.Throws<ArgumentException>(() => ModelFile.LoadAverage());
    }

    [Fact]
    public void Truncated_anywhere_it_is_refused()
    {
        using var folder = new TemporaryFolder();
        Model().Save(folder["m"], new() { WithOptimizer = true });
        var bytes = File.ReadAllBytes(folder["m"]);
        for (var length = 0; length < bytes.Length; length += length == bytes.Length - 1 ? 1 : Math.Min(97, bytes.Length - 1 - length))
        {
            File.WriteAllBytes(folder["cut"], bytes[..length]);
            var fault = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder["cut"]));
            Assert.StartsWith($"{folder["cut"]}: ", fault.Message, StringComparison.Ordinal);
            if (length is > 8) Assert.Contains("the file is cut short: ", fault.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Every byte of the header's start and 1,000 others, each changed at random; JSON's blanks may be others.</summary>
    [Fact]
    public void Any_changed_byte_is_refused_or_means_the_same()
    {
        using var folder = new TemporaryFolder();
        var model = Model();
        model.Save(folder["m"], new() { WithOptimizer = true });
        var bytes = File.ReadAllBytes(folder["m"]);
        var random = new Rng(1);
        var accepted = 0;
        for (var trial = 0; trial < 1400; trial++)
        {
            var (place, change) = (trial < 400 ? trial : random.NextInt32(bytes.Length), (byte)(1 + random.NextInt32(255)));
            bytes[place] ^= change;
            File.WriteAllBytes(folder["changed"], bytes);
            bytes[place] ^= change;
            try
            {
                var (loaded, texts) = ModelFile.Load(folder["changed"]);
                Same(model, loaded);
                Assert.Empty(texts);
                accepted++;
            }
            catch (ModelFileException)
            {
                // refused, as it should be
            }
        }

        Assert.InRange(accepted, 0, 15);
    }

    [Fact]
    public void Other_types_and_missing_weights()
    {
        using var folder = new TemporaryFolder();
        Refused(folder, """{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", "tensor 'a' has type F16; Unroll reads F32.");
        Refused(folder, """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}""", "tensor 'a' of shape [3] has 4 bytes. The header is damaged; restore the file from a copy.");
        Refused(folder, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "it holds tensors, but no Unroll model. Give a file that Model.Save wrote.");
        const string Damaged = "its header is damaged. Restore the file from a copy or train again.";
        Refused(folder, """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", Damaged);
        Refused(folder, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", Damaged);
        Refused(folder, """{"a":{"dtype":"F32","shape":[1]}}""", Damaged);
        Refused(folder, """{"a":{"dtype":"F32","shape":[2000000000,2000000000],"data_offsets":[0,4]}}""", Damaged);
        Refused(folder, """{"a":1}""", Damaged);
        var huge = long.MaxValue - 4;
        Refused(folder, $$$"""{"a":{"dtype":"F32","shape":[1],"data_offsets":[{{{huge}}},{{{huge + 4}}}]}}""", null);
        SafeTensors.Write(folder["m"], new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["unroll.model"] = """{"version":1,"input":[2],"layers":[{"layer":"dense","units":1}]}""" });
        Assert.Equal(
            $"{folder["m"]}: the weight 'dense/kernel' is missing. Restore the file from a copy.",
            Assert.Throws<ModelFileException>(() => ModelFile.Load(folder["m"])).Message);
        SafeTensors.Write(folder["m"], new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["unroll.model"] = """{"version":1}""" });
        Assert.Contains(": its architecture cannot be read: ", Assert.Throws<ModelFileException>(() => ModelFile.Load(folder["m"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_no_model_no_bytes()
    {
        using var folder = new TemporaryFolder();
        void Says(string path, string message) => Assert.Equal($"{path}: {message}", Assert.Throws<ModelFileException>(() => ModelFile.Load(path)).Message);
        Says(folder["none"], "there is no such model file. Check the path, or train a model first.");
        Says(folder["no/folder"], "there is no such model file. Check the path, or train a model first.");
        Says(folder.Path, "this is a folder. Give the model file in it.");
        File.WriteAllText(folder["empty"], "");
        Says(folder["empty"], "the file is cut short: it has 0 bytes. Copy it again or train again.");
        File.WriteAllText(folder["text"], "# not a model, but a text");
        Says(folder["text"], "this is not a safetensors file. Give a model that `unroll train` or Model.Save wrote.");
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "here");
        var model = Model();
        var path = folder["file"] + "/model"; // a file stands where a folder is needed
        Assert.StartsWith($"Cannot write {path}: ", Assert.Throws<OutputException>(() => model.Save(path)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["taken"]);
        Assert.StartsWith($"Cannot write {folder["taken"]}: ", Assert.Throws<OutputException>(() => model.Save(folder["taken"])).Message, StringComparison.Ordinal);
        Assert.Equal(["file"], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Equal("here", File.ReadAllText(folder["file"]));
        var fault = Assert.Throws<InvalidOperationException>(() => new Sequential { new Dense(1) }.Save(folder["m"]));
        Assert.Equal("The model has no weights yet. Train or Build it before saving.", fault.Message);
    }

    [Fact]
    public void An_older_file_stays_when_writing_fails()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m"], "old");
        Assert.Throws<ArithmeticException>(() => AtomicFile.Write(folder["m"], stream =>
        {
            stream.WriteByte(1);
            throw new ArithmeticException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["m"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static void Same(Model expected, Model actual)
    {
        Assert.Equal(expected.Parameters.Count, actual.Parameters.Count);
        foreach (var (a, b) in expected.Parameters.Zip(actual.Parameters)) Near.Bits(a.Value.Values, b.Value.Values, a.Name);
    }

    private static void Refused(TemporaryFolder folder, string header, string? message)
    {
        File.WriteAllBytes(folder["m"], [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), 1, 2, 3, 4]);
        var fault = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder["m"]));
        if (message is not null) Assert.Equal($"{folder["m"]}: {message}", fault.Message);
    }
}
