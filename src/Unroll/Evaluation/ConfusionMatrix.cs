namespace Unroll.Evaluation;

/// <summary>
/// How often each class was predicted for each true class, with the statistics that are read from it: overall
/// accuracy with its exact interval and tests, and the figures of every class against the rest.
/// </summary>
/// <remarks>
/// Rows are predicted classes and columns are reference (true) classes. Statistics that are undefined for the counts
/// at hand are <see cref="double.NaN"/>, printed as <c>NA</c>.
/// <para>One line of use: <c>Console.WriteLine(ConfusionMatrix.From(predicted, labels, ["no", "yes"], 1));</c></para>
/// </remarks>
public sealed class ConfusionMatrix
{
    private const double Confidence = 0.95;

    private readonly int[,] counts;
    private readonly long[] predicted;
    private readonly long[] reference;
    private readonly long correct;

    /// <summary>Makes a confusion matrix from its counts.</summary>
    /// <param name="counts">
    /// Number of examples, [predicted, reference], one row and one column for each class; copied.
    /// </param>
    /// <param name="classes">Names of the classes, in the order of rows and columns; at least two.</param>
    /// <param name="positive">
    /// Number of the class that <see cref="PositiveClass"/> and the print-out of two classes speak of.
    /// </param>
    /// <exception cref="ShapeException">The counts are not square, or not one row for each class.</exception>
    /// <exception cref="OptionException">
    /// A count is negative, all are 0, a class is named twice, there are fewer than two classes, or
    /// <paramref name="positive"/> is no class.
    /// </exception>
    public ConfusionMatrix(int[,] counts, IReadOnlyList<string> classes, int positive = 0)
    {
        ConfusionChecks.Classes(classes, positive);
        ConfusionChecks.Counts(counts, classes);
        this.counts = (int[,])counts.Clone();
        Classes = [.. classes];
        Positive = positive;

        predicted = new long[classes.Count];
        reference = new long[classes.Count];
        for (var row = 0; row < classes.Count; row++)
        {
            correct += counts[row, row];
            for (var column = 0; column < classes.Count; column++)
            {
                predicted[row] += counts[row, column];
                reference[column] += counts[row, column];
                Total += counts[row, column];
            }
        }

        ConfusionChecks.Total(Total);
        PerClass = [.. Classes.Select((name, k) =>
            new ClassStatistics(name, this.counts[k, k], predicted[k], reference[k], Total))];
    }

    /// <summary>Names of the classes, in the order of rows and columns.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of the class that <see cref="PositiveClass"/> speaks of.</summary>
    public int Positive { get; }

    /// <summary>Number of examples.</summary>
    public long Total { get; }

    /// <summary>The figures of every class against all others.</summary>
    public IReadOnlyList<ClassStatistics> PerClass { get; }

    /// <summary>The figures of the positive class.</summary>
    public ClassStatistics PositiveClass => PerClass[Positive];

    /// <summary>The share of examples whose class was predicted right.</summary>
    public double Accuracy => (double)correct / Total;

    /// <summary>The exact (Clopper-Pearson) 95% confidence interval of <see cref="Accuracy"/>.</summary>
    public ConfidenceInterval AccuracyInterval => Tails.ClopperPearson(correct, Total, Confidence);

    /// <summary>
    /// The share of the most common reference class: the accuracy of always predicting it.
    /// </summary>
    public double NoInformationRate => (double)reference.Max() / Total;

    /// <summary>
    /// The probability of at least this many right predictions if the true accuracy were
    /// <see cref="NoInformationRate"/>: the exact one-sided binomial test.
    /// </summary>
    public double AccuracyPValue => Tails.BinomialAtLeast(correct, Total, NoInformationRate);

    /// <summary>
    /// Cohen's kappa, (accuracy - chance) / (1 - chance), where chance is the agreement expected of independent
    /// predictions with the same class frequencies. NaN if everything is one class, in prediction and reference.
    /// </summary>
    public double Kappa
    {
        get
        {
            var chance = 0.0;
            for (var k = 0; k < predicted.Length; k++)
                chance += (double)predicted[k] / Total * ((double)reference[k] / Total);
            return (Accuracy - chance) / (1 - chance);
        }
    }

    /// <summary>
    /// The p-value of McNemar's test of symmetry: whether mistakes in both directions are equally common. Two classes:
    /// (|b - c| - 1)^2 / (b + c), the continuity correction left out where b = c. More classes (Bowker's
    /// generalisation): the sum of (b - c)^2 / (b + c) over pairs of classes, without correction, against chi-squared
    /// with one degree of freedom for each pair. NaN if any pair of classes was never mistaken for each other.
    /// </summary>
    public double McNemarPValue
    {
        get
        {
            var statistic = 0.0;
            for (var row = 0; row < Classes.Count; row++)
            {
                for (var column = row + 1; column < Classes.Count; column++)
                {
                    var difference = Math.Abs((double)counts[row, column] - counts[column, row]);
                    if (Classes.Count == 2 && difference > 0) difference -= 1;
                    statistic += difference * difference / ((double)counts[row, column] + counts[column, row]);
                }
            }

            return double.IsNaN(statistic)
                ? double.NaN
                : Tails.ChiSquaredAtLeast(statistic, Classes.Count * (Classes.Count - 1.0) / 2);
        }
    }

    /// <summary>Number of examples of one reference class that were predicted as one class.</summary>
    /// <param name="predictedClass">Number of the predicted class, the row.</param>
    /// <param name="referenceClass">Number of the reference class, the column.</param>
    public int this[int predictedClass, int referenceClass] => counts[predictedClass, referenceClass];

    /// <summary>Counts predictions against the truth.</summary>
    /// <param name="predicted">Predicted class number of every example.</param>
    /// <param name="reference">True class number of every example, in the same order.</param>
    /// <param name="classes">Names of the classes; class numbers are places in this list, from 0.</param>
    /// <param name="positive">Number of the class that <see cref="PositiveClass"/> speaks of.</param>
    /// <exception cref="ShapeException">The two have different lengths or no examples.</exception>
    /// <exception cref="OptionException">
    /// A class number is outside <paramref name="classes"/>, or the classes are at fault.
    /// </exception>
    public static ConfusionMatrix From(
        ReadOnlySpan<int> predicted, ReadOnlySpan<int> reference, IReadOnlyList<string> classes, int positive = 0)
    {
        ConfusionChecks.Classes(classes, positive);
        ConfusionChecks.Lengths(predicted.Length, reference.Length);
        ConfusionChecks.Labels(predicted, "Predicted", classes);
        ConfusionChecks.Labels(reference, "Reference", classes);

        var counts = new int[classes.Count, classes.Count];
        for (var i = 0; i < predicted.Length; i++) counts[predicted[i], reference[i]]++;
        return new ConfusionMatrix(counts, classes, positive);
    }

    /// <summary>
    /// The counts and all statistics as a table for people: four significant digits, lines end in <c>\n</c>.
    /// </summary>
    public override string ToString() => ConfusionReport.Write(this);
}
