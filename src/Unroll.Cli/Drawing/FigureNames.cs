namespace Unroll.Cli.Drawing;

/// <summary>What is known of figures by their names: their words, and which way is good.</summary>
internal static class FigureNames
{
    private const string Validation = "val_";

    private static readonly Dictionary<string, string> Words = new()
    {
        ["loss"] = "what training makes small",
        ["accuracy"] = "share of right answers",
        ["binary_accuracy"] = "share of right answers",
        ["categorical_accuracy"] = "share of right answers",
        ["sparse_categorical_accuracy"] = "share of right answers",
        ["sentence_accuracy"] = "share of sentences without a mistake",
        ["label_accuracy"] = "share of sentences whose label is right",
        ["precision"] = "of those predicted positive, the share that are",
        ["recall"] = "of the positives, the share found",
        ["f1"] = "harmonic mean of precision and recall",
        ["auc"] = "chance that a positive scores above a negative",
        ["mae"] = "mean absolute error",
        ["mse"] = "mean squared error",
        ["rmse"] = "root mean squared error",
        ["mape"] = "mean absolute percentage error",
        ["smape"] = "symmetric mean absolute percentage error",
        ["wape"] = "absolute errors in per cent of the sum",
        ["mase"] = "mean absolute error in units of the naive method's",
        ["owa"] = "sMAPE and MASE beside those of Naive2, 1 is as good",
        ["rse"] = "error beside the spread of the truth",
        ["corr"] = "correlation with the truth",
        ["mse_scaled"] = "mean squared error in deviations of the training part",
        ["mae_scaled"] = "mean absolute error in deviations of the training part",
        ["crps"] = "error of the whole distribution, in the unit of the target",
        ["coverage_80"] = "share of the truth within the 80 % interval",
        ["coverage_95"] = "share of the truth within the 95 % interval",
        ["r2"] = "share of the variance explained",
        ["max_error"] = "largest absolute error",
        ["bias"] = "mean error: above 0 where predictions are too low",
        ["perplexity"] = "as uncertain as a fair choice among so many",
        ["bleu"] = "runs of words in common, 0 to 100",
        ["chrf"] = "runs of letters in common, 0 to 100",
        ["rouge_1"] = "words in common",
        ["rouge_2"] = "pairs of words in common",
        ["rouge_l"] = "longest common subsequence",
        ["exact_accuracy"] = "share of texts that are right",
        ["character_accuracy"] = "share of letters that are right",
        ["bits"] = "bits that a token costs",
        ["kappa"] = "agreement beyond chance",
        ["learning_rate"] = "the size of a training step",
    };

    /// <summary>A figure in a few words; empty if nothing is known of it.</summary>
    /// <param name="name">The figure's name.</param>
    public static string Describe(string name) => Words.GetValueOrDefault(Base(name), "");

    /// <summary>The name without the mark of the validation part.</summary>
    /// <param name="name">The figure's name.</param>
    public static string Base(string name) => IsValidation(name) ? name[Validation.Length..] : name;

    /// <summary>The name that a figure has on the validation part.</summary>
    /// <param name="name">The figure's name on the training part.</param>
    public static string OfValidation(string name) => Validation + name;

    /// <summary>Whether a figure was measured on the validation part.</summary>
    /// <param name="name">The figure's name.</param>
    public static bool IsValidation(string name) => name.StartsWith(Validation, StringComparison.Ordinal);

    /// <summary>How good a value is: the larger the better; NaN if it cannot be judged.</summary>
    /// <param name="name">The figure's name.</param>
    /// <param name="value">Its value.</param>
    public static double Goodness(string name, double value)
    {
        var plain = Base(name);
        if (plain is "bias") return -Math.Abs(value);
        if (plain is "coverage_80") return -Math.Abs(value - 0.8);
        if (plain is "coverage_95") return -Math.Abs(value - 0.95);
        var largeIsGood = plain is "corr" or "r2" or "kappa" || plain.StartsWith("top_", StringComparison.Ordinal) ||
            plain.Contains("accuracy", StringComparison.Ordinal) || MonitorCallback.IsGoodWhereLarge(plain);
        return largeIsGood ? value : -value;
    }
}
