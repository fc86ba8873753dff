using System.Numerics.Tensors;

namespace Unroll.Evaluation;

/// <summary>
/// A linear classifier of the mean of the vectors of words and pairs of words, without a hidden layer: fastText's (Joulin et al.
/// 2017, "Bag of Tricks for Efficient Text Classification"). The order of words counts no further than in pairs.
/// </summary>
/// <remarks>
/// <code>
/// h = mean over features f of v_f     p = softmax(h W)
/// </code>
/// <para>
/// Learnt by stochastic gradient descent, a text at a time, with a rate that falls to nothing along a line. Words and punctuation
/// marks, in small letters, and runs of them have their vectors by their hash; what no training text had is left out. The seed decides
/// the result.
/// </para>
/// <code>var words = BagOfWordsClassifier.Fit(texts, labels, classes: 2);</code>
/// </remarks>
public sealed class BagOfWordsClassifier
{
    private const int FewestEpochs = 5;
    private const int MostEpochs = 50;

    /// <summary>Texts that are seen, at least, over all epochs together.</summary>
    private const int FewestSteps = 100_000;

    private readonly TextFeatures features;
    private readonly int units;
    private readonly float[] vectors;
    private readonly float[] outputs;
    private readonly bool[] known;
    private readonly float[] hidden;
    private readonly float[] back;
    private readonly float[] scores;

    private BagOfWordsClassifier(TextFeatures features, int classes, BagOfWordsOptions options)
    {
        (this.features, units, Classes) = (features, options.Units, classes);
        (vectors, outputs) = (new float[features.Buckets * units], new float[classes * units]);
        (known, hidden, back, scores) = (new bool[features.Buckets], new float[units], new float[units], new float[classes]);
        var random = new Rng(options.Seed).Derive("vectors");
        random.FillUniform(vectors, -1f / units, 1f / units);
    }

    /// <summary>What the baseline is called in tables.</summary>
    public string Name { get; } = "bag of words";

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Learns from texts.</summary>
    /// <param name="texts">Training texts.</param>
    /// <param name="labels">The class number of each.</param>
    /// <param name="classes">Number of classes; class numbers are 0 to <paramref name="classes"/> - 1.</param>
    /// <param name="options">How; null: as by default.</param>
    /// <exception cref="ShapeException">There are no texts, or not one label for each.</exception>
    /// <exception cref="OptionException">An option is out of range, or a label is outside the classes.</exception>
    public static BagOfWordsClassifier Fit(IReadOnlyList<string> texts, IReadOnlyList<int> labels, int classes, BagOfWordsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new BagOfWordsOptions();
        options.Check();
        if (texts.Count == 0 || texts.Count != labels.Count)
            throw new ShapeException($"{texts.Count} texts have {labels.Count} labels. Give at least one text, and a label for each.");
        if (labels.FirstOrDefault(label => (uint)label >= (uint)classes, -1) is var outside and not -1)
            throw new OptionException($"The label {outside} is none of the {classes} classes. Use labels from 0 to {classes - 1}.", nameof(labels));
        var features = TextFeatures.For(texts, options);
        var model = new BagOfWordsClassifier(features, classes, options);
        int[][] coded = [.. texts.Select(features.Of)];
        foreach (var text in coded)
        {
            foreach (var feature in text) model.known[feature] = true;
        }

        model.Train(coded, labels, options);
        return model;
    }

    /// <summary>The probability of each class.</summary>
    /// <param name="text">Any text; one without a known word has the same probability for all but what was learnt of none.</param>
    public double[] Probabilities(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Score([.. features.Of(text).Where(feature => known[feature])]);
        return [.. scores.Select(share => (double)share)];
    }

    /// <summary>Accuracy and mean log loss, in nats, over texts.</summary>
    /// <param name="texts">Texts.</param>
    /// <param name="labels">The class number of each.</param>
    public (double Accuracy, double LogLoss) Evaluate(IReadOnlyList<string> texts, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(labels);
        var (_, accuracy, loss) = Choose(texts, labels);
        return (accuracy, loss);
    }

    /// <summary>The most probable class of each text, the share that is right, and the mean log loss in nats.</summary>
    internal (int[] Classes, double Accuracy, double LogLoss) Choose(IReadOnlyList<string> texts, IReadOnlyList<int> labels)
    {
        var (chosen, loss) = (new int[texts.Count], 0.0);
        for (var i = 0; i < chosen.Length; i++)
        {
            var shares = Probabilities(texts[i]);
            chosen[i] = TensorPrimitives.IndexOfMax<double>(shares);
            loss -= Math.Log(Math.Max(shares[labels[i]], float.Epsilon));
        }

        return (chosen, (double)chosen.Zip(labels).Count(pair => pair.First == pair.Second) / texts.Count, loss / texts.Count);
    }

    /// <summary>The loss of a text in nats.</summary>
    internal double Loss(ReadOnlySpan<int> text, int label)
    {
        Score(text);
        return -Math.Log(scores[label]);
    }

    /// <summary>The numbers of the features of a text.</summary>
    internal int[] Features(string text) => features.Of(text);

    /// <summary>All numbers that are learnt: the vectors of features, and those of classes.</summary>
    internal (float[] Vectors, float[] Outputs) Weights => (vectors, outputs);

    /// <summary>One step down the gradient of the loss of a text.</summary>
    internal void Step(ReadOnlySpan<int> text, int label, float rate)
    {
        if (text.IsEmpty) return;
        Score(text);
        Array.Clear(back);
        for (var k = 0; k < Classes; k++)
        {
            var slope = scores[k] - (k == label ? 1 : 0); // ∂loss/∂score
            var output = outputs.AsSpan(k * units, units);
            for (var u = 0; u < units; u++)
            {
                back[u] += slope * output[u];
                output[u] -= rate * slope * hidden[u];
            }
        }

        TensorPrimitives.Multiply(back, -rate / text.Length, back);
        foreach (var feature in text)
        {
            var vector = vectors.AsSpan(feature * units, units);
            TensorPrimitives.Add(vector, back, vector);
        }
    }

    private void Train(int[][] texts, IReadOnlyList<int> labels, BagOfWordsOptions options)
    {
        var epochs = options.Epochs ?? Math.Clamp(FewestSteps / texts.Length, FewestEpochs, MostEpochs);
        var (step, steps) = (0L, (double)texts.Length * epochs);
        var random = new Rng(options.Seed).Derive("order");
        int[] order = [.. Enumerable.Range(0, texts.Length)];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle<int>(order);
            foreach (var text in order) Step(texts[text], labels[text], (float)(options.LearningRate * (1 - (step++ / steps))));
        }
    }

    /// <summary>Makes the mean of a text's vectors, and the probabilities of the classes.</summary>
    private void Score(ReadOnlySpan<int> text)
    {
        Array.Clear(hidden);
        foreach (var feature in text) TensorPrimitives.Add(hidden, vectors.AsSpan(feature * units, units), hidden);
        if (!text.IsEmpty) TensorPrimitives.Multiply(hidden, 1f / text.Length, hidden);
        var sum = 0.0;
        for (var k = 0; k < Classes; k++)
        {
            var score = 0f; // one after the other: the same bits for any width of vectors
            for (var u = 0; u < units; u++) score += hidden[u] * outputs[(k * units) + u];
            scores[k] = score;
        }

        var largest = scores.Max();
        foreach (ref var score in scores.AsSpan()) sum += score = MathF.Exp(score - largest);
        foreach (ref var score in scores.AsSpan()) score = (float)(score / sum);
    }
}
