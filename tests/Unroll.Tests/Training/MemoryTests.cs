using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Training does not allocate from step to step. Alone, because collections of other tests would count here.</summary>
[Collection(nameof(GlobalState))]
public sealed class MemoryTests
{
    /// <summary>Bytes a step: 64 to 176 were measured, enumerators and small states; a batch or a gradient is larger.</summary>
    private const long Limit = 256;

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
        Assert.InRange(allocated.Skip(1).Min(), 0, Limit);
    }
}
