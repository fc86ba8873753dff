namespace Unroll.Benchmarks;

/// <summary>
/// Words (or characters) a second in the training of a language model on drawn ids: the state goes on from batch to
/// batch, and everything of a step counts, from loading the batch to reading the loss.
/// </summary>
/// <param name="Name">In the table, and for the peer's script.</param>
/// <param name="Vocabulary">How many words there are.</param>
/// <param name="Batch">Rows of a batch.</param>
/// <param name="Length">Words of a row.</param>
/// <param name="Make">A new compiled model.</param>
internal sealed record LanguageModel(string Name, int Vocabulary, int Batch, int Length, Func<Sequential> Make)
{
    private const int Steps = 6, WarmUpSteps = 2;

    /// <summary>The medium model of Zaremba, Sutskever and Vinyals 2014 for the Penn Treebank.</summary>
    public static LanguageModel Ptb { get; } = new("ptb", 10_000, 20, 35, () =>
    {
        Sequential model =
        [
            new Embedding(10_000, 650), new Dropout(0.5f),
            new Lstm(650) { ReturnSequences = true, Stateful = true }, new Dropout(0.5f),
            new Lstm(650) { ReturnSequences = true, Stateful = true }, new Dropout(0.5f),
            new Dense(10_000),
        ];
        model.Compile(new Sgd(1) { GlobalClipNorm = 5 }, Loss.SparseCategoricalCrossentropyFromLogits);
        return model;
    });

    /// <summary>A model of the characters of a text.</summary>
    public static LanguageModel Char { get; } = new("char", 65, 64, 128, () =>
    {
        Sequential model = [new Embedding(65, 65), new Lstm(512) { ReturnSequences = true, Stateful = true }, new Dense(65)];
        model.Compile(new Adam(1e-3f), Loss.SparseCategoricalCrossentropyFromLogits);
        return model;
    });

    /// <summary>The command.</summary>
    /// <param name="options"><c>--peer</c>, <c>--rounds R</c>, or nothing.</param>
    public int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--rounds"], "--peer");
        var model = new EndToEndModel(
            Name, Measure, "torch_language.py", threads => [Name, Words.Whole(threads), Words.Whole(Steps)])
        { TorchDefault = false };
        return new EndToEnd(Name == "char" ? "characters/s" : "words/s", MoreIsBetter: true).Run([model], arguments);
    }

    /// <summary>Words a second of each step after the first ones, which warm up.</summary>
    private IEnumerable<double> Measure()
    {
        var random = new Rng(1);
        Tensor x = new([(Steps + WarmUpSteps) * Batch, Length]), y = new(x.Shape);
        foreach (ref var id in x.Values) id = random.NextInt32(Vocabulary);
        foreach (ref var id in y.Values) id = random.NextInt32(Vocabulary);
        var clock = new StepClock();
        Make().Fit(x, y, new() { BatchSize = Batch, Shuffle = false, Progress = clock });
        return clock.Seconds.Skip(WarmUpSteps).Select(seconds => Batch * Length / seconds);
    }

    /// <summary>Notes how long each step took.</summary>
    private sealed class StepClock : IProgress<TrainingProgress>
    {
        private TimeSpan last;

        public List<double> Seconds { get; } = [];

        public void Report(TrainingProgress value)
        {
            Seconds.Add((value.Elapsed - last).TotalSeconds);
            last = value.Elapsed;
        }
    }
}
