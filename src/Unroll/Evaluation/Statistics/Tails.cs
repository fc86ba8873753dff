namespace Unroll.Evaluation;

/// <summary>Tail probabilities of the tests, and the exact interval of a proportion.</summary>
internal static class Tails
{
    /// <summary>The probability of at least so many successes in n independent trials.</summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Number of trials.</param>
    /// <param name="probability">Probability of one success.</param>
    internal static double BinomialAtLeast(long successes, long trials, double probability) => successes == 0
        ? 1
        : IncompleteBeta.Regularized(probability, successes, trials - successes + 1.0);

    /// <summary>The probability that a chi-squared variable is at least x.</summary>
    /// <param name="x">0 or more.</param>
    /// <param name="degrees">Degrees of freedom, more than 0.</param>
    internal static double ChiSquaredAtLeast(double x, double degrees) => IncompleteGamma.Upper(degrees / 2, x / 2);

    /// <summary>The probability that a variable of Student's t distribution is at least t.</summary>
    /// <param name="t">Any number, infinities included.</param>
    /// <param name="degrees">Degrees of freedom, more than 0.</param>
    internal static double StudentAtLeast(double t, double degrees)
    {
        var square = t * t;
        var outside = double.IsInfinity(square)
            ? 0
            : IncompleteBeta.Regularized(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5);
        return t > 0 ? outside / 2 : 1 - (outside / 2);
    }

    /// <summary>The exact (Clopper-Pearson) interval of a proportion.</summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Number of trials, at least 1.</param>
    /// <param name="confidence">Probability that the interval holds the true proportion, say 0.95.</param>
    internal static ConfidenceInterval ClopperPearson(long successes, long trials, double confidence)
    {
        var tail = (1 - confidence) / 2;
        var failures = trials - successes;
        return new ConfidenceInterval(
            successes == 0 ? 0 : IncompleteBeta.Inverse(tail, successes, failures + 1.0),
            failures == 0 ? 1 : IncompleteBeta.Inverse(1 - tail, successes + 1.0, failures));
    }
}
