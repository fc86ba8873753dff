namespace Unroll.Benchmarks;

/// <summary>
/// Seconds an epoch of the models of the recipes imdb-lstm32 and imdb-lstm1: 20,000 samples of 20 ids, batches of
/// 128, RMSprop. Everything counts: shuffling, batches, embedding, loss, metrics, update.
/// </summary>
internal static class ImdbEpoch
{
    private const int Samples = 20_000, Length = 20, Vocabulary = 10_000, Epochs = 5;

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--rounds"], "--peer");
        return new EndToEnd("s/epoch", MoreIsBetter: false).Run([Model(32), Model(1)], arguments);
    }

    private static EndToEndModel Model(int units) => new(
        $"imdb-lstm{units}", () => Measure(units), "torch_imdb.py",
        threads => [Words.Whole(units), Words.Whole(threads), Words.Whole(Epochs)]);

    /// <summary>Seconds of each epoch after the first two, which warm up.</summary>
    private static IEnumerable<double> Measure(int units)
    {
        var random = new Rng(1);
        Tensor x = new([Samples, Length]), y = new([Samples, 1]);
        foreach (ref var id in x.Values) id = random.NextInt32(Vocabulary);
        foreach (ref var label in y.Values) label = random.NextInt32(2);
        Sequential model = units == 1
            ? [new Embedding(Vocabulary, 8), new Lstm(1) { Activation = Activation.Sigmoid }]
            : [new Embedding(Vocabulary, 8), new Lstm(units), new Dense(1) { Activation = Activation.Sigmoid }];
        model.Compile(new RmsProp(), Loss.BinaryCrossentropy, Metric.Accuracy);
        var history = model.Fit(x, y, new() { Epochs = Epochs + 2, BatchSize = 128 });
        return history.Epochs.Skip(2).Select(epoch => epoch.Seconds);
    }
}
