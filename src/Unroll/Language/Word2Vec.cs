using System.Diagnostics;
using Unroll.Data;
using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Language;

/// <summary>
/// Learns a vector for each word from the words around it: skip-gram or the continuous bag of words with negative sampling (Mikolov et al.,
/// "Distributed representations of words and phrases and their compositionality", 2013).
/// </summary>
/// <remarks>
/// <code>
/// var vectors = Word2Vec.Train(sentences, new() { Width = 100, Epochs = 5 });
/// var near = vectors.Nearest("company", 5);
/// </code>
/// For a word o of the text, each word i around it and noise words n, training lowers -log σ(x_i·y_o) - Σ log σ(-x_i·y_n). Noise words
/// occur by the power 3/4 of their frequency, and all words around o share them (Ji et al. 2016, "Parallelizing Word2Vec in shared and
/// distributed memory"), which turns products of vectors into small products of matrices. A bag of words uses the mean of all x_i in
/// place of each, and its gradient as it is (İrsoy et al. 2021), not times their number. Words are read in their order; pieces longer than
/// a block are cut.
/// <para>
/// Blocks of text are trained on copies of the vectors that they touch, up to eight of them at the same time on as many threads, and
/// their changes are added in the order of the text. So the vectors are the same bits for every number of threads.
/// </para>
/// </remarks>
public sealed class Word2Vec
{
    private const int MostBlocks = 8, LongestBlock = 128, ShortestBlock = 32;
    private const double LeastRate = 1e-4;

    /// <summary>
    /// What the rows of the most frequent word may be moved within a round, in steps times rate. Vectors of the Penn Treebank are as good with
    /// twice as much as without blocks, worse with four times as much, and grow without bound with eight times as much.
    /// </summary>
    private const double MostMoves = 14;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(0.1);

    private readonly Word2VecOptions options;
    private readonly WordCorpus corpus;
    private readonly WordRows rows;
    private readonly WordBlock[] blocks;
    private readonly int blockWords;
    private readonly Rng random;
    private readonly long start = Stopwatch.GetTimestamp();
    private long reported;
    private long done;
    private double loss;
    private long predictions;

    private Word2Vec(WordCorpus corpus, Word2VecOptions options)
    {
        (this.corpus, this.options) = (corpus, options);
        random = new Rng(options.Seed).Derive("word2vec");
        rows = new WordRows(corpus.Words.Length, options.Width, random.Derive("vectors"));
        var training = new WordTraining(rows, new NoiseWords(corpus.Counts), options, corpus.Counts, corpus.Total);
        var inputs = options.Model == Word2VecModel.SkipGram ? options.Window : 1;
        var moves = options.FirstRate * inputs * (1 + options.Negatives) * training.Noise.Largest;
        var roundWords = MostMoves / moves;
        blocks = [.. Enumerable.Range(0, (int)Math.Clamp(roundWords / ShortestBlock, 1, MostBlocks)).Select(_ => new WordBlock(training))];
        blockWords = (int)Math.Clamp(roundWords / blocks.Length, ShortestBlock, LongestBlock);
    }

    private double Share => done / ((double)corpus.Total * options.Epochs);

    /// <summary>Learns vectors.</summary>
    /// <param name="sentences">
    /// Tokenized sentences; read once to count words, and where they are longer than a hundred million words once more for each epoch.
    /// </param>
    /// <param name="options">How to learn; null: the defaults.</param>
    /// <returns>The words that occur often enough, the most frequent first, with their vectors.</returns>
    /// <exception cref="OptionException">Options are out of range.</exception>
    /// <exception cref="DataException">Fewer than two words occur often enough.</exception>
    public static WordVectors Train(IEnumerable<IReadOnlyList<string>> sentences, Word2VecOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        options ??= new Word2VecOptions();
        options.Check();
        return Train(new WordCorpus(sentences, options.MinFrequency), options);
    }

    /// <summary>Learns vectors of words that were counted before.</summary>
    internal static WordVectors Train(WordCorpus corpus, Word2VecOptions options)
    {
        var run = new Word2Vec(corpus, options);
        for (var epoch = 1; epoch <= options.Epochs; epoch++) run.TrainEpoch(epoch);
        return new WordVectors(corpus.Words, run.rows.Vectors());
    }

    private void TrainEpoch(int epoch)
    {
        var ofEpoch = random.Derive((ulong)epoch);
        (loss, predictions) = (0, 0);
        using var sentences = corpus.Sentences(blockWords).GetEnumerator();
        for (var first = 0UL; !options.Cancellation.IsCancellationRequested; first += (ulong)blocks.Length)
        {
            var count = Fill(sentences, ofEpoch, first);
            TrainRound(count);
            var isLast = count < blocks.Length;
            Report(epoch, always: isLast && epoch == options.Epochs);
            if (isLast) break;
        }
    }

    /// <summary>Gives blocks their sentences; fewer than all where the text ends.</summary>
    private int Fill(IEnumerator<ReadOnlyMemory<int>> sentences, Rng ofEpoch, ulong first)
    {
        for (var number = 0; number < blocks.Length; number++)
        {
            var block = blocks[number];
            block.Begin(ofEpoch.Derive(first + (ulong)number), options.FirstRate * Math.Max(LeastRate, 1 - Share));
            while (block.Count < blockWords && sentences.MoveNext()) block.Add(sentences.Current.Span);
            done += block.Count;
            if (block.Count == 0) return number;
        }

        return blocks.Length;
    }

    private void TrainRound(int count)
    {
        var learning = new Learning { Blocks = blocks };
        ThreadTeam.Run(ref learning, count);
        var adding = new Adding { Blocks = blocks.AsSpan(0, count), Parts = ThreadTeam.Threads };
        ThreadTeam.Run(ref adding, adding.Parts);
        foreach (var block in adding.Blocks)
        {
            loss += block.Loss;
            predictions += block.Predictions;
        }
    }

    private void Report(int epoch, bool always)
    {
        if (options.Progress is null) return;
        var now = Stopwatch.GetTimestamp();
        if (!always && Stopwatch.GetElapsedTime(Math.Max(start, reported), now) < ReportEvery) return;
        reported = now;
        var perSecond = done / Stopwatch.GetElapsedTime(start, now).TotalSeconds;
        options.Progress.Report(new Word2VecProgress(epoch, options.Epochs, Share, perSecond, loss / predictions));
    }

    private ref struct Learning : IParallelKernel
    {
        public Span<WordBlock> Blocks;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V> => Blocks[part].Train<V>();
    }

    /// <summary>Each part has some rows to itself, and adds to them the changes of all blocks in their order.</summary>
    private ref struct Adding : IParallelKernel
    {
        public Span<WordBlock> Blocks;
        public int Parts;

        public readonly void Run<V>(int part)
            where V : struct, ILanes<V>
        {
            foreach (var block in Blocks) block.AddChanges(part, Parts);
        }
    }
}
