using System.Text.Json;
using Unroll.Language;

namespace Unroll.Benchmarks;

/// <summary>
/// Words a second in the training of word vectors, on a drawn text whose words are as frequent as Zipf's law says: all of an epoch counts
/// but the first reading. Beside it the bounds: multiply-adds over the processor's peak, and bytes over the bandwidth of memory.
/// </summary>
internal static class Word2VecBenchmark
{
    private const int Vocabulary = 20_000, SentenceLength = 20, Sentences = 50_000, Width = 100, Rounds = 3;

    /// <summary>The command.</summary>
    /// <param name="options"><c>--peer</c>, <c>--rounds R</c>, or nothing.</param>
    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--rounds"], "--peer");
        int[] threadCounts = [1, 2];
        var machine = Machine.Measure(threadCounts);
        var bandwidths = threadCounts.ToDictionary(threads => threads, Bandwidth.Measure);
        var text = Text();
        var corpus = new WordCorpus(text, 5);
        Console.WriteLine(Words.Head(
            ["model", "threads", "words/s", "min-max", "bound by multiply-adds", "% of it", "bound by memory", "gensim", "Unroll is faster by"]));
        foreach (var model in Enum.GetValues<Word2VecModel>())
        {
            var cost = WordCost.Of(corpus, new() { Width = Width, Model = model });
            foreach (var threads in threadCounts)
            {
                List<double> own = [], peer = [];
                for (var round = 0; round < arguments.Number("--rounds", Rounds); round++)
                {
                    Compute.Threads = threads;
                    own.Add(Measure(corpus, model));
                    if (arguments.Has("--peer")) peer.AddRange(Gensim(text, model, threads));
                }

                var (sample, other) = (new Sample(own), Sample.OfAny(peer));
                var bound = machine.Peaks[threads] * 1e9 / cost.Operations;
                Console.WriteLine(Words.Row(
                [
                    model.ToString(), Words.Whole(threads), Words.Number(sample.Median), $"{Words.Number(sample.Min)}-{Words.Number(sample.Max)}",
                    Words.Number(bound), Words.Percent(sample.Median / bound), Words.Number(bandwidths[threads] * 1e9 / cost.Bytes),
                    other is null ? "-" : Words.Number(other.Median), other is null ? "-" : Words.Number(sample.Median / other.Median) + "x",
                ]));
            }
        }

        Console.WriteLine($"\nmemory: {string.Join(", ", bandwidths.Select(pair => $"{Words.Number(pair.Value)} GB/s on {pair.Key} thread(s)"))}");
        machine.MeasureAgain();
        return 0;
    }

    private static double Measure(WordCorpus corpus, Word2VecModel model)
    {
        var told = new Told();
        Word2Vec.Train(corpus, new() { Width = Width, Model = model, Epochs = 1, Progress = told });
        return told.Last.WordsPerSecond;
    }

    private static string[][] Text()
    {
        var random = new Rng(1);
        var cumulated = new double[Vocabulary];
        for (var word = 0; word < Vocabulary; word++) cumulated[word] = (word == 0 ? 0 : cumulated[word - 1]) + (1.0 / (word + 1));
        string[] words = [.. Enumerable.Range(0, Vocabulary).Select(word => $"w{word}")];
        var sentences = new string[Sentences][];
        foreach (ref var sentence in sentences.AsSpan())
        {
            sentence = new string[SentenceLength];
            foreach (ref var word in sentence.AsSpan())
            {
                var place = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
                word = words[place < 0 ? ~place : place];
            }
        }

        return sentences;
    }

    private static double[] Gensim(string[][] text, Word2VecModel model, int threads)
    {
        var file = Path.Combine(Path.GetTempPath(), "unroll-word2vec.txt");
        if (!File.Exists(file)) File.WriteAllLines(file, text.Select(sentence => string.Join(' ', sentence)));
        var start = PeerProcess.Start(
            threads, "/usr/bin/python3", PeerProcess.Script("gensim_word2vec.py"), file, model == Word2VecModel.SkipGram ? "1" : "0", Words.Whole(Width),
            Words.Whole(threads));
        if (PeerProcess.Lines("gensim", start) is not [var line, ..]) return [];
        using var figures = JsonDocument.Parse(line);
        return [figures.RootElement.GetProperty("words_per_second").GetDouble()];
    }

    /// <summary>What a word of the text costs at least.</summary>
    /// <param name="Operations">Floating-point operations of products and updates.</param>
    /// <param name="Bytes">Bytes of rows, if each is read and written once for the word as input, as target, and for each noise word.</param>
    private sealed record WordCost(double Operations, double Bytes)
    {
        public static WordCost Of(WordCorpus corpus, Word2VecOptions options)
        {
            var kept = corpus.Counts.Sum(count => count * WordTraining.KeepProbability(count, corpus.Total, options.Subsampling)) / corpus.Total;
            var (outputs, around) = (1 + options.Negatives, 1 + options.Window); // the mean of twice 1 … Window
            // Each pair of an input and an output: a product, a share of the input's change, a share of the output's; a bag is added up and spread.
            var inputs = options.Model == Word2VecModel.SkipGram ? around : 1;
            var multiplyAdds = (3.0 * inputs * outputs) + (options.Model == Word2VecModel.SkipGram ? 0 : around);
            return new WordCost(2 * kept * multiplyAdds * options.Width, kept * 2 * (2 + options.Negatives) * sizeof(float) * options.Width);
        }
    }

    private sealed class Told : IProgress<Word2VecProgress>
    {
        public Word2VecProgress Last { get; private set; }

        public void Report(Word2VecProgress value) => Last = value;
    }
}
