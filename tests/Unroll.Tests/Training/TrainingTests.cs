using Unroll.Data;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>The training loop: it learns, it repeats itself, it can be resumed.</summary>
[Collection(nameof(GlobalState))]
public sealed class TrainingTests
{
    public static TheoryData<string> Optimizers => ["sgd", "sgd momentum", "rmsprop", "rmsprop centered", "adagrad", "adam", "adam amsgrad", "adamw", "nadam"];

    public static TheoryData<string> Layers => ["rnn", "lstm", "gru", "gru before"];

    /// <summary>Losses of ten steps, recorded from this program; all widths and thread counts give the same bits.</summary>
    private static readonly double[] Curve =
    [
        0.69183296, 0.682285011, 0.671289444, 0.658356845, 0.643907726,
        0.627755404, 0.605587184, 0.573289037, 0.532907367, 0.491883457,
    ];

    [Theory]
    [MemberData(nameof(Layers))]
    public void One_batch_is_learnt_by_heart(string kind)
    {
        Layer layer = kind switch { "rnn" => new SimpleRnn(16), "lstm" => new Lstm(16), "gru" => new Gru(16), _ => new Gru(16) { ResetAfter = false } };
        var model = Problems.Compiled(new Adam(0.02f), Loss.MeanSquaredError, layer, new Dense(1));
        var (x, y) = Problems.Sums(8);
        var history = model.Fit(x, y, new() { Epochs = 250, BatchSize = 8 });
        Assert.True(history["loss"][0] > 0.1, $"first loss {history["loss"][0]}");
        Assert.True(history["loss"][^1] < 2e-4, $"last loss {history["loss"][^1]}");
    }

    /// <summary>Within 1e-5: elsewhere the C library's logarithm and power may differ in the last bit.</summary>
    [Fact]
    public void Ten_steps_lose_what_they_always_lost()
    {
        var (x, y) = Problems.Majorities(32);
        Forced.Everywhere([2], () =>
        {
            var model = Problems.Compiled(
                new Adam(0.02f), Loss.BinaryCrossentropy, new Embedding(10, 6), new Lstm(8), new Dense(1) { Activation = Activation.Sigmoid });
            var losses = model.Fit(x, y, new() { Epochs = 10, BatchSize = 32, Seed = 4 })["loss"];
            foreach (var (expected, actual) in Curve.Zip(losses))
                Assert.True(Math.Abs(expected - actual) < 1e-5, string.Join(", ", losses.Select(loss => loss.ToString("G9", null))));
        });
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_resumed_run_equals_an_uninterrupted_one(string optimizer)
    {
        using var folder = new TemporaryFolder();
        var (x, y) = Problems.Sums(40);
        Sequential Model() => Problems.Compiled(Make(optimizer), Loss.MeanSquaredError, new Gru(5) { Dropout = 0.1f }, new Dropout(0.1f), new Dense(1));
        Sequential whole = Model(), first = Model();
        whole.Fit(x, y, new() { Epochs = 4, BatchSize = 16, Seed = 3 });
        first.Fit(x, y, new() { Epochs = 2, BatchSize = 16, Seed = 3 });
        first.Save(folder["m"], new() { WithOptimizer = true });
        var second = ModelFile.Load(folder["m"]).Model;
        var history = second.Fit(x, y, new() { Epochs = 4, InitialEpoch = 2, BatchSize = 16, Seed = 3 });
        Assert.Equal([3, 4], history.Epochs.Select(epoch => epoch.Epoch));
        Near.Bits(Problems.Weights(whole), Problems.Weights(second), "weights");
        Assert.Equal(whole.Optimizer.Iterations, second.Optimizer.Iterations);
    }

    [Fact]
    public void Validation_takes_the_last_samples_before_shuffling()
    {
        var seen = new Recording(10);
        var model = Problems.Compiled(new Sgd(), Loss.MeanSquaredError, new Dense(1));
        var history = model.Fit(seen, new() { ValidationSplit = 0.3, BatchSize = 4, Epochs = 2 });
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], seen.Loads.Take(2).SelectMany(batch => batch).Order());
        Assert.NotEqual([0, 1, 2, 3, 4, 5, 6], seen.Loads.Take(2).SelectMany(batch => batch));
        Assert.Equal([7, 8, 9], seen.Loads[2]);
        Assert.NotEqual(seen.Loads[0], seen.Loads[3]); // a new order in the second epoch
        Assert.Equal(["loss", "val_loss", "learning_rate"], history.Epochs[0].Figures.Keys);
        var fault = Assert.Throws<OptionException>(() => model.Fit(new Recording(2), new() { ValidationSplit = 0.9 }));
        Assert.Equal("ValidationSplit 0.9 of 2 samples leaves 0 to train with and 2 to validate with. Both need at least one.", fault.Message);
    }

    [Fact]
    public void Without_shuffling_samples_keep_their_order()
    {
        var seen = new Recording(5);
        Problems.Compiled(new Sgd(), Loss.MeanSquaredError, new Dense(1)).Fit(seen, new() { BatchSize = 2, Shuffle = false });
        Assert.Equal([[0, 1], [2, 3], [4]], seen.Loads);
    }

    [Fact]
    public void All_faulty_options_are_told_at_once()
    {
        var fault = Assert.Throws<OptionException>(() => Problems.Compiled(new Sgd(), Loss.MeanSquaredError, new Dense(1)).Fit(
            Tensor.Zeros(2, 1), Tensor.Zeros(2, 1), new() { Epochs = 0, InitialEpoch = -1, BatchSize = 0, ValidationSplit = 1 }));
        Assert.Equal(
            "Fit: Epochs must be at least 1, but is 0; InitialEpoch must be 0 or more, but is -1; BatchSize must be at least 1, but is 0; " +
            "ValidationSplit must be in [0, 1), but is 1.", fault.Message);
        Assert.Equal(
            "Inputs [2, 1], targets [3, 1] must have the same number of samples in their first axis.",
            Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Zeros(2, 1), Tensor.Zeros(3, 1))).Message);
    }

    private static Optimizer Make(string name) => name switch
    {
        "sgd" => new Sgd(0.05f) { ClipValue = 0.1f },
        "sgd momentum" => new Sgd(0.05f) { Momentum = 0.9f, Nesterov = true },
        "rmsprop" => new RmsProp(0.01f) { ClipNorm = 0.5f },
        "rmsprop centered" => new RmsProp(0.01f) { Centered = true, Momentum = 0.5f },
        "adagrad" => new Adagrad(0.05f),
        "adam" => new Adam(0.01f) { GlobalClipNorm = 0.5f },
        "adam amsgrad" => new Adam(0.01f) { AmsGrad = true },
        "adamw" => new AdamW(0.01f) { WeightDecay = 0.1f },
        _ => new Nadam(0.01f),
    };

    /// <summary>Notes which samples are asked for.</summary>
    private sealed class Recording(int count) : Dataset
    {
        public List<int[]> Loads { get; } = [];

        public override int Count => count;

        public override Shape InputShape => [1];

        public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
        {
            Loads.Add(samples.ToArray());
            return new Batch { Input = Tensor.Full([samples.Length, 1], 1), Target = Tensor.Full([samples.Length, 1], 1) };
        }
    }
}
