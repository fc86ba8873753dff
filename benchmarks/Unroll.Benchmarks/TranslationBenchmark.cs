using System.Diagnostics;
using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Benchmarks;

/// <summary>
/// Target tokens a second in the training of the encoder-decoder of the recipe multi30k-de-en, on drawn ids in batches of one length, and
/// sentences a second that it translates, of 14 tokens into 14.
/// </summary>
internal static class TranslationBenchmark
{
    private const int SourceIds = 8000, TargetIds = 6000, Rows = 64, ShortestLength = 8, Lengths = 13, Steps = Lengths;
    private const int Sentences = 256, SentenceLength = 14, WarmUp = 2, Batches = 6;

    // Products of a source token and of a target token, and how often each is computed.
    private const double Reading = 2.0 * ((2 * 512 * 1024) + (512 * 384));
    private const double Writing = 2.0 * ((768 * 1536) + (896 * 384) + (384 * TargetIds));

    private static readonly EndToEndModel[] All =
    [
        new("training", Train, "torch_translation.py", threads => ["train", Words.Whole(threads), Words.Whole(Steps)])
        { TorchDefault = false, Operations = 3 * (Reading + Writing) },
        Translation("one-beam", 1, rows: Sentences),
        Translation("five-beams", 5, rows: Rows),
    ];

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--rounds"], "--peer");
        return new EndToEnd("tokens/s or sentences/s", MoreIsBetter: true) { CountsOperations = true, Threads = arguments.Threads(1) }
            .Run(arguments.Choose(0, All, model => model.Name), arguments);
    }

    private static EndToEndModel Translation(string name, int beams, int rows) => new(
        name, () => Translate(beams), "torch_translation.py",
        threads => ["translate", Words.Whole(threads), Words.Whole(Batches), Words.Whole(beams), Words.Whole(rows)])
    { TorchDefault = false, Operations = SentenceLength * (Reading + (beams * Writing)) };

    private static Sequential Make()
    {
        var encoder = new Stacked(
            new Embedding(SourceIds, 256) { MaskZero = true }, new Dropout(0.4f), new Bidirectional(new Lstm(256) { ReturnSequences = true }));
        return
        [
            new Seq2Seq(encoder, [new Lstm(384) { ReturnSequences = true }], TargetIds)
            {
                Attention = new MultiplicativeAttention(), TieWeights = true, Dropout = 0.4f,
            },
        ];
    }

    /// <summary>Tokens a second of each step of the fourth epoch, when all is compiled.</summary>
    private static IEnumerable<double> Train()
    {
        var random = new Rng(1);
        var (inputs, targets) = (new List<int[]>(), new List<int[]>());
        for (var row = 0; row < Rows * Lengths; row++)
        {
            var length = ShortestLength + (row / Rows);
            inputs.Add(Drawn(length, SourceIds));
            targets.Add(Drawn(length, TargetIds));
        }

        var model = Make();
        model.Compile(new Adam(1e-3f) { GlobalClipNorm = 1 }, Loss.SmoothedCrossentropy(0.1f));
        var clock = new StepClock();
        model.Fit(BucketedSequences.Pairs(inputs, targets, new() { Multiple = 1 }), new() { Epochs = 4, BatchSize = Rows, Shuffle = false, Callbacks = [clock] });
        return clock.Figures.TakeLast(Steps);

        int[] Drawn(int length, int ids) => [.. Enumerable.Range(0, length).Select(_ => 4 + random.NextInt32(ids - 4))];
    }

    /// <summary>Sentences a second of each batch once all is compiled, from texts to texts.</summary>
    private static IEnumerable<double> Translate(int beams)
    {
        var random = new Rng(2);
        var model = Make();
        model.Build([SentenceLength], 1);
        var translator = new Translator(model, Encoder(SourceIds), Encoder(TargetIds));
        var search = new SearchOptions { Beams = beams, MaxLength = SentenceLength, Banned = [Vocabulary.End] };
        for (var batch = -WarmUp; batch < Batches; batch++)
        {
            string[] texts = [.. Enumerable.Range(0, Sentences).Select(_ => Sentence())];
            var start = Stopwatch.GetTimestamp();
            translator.Translate(texts, search);
            if (batch >= 0) yield return Sentences / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        string Sentence() => string.Join(' ', Enumerable.Range(0, SentenceLength).Select(_ => $"w{4 + random.NextInt32(SourceIds - 4)}"));
    }

    private static TextEncoder Encoder(int ids) => new(
        new SpaceTokenizer(), new Vocabulary(["<pad>", "<unk>", "<bos>", "<eos>", .. Enumerable.Range(4, ids - 4).Select(id => $"w{id}")]));

    /// <summary>Notes how many target tokens a second each step took in.</summary>
    private sealed class StepClock : Callback
    {
        private long start;
        private int steps;

        public List<double> Figures { get; } = [];

        public override void OnStepEnd(TrainingRun run)
        {
            if (start != 0) Figures.Add(Rows * (ShortestLength + (steps % Lengths)) / Stopwatch.GetElapsedTime(start).TotalSeconds);
            steps++;
            start = Stopwatch.GetTimestamp();
        }
    }
}
