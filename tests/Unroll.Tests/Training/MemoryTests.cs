using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Training does not allocate from step to step. Alone, because collections of other tests would count here.</summary>
[Collection(nameof(GlobalState))]
public sealed class MemoryTests
{
    [Fact]
    public void Embedding_lstm_dense_with_adam()
    {
        var (x, y) = Problems.Majorities(640);
        Check(x, y, Problems.Compiled(
            new Adam(), Loss.BinaryCrossentropy, new Embedding(10, 16) { MaskZero = true }, new Lstm(24), new Dense(1) { Activation = Activation.Sigmoid }));
    }

    [Fact]
    public void Dropout_stacked_gru_and_clipping()
    {
        var (x, y) = Problems.Sums(640);
        Check(x, y, Problems.Compiled(
            new RmsProp { GlobalClipNorm = 1, ClipNorm = 0.9f, ClipValue = 0.5f }, Loss.MeanSquaredError,
            new Gru(16) { ReturnSequences = true, Dropout = 0.2f, RecurrentDropout = 0.2f }, new Dropout(0.3f),
            new Gru(16) { ResetAfter = false, GoBackwards = true }, new Dense(1)));
    }

    [Fact]
    public void Metrics_and_weights()
    {
        var (x, y) = Problems.Sums(640);
        Sequential model = [new SimpleRnn(8) { Stateful = true }, new Dense(1)];
        model.Compile(new Nadam(), Loss.Huber(), Metric.MeanAbsoluteError, Metric.RootMeanSquaredError);
        Check(x, y, model, Tensor.Full([640], 0.5f));
    }

    [Fact]
    public void Sparse_classes_of_every_step()
    {
        var random = new Rng(1);
        Tensor x = Tensor.Zeros(640, 6), y = Tensor.Zeros(640, 6);
        foreach (ref var id in x.Values) id = random.NextInt32(50);
        foreach (ref var id in y.Values) id = random.NextInt32(50);
        Sequential model = [new Embedding(50, 8), new Lstm(12) { ReturnSequences = true }, new Dense(50) { Activation = Activation.Softmax }];
        model.Compile(new RmsProp { GlobalClipNorm = 1 }, Loss.SparseCategoricalCrossentropy, Metric.Accuracy, Metric.Perplexity);
        Check(x, y, model);
    }

    [Fact]
    public void Convolutions_and_pools()
    {
        var random = new Rng(1);
        Tensor x = new([640, 6, 5, 2]), y = new([640, 1]);
        random.FillUniform(x.Values);
        random.FillUniform(y.Values);
        Check(x, y, Problems.Compiled(
            new Adam(), Loss.MeanSquaredError, new Conv2d(5, 3) { Padding = WindowPadding.Same, Activation = Activation.Relu }, new MaxPooling2d(2),
            new TimeDistributed(new Conv1d(4, 2)), new AveragePooling2d([1, 2]) { Strides = 1, Padding = WindowPadding.Same }, new GlobalMaxPooling2d(), new Dense(1)));
    }

    [Fact]
    public void Inference()
    {
        Sequential model =
        [
            new Embedding(10, 8) { MaskZero = true }, new Lstm(8) { ReturnSequences = true }, new Gru(8) { Stateful = true },
            new Dense(3) { Activation = Activation.Softmax },
        ];
        var (x, _) = Problems.Majorities(32);
        var memory = new Workspace();
        void Call()
        {
            using (memory.Enter()) model.Call(x);
        }

        for (var call = 0; call < 3; call++) Call();
        Assert.Equal(0, Allocation.Least(5, _ => Call()));
    }

    private static void Check(Tensor x, Tensor y, Sequential model, Tensor? weights = null)
    {
        var allocated = new List<long>();
        long before = 0, bytes = 0;
        var watch = new LambdaCallback
        {
            EpochStart = _ => before = GC.GetAllocatedBytesForCurrentThread(),
            StepEnd = run =>
            {
                if (run.Step < run.Steps) return;
                allocated.Add((GC.GetAllocatedBytesForCurrentThread() - before) / run.Steps);
                if (run.Epoch == 1) bytes = run.WorkspaceBytes;
                Assert.Equal(bytes, run.WorkspaceBytes);
            },
        };
        model.Fit(x, y, new() { Epochs = 4, BatchSize = 32, Callbacks = [watch], SampleWeights = weights });
        // The least of three epochs: a collection elsewhere costs this thread the rest of its 8 KB quantum now and then.
        Assert.Equal(0, allocated.Skip(1).Min());
    }
}
