namespace Unroll.Evaluation;

/// <summary>
/// The classifier that ignores its input: it always predicts the most frequent class of the training labels, with the
/// training frequencies as its probabilities.
/// </summary>
public sealed class MajorityBaseline
{
    private readonly double[] frequencies;

    private MajorityBaseline(double[] frequencies)
    {
        this.frequencies = frequencies;
        MajorityClass = Array.IndexOf(frequencies, frequencies.Max());
    }

    /// <summary>What the baseline is called in tables.</summary>
    public string Name { get; } = "majority class";

    /// <summary>Number of the most frequent training class; the lowest number if several are as frequent.</summary>
    public int MajorityClass { get; }

    /// <summary>The share of every class in the training labels, in order of class numbers.</summary>
    public IReadOnlyList<double> Frequencies => frequencies;

    /// <summary>Counts the classes of the training labels.</summary>
    /// <param name="train">Class number of every training example.</param>
    /// <param name="classes">
    /// Number of classes, at least 1; class numbers are 0 to <paramref name="classes"/> - 1.
    /// </param>
    /// <exception cref="ShapeException">There are no labels.</exception>
    /// <exception cref="OptionException">There is no class, or a label is outside the classes.</exception>
    public static MajorityBaseline Fit(ReadOnlySpan<int> train, int classes)
    {
        if (classes < 1)
        {
            throw new OptionException(
                $"The number of classes is {classes}, but must be at least 1. Give the number of different labels.",
                nameof(classes));
        }

        Check(train, classes, "training");
        var frequencies = new double[classes];
        foreach (var label in train) frequencies[label]++;
        for (var k = 0; k < classes; k++) frequencies[k] /= train.Length;
        return new MajorityBaseline(frequencies);
    }

    /// <summary>The share of labels that are <see cref="MajorityClass"/>, 0 to 1.</summary>
    /// <param name="labels">True class number of every example.</param>
    /// <exception cref="ShapeException">There are no labels.</exception>
    /// <exception cref="OptionException">A label is outside the classes.</exception>
    public double Accuracy(ReadOnlySpan<int> labels)
    {
        Check(labels, frequencies.Length, "test");
        return (double)labels.Count(MajorityClass) / labels.Length;
    }

    /// <summary>
    /// The mean of -ln(frequency of the true class in training), in nats: ln 2 for two classes of the same frequency.
    /// Positive infinity if a class occurs that training never showed.
    /// </summary>
    /// <param name="labels">True class number of every example.</param>
    /// <exception cref="ShapeException">There are no labels.</exception>
    /// <exception cref="OptionException">A label is outside the classes.</exception>
    public double LogLoss(ReadOnlySpan<int> labels)
    {
        Check(labels, frequencies.Length, "test");
        var sum = 0.0;
        foreach (var label in labels) sum -= Math.Log(frequencies[label]);
        return sum / labels.Length;
    }

    private static void Check(ReadOnlySpan<int> labels, int classes, string part)
    {
        if (labels.IsEmpty)
            throw new ShapeException($"There are no {part} labels. Give at least one.");

        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] < (uint)classes) continue;
            throw new OptionException(
                $"The {part} label {labels[i]} at index {i} is none of the {classes} classes. " +
                $"Use labels from 0 to {classes - 1}, or raise the number of classes.",
                "labels");
        }
    }
}
