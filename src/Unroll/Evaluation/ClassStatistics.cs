namespace Unroll.Evaluation;

/// <summary>How well one class is told from all others: every figure is a share from 0 to 1.</summary>
/// <remarks>
/// With TP, FP, FN and TN the numbers of true and false positives and negatives, and n their sum. A share of nothing
/// (a class that never occurs in the reference, or is never predicted) is <see cref="double.NaN"/>.
/// </remarks>
public sealed record ClassStatistics
{
    internal ClassStatistics(string name, long truePositives, long predicted, long reference, long total)
    {
        Name = name;
        TruePositives = truePositives;
        FalsePositives = predicted - truePositives;
        FalseNegatives = reference - truePositives;
        TrueNegatives = total - predicted - FalseNegatives;
    }

    /// <summary>Name of the class.</summary>
    public string Name { get; }

    /// <summary>TP: examples of the class that were predicted as it.</summary>
    public long TruePositives { get; }

    /// <summary>FP: examples of other classes that were predicted as this one.</summary>
    public long FalsePositives { get; }

    /// <summary>FN: examples of the class that were predicted as another.</summary>
    public long FalseNegatives { get; }

    /// <summary>TN: examples of other classes that were predicted as other classes.</summary>
    public long TrueNegatives { get; }

    /// <summary>TP / (TP + FN): the share of the class that was found.</summary>
    public double Sensitivity => Share(TruePositives, TruePositives + FalseNegatives);

    /// <summary>TN / (TN + FP): the share of the other classes that was kept apart.</summary>
    public double Specificity => Share(TrueNegatives, TrueNegatives + FalsePositives);

    /// <summary>TP / (TP + FP): how often a prediction of the class is right.</summary>
    public double PositivePredictiveValue => Share(TruePositives, TruePositives + FalsePositives);

    /// <summary>TN / (TN + FN): how often a prediction of another class is right to be another.</summary>
    public double NegativePredictiveValue => Share(TrueNegatives, TrueNegatives + FalseNegatives);

    /// <summary>The same as <see cref="PositivePredictiveValue"/>, by its name in retrieval.</summary>
    public double Precision => PositivePredictiveValue;

    /// <summary>The same as <see cref="Sensitivity"/>, by its name in retrieval.</summary>
    public double Recall => Sensitivity;

    /// <summary>
    /// 2 precision recall / (precision + recall), their harmonic mean; NaN where either is, or where both are 0.
    /// </summary>
    public double F1 => 2 * Precision * Recall / (Precision + Recall);

    /// <summary>(TP + FN) / n: how common the class is in the reference.</summary>
    public double Prevalence => Share(TruePositives + FalseNegatives, Total);

    /// <summary>TP / n: how common a correct prediction of the class is.</summary>
    public double DetectionRate => Share(TruePositives, Total);

    /// <summary>(TP + FP) / n: how common a prediction of the class is.</summary>
    public double DetectionPrevalence => Share(TruePositives + FalsePositives, Total);

    /// <summary>The mean of <see cref="Sensitivity"/> and <see cref="Specificity"/>.</summary>
    public double BalancedAccuracy => (Sensitivity + Specificity) / 2;

    private long Total => TruePositives + FalsePositives + FalseNegatives + TrueNegatives;

    private static double Share(long part, long whole) => (double)part / whole;
}
