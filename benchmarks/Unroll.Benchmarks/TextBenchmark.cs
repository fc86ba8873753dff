using System.Diagnostics;
using Unroll.Data.Text;
using Unroll.Language;
using TextModel = Unroll.Language.LanguageModel;

namespace Unroll.Benchmarks;

/// <summary>
/// How long a keystroke takes until its suggestions are there, and how fast a text is written, by language models with drawn weights:
/// what a step costs does not depend on what was learnt.
/// </summary>
/// <param name="Name">In the table.</param>
/// <param name="Layers">Number of LSTMs.</param>
/// <param name="Units">Of each.</param>
/// <param name="Tokens">All tokens.</param>
/// <param name="Tokenizer">Cuts texts into them.</param>
internal sealed record TextBenchmark(string Name, int Layers, int Units, string[] Tokens, Tokenizer Tokenizer)
{
    private const int WarmUp = 300;
    private const int LineLength = 60;

    private static readonly string[] Characters = [.. Enumerable.Range(32, 64).Select(code => $"{(char)code}"), "\n"];

    private static readonly IReadOnlyList<TextBenchmark> All =
    [
        new("char-256", 2, 256, Characters, new CharacterTokenizer()),
        new("char-512", 1, 512, Characters, new CharacterTokenizer()),
        new("word-200", 2, 200, DrawnWords(9_996), new SpaceTokenizer()), // 10,000 with the symbols
    ];

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--strokes", "--tokens"]);
        var chosen = arguments.Choose(0, All, model => model.Name);
        var threadCounts = arguments.Threads(1);
        var (strokes, tokens) = ((int)arguments.Number("--strokes", 2000), (int)arguments.Number("--tokens", 2000));
        var machine = Machine.Measure(threadCounts);
        Console.WriteLine(Words.Head(
        [
            "model", "threads", "keystroke, median ms", "99th percentile", "most", "tokens/s", "with top-k 40, top-p 0.9, penalty", "bytes a token",
        ]));
        foreach (var benchmark in chosen)
        {
            foreach (var threads in threadCounts)
            {
                Compute.Threads = threads;
                var language = benchmark.Make();
                var keys = benchmark.Keystrokes(language, strokes);
                var (plain, bytes) = Writing(language, tokens, new());
                var (narrow, moreBytes) = Writing(language, tokens, new() { TopK = 40, TopP = 0.9, RepetitionPenalty = 1.2 });
                Console.WriteLine(Words.Row(
                [
                    benchmark.Name, Words.Whole(threads), Words.Milliseconds(keys.Median * 1e3), Words.Milliseconds(keys.P99 * 1e3),
                    Words.Milliseconds(keys.Max * 1e3), Words.Number(plain), Words.Number(narrow), Words.Number(Math.Max(bytes, moreBytes)),
                ]));
            }
        }

        machine.MeasureAgain();
        return 0;
    }

    private TextModel Make()
    {
        var vocabulary = new Vocabulary(["<pad>", "<unk>", "<bos>", "<eos>", .. Tokens]);
        Sequential model = [new Embedding(vocabulary.Count, Units)];
        for (var layer = 0; layer < Layers; layer++) model.Add(new Lstm(Units) { ReturnSequences = true });
        model.Add(new Dense(vocabulary.Count));
        model.Build([LineLength], 1);
        return new TextModel(model, new TextEncoder(Tokenizer, vocabulary));
    }

    /// <summary>Seconds from a keystroke to its suggestions, while drawn tokens are typed letter by letter in lines.</summary>
    private Sample Keystrokes(TextModel language, int strokes)
    {
        var random = new Rng(2);
        var suggester = new Suggester(language);
        var seconds = new List<double>();
        var onLine = 0;
        for (var stroke = -WarmUp; stroke < strokes;)
        {
            var token = Tokens[random.NextInt32(Tokens.Length)];
            foreach (var letter in language.Encoder.Tokenizer is SpaceTokenizer ? token + " " : token)
            {
                var key = onLine++ < LineLength ? letter : '\n';
                if (key == '\n') onLine = 0;
                var start = Stopwatch.GetTimestamp();
                suggester.Type(key);
                _ = suggester.Suggestions;
                if (++stroke > 0) seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return new Sample(seconds);
    }

    /// <summary>Tokens a second, and the bytes that each allocates.</summary>
    private static (double PerSecond, double Bytes) Writing(TextModel language, int tokens, SamplingOptions sampling)
    {
        using var pieces = language.Stream("", new() { Length = int.MaxValue, Sampling = sampling }).GetEnumerator();
        Write(WarmUp);
        var (bytes, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        Write(tokens);
        return (tokens / Stopwatch.GetElapsedTime(start).TotalSeconds, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / tokens);

        void Write(int count)
        {
            while (count > 0)
            {
                pieces.MoveNext();
                if (pieces.Current != " " || language.Encoder.Tokenizer.KeepsSpaces) count--; // a blank between words is no token
            }
        }
    }

    /// <summary>Different words of two to nine letters.</summary>
    private static string[] DrawnWords(int count)
    {
        var random = new Rng(1);
        var words = new HashSet<string>();
        while (words.Count < count)
        {
            var letters = new char[2 + random.NextInt32(8)];
            foreach (ref var letter in letters.AsSpan()) letter = (char)('a' + random.NextInt32(26));
            words.Add(new string(letters));
        }

        return [.. words];
    }
}
