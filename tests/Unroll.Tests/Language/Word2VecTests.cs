using System.IO.Compression;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Language;
using Unroll.Tests.Support;

namespace Unroll.Tests.Language;

[Collection(nameof(GlobalState))]
public sealed class Word2VecTests
{
    private const int Topics = 4, TopicWords = 6;

    [Fact]
    public void Noise_follows_the_power_of_the_frequency()
    {
        long[] counts = [5000, 900, 900, 100, 30, 7, 1];
        var noise = new NoiseWords(counts);
        var random = new Rng(3);
        const int draws = 400_000;
        var drawn = new int[counts.Length];
        for (var i = 0; i < draws; i++) drawn[noise.Draw(ref random)]++;
        var sum = counts.Sum(count => Math.Pow(count, 0.75));
        var chiSquare = 0.0;
        for (var word = 0; word < counts.Length; word++)
        {
            var expected = draws * Math.Pow(counts[word], 0.75) / sum;
            chiSquare += (drawn[word] - expected) * (drawn[word] - expected) / expected;
        }

        Assert.InRange(chiSquare, 0, 22.5); // 6 degrees of freedom: one draw in a thousand is above
        Assert.Equal(Math.Pow(5000, 0.75) / sum, noise.Largest, 1e-12);
    }

    [Fact]
    public void Frequent_words_are_left_out_by_the_formula()
    {
        // A word that makes up 4 % at a threshold of 1 %: √(1/4) + 1/4.
        Assert.Equal(0.75, WordTraining.KeepProbability(400, 10_000, 0.01), 1e-12);
        Assert.Equal(Math.Sqrt(0.02) + 0.02, WordTraining.KeepProbability(5000, 100_000, 1e-3), 1e-12);
        Assert.Equal(1, WordTraining.KeepProbability(100, 10_000, 0.01));
        Assert.Equal(1, WordTraining.KeepProbability(9999, 10_000, 0));
        long[] counts = [400, 100, 9500];
        var training = new WordTraining(new WordRows(3, 2, new Rng(1)), new NoiseWords(counts), new Word2VecOptions { Subsampling = 0.01 }, counts, 10_000);
        Assert.Equal(0.75, training.Keep[0] / 4294967296.0, 1e-9);
        Assert.Equal(uint.MaxValue, training.Keep[1]);
        var random = new Rng(2);
        Assert.Equal(0.75, Enumerable.Range(0, 100_000).Count(_ => random.NextUInt32() < training.Keep[0]) / 1e5, 0.006); // four deviations
    }

    [Theory]
    [InlineData(Word2VecModel.SkipGram, 5)]
    [InlineData(Word2VecModel.ContinuousBagOfWords, 5)]
    [InlineData(Word2VecModel.SkipGram, 2)]
    [InlineData(Word2VecModel.SkipGram, 12)]
    public void Words_that_stand_together_become_neighbours(Word2VecModel model, int negatives)
    {
        var vectors = Word2Vec.Train(Sentences(1500), new()
        { Width = 20, Model = model, Negatives = negatives, Epochs = 8, Subsampling = 0, LearningRate = model == Word2VecModel.SkipGram ? 0.05 : 0.15 });
        Assert.Equal(Topics * TopicWords, vectors.Count);
        foreach (var word in vectors.Words)
            Assert.All(vectors.Nearest(word, TopicWords - 1), near => Assert.Equal(word[0], near.Word[0]));
    }

    [Theory]
    [InlineData(Word2VecModel.SkipGram)]
    [InlineData(Word2VecModel.ContinuousBagOfWords)]
    public void Threads_and_vectors_change_no_bit(Word2VecModel model)
    {
        float[]? first = null;
        var sentences = Sentences(400).Concat(Enumerable.Range(0, 300).Select(i => new[] { $"x{i % 60}", $"x{i % 45}", $"x{i % 77}", $"x{i % 12}" })).ToArray();
        Forced.Everywhere([1, 2, 5], () =>
        {
            var vectors = Word2Vec.Train(sentences, new() { Width = 20, Model = model, Epochs = 2, MinFrequency = 2 });
            float[] values = [.. vectors.Words.SelectMany(word => vectors[word].ToArray())];
            Near.Bits(first ??= values, values, "vectors");
        });
    }

    [Fact]
    public void A_stream_gives_what_memory_gives()
    {
        var options = new Word2VecOptions { Width = 8, Epochs = 2 };
        var (kept, read) = (new WordCorpus(Sentences(200), 5), new WordCorpus(Sentences(200), 5, mostKept: 50));
        Assert.True(kept.IsKept);
        Assert.False(read.IsKept);
        var (expected, actual) = (Word2Vec.Train(kept, options), Word2Vec.Train(read, options));
        Assert.Equal(expected.Words, actual.Words);
        foreach (var word in expected.Words) Near.Bits(expected[word], actual[word], word);
    }

    [Fact]
    public void Sentences_lose_rare_words_and_are_cut_where_they_are_long()
    {
        string[][] sentences = [["b", "a", "rare", "a"], [], ["rarer"], ["a", "b", "c", "c", "a", "b"]];
        foreach (var mostKept in (int[])[0, 100])
        {
            var corpus = new WordCorpus(sentences, 2, mostKept);
            Assert.Equal(["a", "b", "c"], corpus.Words);
            Assert.Equal([4L, 3, 2], corpus.Counts);
            Assert.Equal(9, corpus.Total);
            Assert.Equal(["1,0,0", "0,1,2,2", "0,1"], corpus.Sentences(4).Select(sentence => string.Join(',', sentence.ToArray())));
        }
    }

    [Fact]
    public void Progress_is_told_and_the_loss_falls()
    {
        var reports = new List<Word2VecProgress>();
        Word2Vec.Train(Sentences(3000), new() { Width = 60, Epochs = 6, Progress = new Told(reports.Add) });
        Assert.Equal((6, 6, 1.0), (reports[^1].Epoch, reports[^1].Epochs, reports[^1].Share));
        Assert.True(reports[^1].WordsPerSecond > 0);
        // All products are zero in the beginning: log 2 for each of six predictions.
        Assert.InRange(reports[^1].Loss, 0.1, 0.95 * 6 * Math.Log(2));
    }

    [Fact]
    public void What_was_learnt_before_the_end_is_kept()
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new List<Word2VecProgress>();
        var vectors = Word2Vec.Train(Sentences(2000), new()
        {
            Width = 20,
            Epochs = 10_000,
            Cancellation = cancellation.Token,
            Progress = new Told(report =>
            {
                reports.Add(report);
                cancellation.Cancel();
            }),
        });
        Assert.Single(reports);
        Assert.True(reports[0].Share < 0.5);
        Assert.Equal(Topics * TopicWords, vectors.Count);
        Assert.True(vectors.Words.Max(word => vectors[word].ToArray().Max(Math.Abs)) > 0.5f / 20); // moved beyond what was drawn
    }

    [Fact]
    public void Faults_are_told()
    {
        var fault = Assert.Throws<OptionException>(() => Word2Vec.Train([], new()
        { Width = 0, Window = 101, Negatives = 0, Epochs = 0, LearningRate = -1, Subsampling = 2, MinFrequency = 0 }));
        Assert.Equal(
            "Word2VecOptions cannot be used: Width must be from 1 to 65536, but is 0; Window must be from 1 to 100, but is 101; " +
            "Negatives must be from 1 to 100, but is 0; Epochs must be at least 1, but is 0; LearningRate must be more than 0 and less than 10, but is -1; " +
            "Subsampling must be from 0 to 1, but is 2; MinFrequency must be at least 1, but is 0.",
            fault.Message);
        Assert.Equal(
            "No word occurs at least 5 times in the sentences. Give more text, or a smaller MinFrequency.",
            Assert.Throws<DataException>(() => Word2Vec.Train([["a", "b"]])).Message);
        Assert.Equal(
            "Only one word occurs at least 2 times in the sentences. Give more text, or a smaller MinFrequency.",
            Assert.Throws<DataException>(() => Word2Vec.Train([["a", "b", "a"]], new() { MinFrequency = 2 })).Message);
    }

    /// <summary>Ten pairs of words that mean much the same, chosen before the training: by chance a partner is among the nearest ten once in 800.</summary>
    [Fact]
    public void Words_of_the_Penn_Treebank_find_their_partners()
    {
        var file = Path.Combine(RealData.Folder("ptb"), "ptb", "ptb.train.txt.gz");
        var vectors = Word2Vec.Train(Lines(file).Select(new SpaceTokenizer().Tokenize), new() { Width = 64, LearningRate = 0.035 });
        (string, string)[] pairs =
        [
            ("million", "billion"), ("president", "chairman"), ("he", "she"), ("rose", "fell"), ("buy", "sell"),
            ("monday", "tuesday"), ("three", "four"), ("year", "month"), ("higher", "lower"), ("oil", "gas"),
        ];
        var far = pairs.Where(pair => vectors.Nearest(pair.Item1, 10).All(near => near.Word != pair.Item2)).ToArray();
        Assert.True(far.Length <= 2, $"Not neighbours: {string.Join(", ", far)}");
    }

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }

    /// <summary>Sentences of a topic each: its words begin with the same letter.</summary>
    private static IEnumerable<string[]> Sentences(int count)
    {
        var random = new Rng(7);
        for (var i = 0; i < count; i++)
        {
            var topic = (char)('a' + random.NextInt32(Topics));
            var sentence = new string[6];
            foreach (ref var word in sentence.AsSpan()) word = $"{topic}{random.NextInt32(TopicWords)}";
            yield return sentence;
        }
    }

    private sealed class Told(Action<Word2VecProgress> report) : IProgress<Word2VecProgress>
    {
        public void Report(Word2VecProgress value) => report(value);
    }
}
