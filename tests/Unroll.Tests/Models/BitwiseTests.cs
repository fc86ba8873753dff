using Unroll.Tests.Support;

namespace Unroll.Tests.Models;

/// <summary>Results are the same bits with every vector width and number of threads.</summary>
[Collection(nameof(GlobalState))]
public sealed class BitwiseTests
{
    public static TheoryData<string> Cells => [.. Enum.GetNames<Cell>()];

    /// <summary>Uneven sizes, large enough that products and batches are shared among threads.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Forward_and_backward(string cell)
    {
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), 29, 5, 19, 37, seed: 2, masked: true);
        problem = problem with { Dropout = problem.DrawDropout(0.2f), Reverse = true };
        SequenceResult? first = null;
        Forced.Everywhere([1, 2, 3, 8], () =>
        {
            var result = problem.Run();
            first ??= result;
            foreach (var ((name, expected), (_, actual)) in first.All().Zip(result.All())) Near.Bits(expected, actual, name);
        });
    }

    /// <summary>Few units and many rows: the kernels with rows in the lanes.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Few_units(string cell)
    {
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), 300, 9, 7, 5, seed: 33, masked: true);
        SequenceResult? first = null;
        Forced.Everywhere([1, 2, 3, 8], () =>
        {
            var result = problem.Run();
            first ??= result;
            foreach (var ((name, expected), (_, actual)) in first.All().Zip(result.All())) Near.Bits(expected, actual, name);
        });
    }

    [Fact]
    public void Training()
    {
        float[]? first = null;
        Forced.Everywhere([1, 2, 3, 8], () =>
        {
            var weights = Train(seed: 7);
            first ??= weights;
            Near.Bits(first, weights, "weights");
        });
    }

    [Fact]
    public void Seeds_decide()
    {
        Near.Bits(Train(seed: 1), Train(seed: 1), "weights of the same seed");
        Assert.NotEqual(Train(seed: 1), Train(seed: 2));
    }

    /// <summary>All weights of a small model after two epochs, with dropout, masks and shuffling.</summary>
    private static float[] Train(ulong seed)
    {
        Sequential model = [new Embedding(11, 9) { MaskZero = true }, new Lstm(18) { RecurrentDropout = 0.1f }, new Dropout(0.2f), new Dense(3)];
        model.Compile(new Adam(0.01f) { GlobalClipNorm = 1 }, Loss.SparseCategoricalCrossentropyFromLogits, Metric.Accuracy);
        Tensor x = Tensor.Zeros(60, 7), y = Tensor.Zeros(60);
        var random = new Rng(3);
        foreach (ref var id in x.Values) id = random.NextInt32(11);
        foreach (ref var target in y.Values) target = random.NextInt32(3);
        model.Fit(x, y, new() { Epochs = 2, BatchSize = 25, Seed = seed });
        return [.. model.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
    }
}
