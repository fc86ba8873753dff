using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Unroll.Kernels;

namespace Unroll.Language;

/// <summary>What blocks of text are trained with.</summary>
/// <param name="Rows">What is learnt.</param>
/// <param name="Noise">Draws noise words.</param>
/// <param name="Options">The options.</param>
/// <param name="Counts">How often each word occurs.</param>
/// <param name="Total">How often all together occur.</param>
internal sealed record WordTraining(WordRows Rows, NoiseWords Noise, Word2VecOptions Options, long[] Counts, long Total)
{
    /// <summary>For each word, below which draws it is kept; the largest number: always.</summary>
    public uint[] Keep { get; } = [.. Counts.Select(count => Threshold(KeepProbability(count, Total, Options.Subsampling)))];

    /// <summary>With which probability a word is kept that makes up a share f of all: √(t / f) + t / f; always where that is more than 1.</summary>
    public static double KeepProbability(long count, long total, double threshold)
    {
        var ratio = threshold == 0 ? 1 : threshold * total / count;
        return Math.Min(1, Math.Sqrt(ratio) + ratio);
    }

    private static uint Threshold(double probability) => probability >= 1 ? uint.MaxValue : (uint)(probability * 4294967296.0);
}

/// <summary>
/// Some sentences, learnt from one after the other on copies of the rows that they touch. So blocks may be trained at the same time, and how
/// many at once changes nothing: the changes are added to the rows when all are done, block by block.
/// </summary>
/// <remarks>
/// The noise of a block comes from a pool of as many noise words as the block has words. Each noise word is still drawn from the noise
/// distribution, but half as many rows are touched, and copying rows costs as much as learning.
/// </remarks>
internal sealed class WordBlock(WordTraining training)
{
    private const int Mean = 1, MeanBefore = 2, OwnRows = 3; // rows of the block's own: zeros, and two for the mean of a bag
    private const int LossEvery = 64, Ahead = 4;

    private readonly WordRows rows = training.Rows;
    private readonly Word2VecOptions options = training.Options;
    private readonly RowPlaces places = new();
    private readonly List<int> words = [], ends = [], kept = [], inputs = [];
    private readonly List<(int Word, int Offset)> pool = [];
    private readonly float[] factors = new float[NegativeSamplingKernel.FactorsOf(2 * training.Options.Window)];
    private AlignedMemory copies = new(0);
    private int[] plan = []; // step by step: how many inputs, the inputs, the outputs
    private int planned;
    private Rng random;
    private float rate;

    /// <summary>Words in the block.</summary>
    public int Count => words.Count;

    /// <summary>The loss of the steps that were looked at, summed over their predictions.</summary>
    public double Loss { get; private set; }

    /// <summary>Predictions that were looked at.</summary>
    public int Predictions { get; private set; }

    private int Outputs => 1 + options.Negatives;

    /// <summary>Outputs filled up to whole steps of the kernel.</summary>
    private int FilledOutputs => (Outputs + NegativeSamplingKernel.Outputs - 1) / NegativeSamplingKernel.Outputs * NegativeSamplingKernel.Outputs;

    /// <summary>Makes the block empty.</summary>
    /// <param name="source">Where its draws come from.</param>
    /// <param name="learningRate">Its learning rate.</param>
    public void Begin(Rng source, double learningRate)
    {
        words.Clear();
        ends.Clear();
        (random, rate, Loss, Predictions) = (source, (float)learningRate, 0, 0);
    }

    /// <summary>Takes a sentence.</summary>
    public void Add(ReadOnlySpan<int> sentence)
    {
        words.AddRange(sentence);
        ends.Add(words.Count);
    }

    /// <summary>Draws what is to be learnt, copies the rows that it takes, learns, and keeps the changes.</summary>
    public void Train<V>()
        where V : struct, ILanes<V>
    {
        Plan();
        Copy();
        Learn<V>();
        for (var place = 0; place < places.Count; place++) TensorPrimitives.Subtract(CopyAt(place), rows[places[place]], CopyAt(place));
    }

    /// <summary>Adds the changes to those rows that are a part's.</summary>
    public void AddChanges(int part, int parts)
    {
        for (var place = 0; place < places.Count; place++)
        {
            var row = places[place];
            if (parts == 1) Prefetch(place + Ahead);
            if (row % parts == part) TensorPrimitives.Add(rows[row], CopyAt(place), rows[row]);
        }
    }

    /// <summary>Leaves out frequent words, then plans for each word its contexts, itself and its noise, by the offsets of their copies.</summary>
    private void Plan()
    {
        places.Clear();
        planned = 0;
        pool.Clear();
        while (pool.Count < words.Count)
        {
            var word = training.Noise.Draw(ref random);
            pool.Add((word, Offset(rows.Words + word)));
        }

        var start = 0;
        foreach (var end in ends)
        {
            kept.Clear();
            inputs.Clear();
            for (; start < end; start++)
            {
                var word = words[start];
                if (training.Keep[word] < uint.MaxValue && random.NextUInt32() >= training.Keep[word]) continue;
                kept.Add(word);
            }

            if (kept.Count < 2) continue;
            foreach (var word in kept) inputs.Add(Offset(word));
            for (var place = 0; place < kept.Count; place++) PlanWord(place);
        }
    }

    private void PlanWord(int place)
    {
        var distance = 1 + random.NextInt32(options.Window);
        var (first, last) = (Math.Max(0, place - distance), Math.Min(kept.Count - 1, place + distance));
        var length = 1 + last - first + FilledOutputs;
        if (plan.Length < planned + length) Array.Resize(ref plan, Math.Max(2 * plan.Length, planned + length));
        var step = plan.AsSpan(planned, length);
        planned += length;
        var all = CollectionsMarshal.AsSpan(inputs);
        step[0] = last - first;
        all.Slice(first, place - first).CopyTo(step[1..]);
        all.Slice(place + 1, last - place).CopyTo(step[(1 + place - first)..]);
        var outputs = step[(1 + last - first)..];
        outputs.Clear(); // the row of zeros
        outputs[0] = Offset(rows.Words + kept[place]);
        PlanNoise(kept[place], outputs[1..Outputs]);
    }

    private void PlanNoise(int target, Span<int> outputs)
    {
        foreach (ref var output in outputs)
        {
            (var word, output) = pool[random.NextInt32(pool.Count)];
            while (word == target)
            {
                word = training.Noise.Draw(ref random);
                output = Offset(rows.Words + word);
            }
        }
    }

    private int Offset(int row) => (OwnRows + places.Of(row)) * rows.Length;

    private Span<float> CopyAt(int place) => copies.Values.Slice((OwnRows + place) * rows.Length, rows.Length);

    private void Copy()
    {
        var length = (OwnRows + places.Count) * rows.Length;
        if (copies.Length < length) copies = new AlignedMemory(length + (length / 4));
        copies.Values[..rows.Length].Clear();
        for (var place = 0; place < places.Count; place++)
        {
            Prefetch(place + Ahead);
            rows[places[place]].CopyTo(CopyAt(place));
        }
    }

    /// <summary>Asks for a row that is wanted soon: rows come in no order that the processor could guess.</summary>
    private void Prefetch(int place)
    {
        if (place >= places.Count) return;
        var row = rows[places[place]];
        for (var i = 0; i < row.Length; i += AlignedMemory.Line) Lanes.Prefetch(ref row[i]);
    }

    private void Learn<V>()
        where V : struct, ILanes<V>
    {
        var kernel = new NegativeSamplingKernel { Rows = copies.Values, Length = rows.Length, Rate = rate, Factors = factors };
        var isBag = options.Model == Word2VecModel.ContinuousBagOfWords;
        var (mean, before) = (Mean * rows.Length, MeanBefore * rows.Length);
        var steps = plan.AsSpan(0, planned);
        for (var step = 0; steps.Length > 0; step++)
        {
            var contexts = steps.Slice(1, steps[0]);
            var outputs = steps.Slice(1 + steps[0], FilledOutputs);
            steps = steps[(1 + contexts.Length + outputs.Length)..];
            if (isBag) kernel.Mean<V>(contexts, mean, before);
            LearnWord<V>(kernel, isBag ? [mean] : contexts, outputs, step % LossEvery == 0);
            if (isBag) kernel.Spread<V>(contexts, mean, before);
        }
    }

    private void LearnWord<V>(NegativeSamplingKernel kernel, ReadOnlySpan<int> from, ReadOnlySpan<int> outputs, bool isLookedAt)
        where V : struct, ILanes<V>
    {
        if (isLookedAt) Predictions += from.Length;
        for (var first = 0; first < outputs.Length; first += NegativeSamplingKernel.Outputs)
        {
            var some = outputs.Slice(first, NegativeSamplingKernel.Outputs);
            var count = Math.Min(NegativeSamplingKernel.Outputs, Outputs - first);
            if (isLookedAt) Loss += kernel.Loss<V>(from, some, count, hasTarget: first == 0);
            kernel.Step<V>(from, some, count, hasTarget: first == 0);
        }
    }
}
