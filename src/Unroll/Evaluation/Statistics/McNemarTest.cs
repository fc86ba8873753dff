namespace Unroll.Evaluation;

/// <summary>
/// The exact test of McNemar: whether one of two classifiers of the same samples is right more often, or whether the difference may be
/// chance. McNemar, Note on the sampling error of the difference between correlated proportions or percentages (1947).
/// </summary>
/// <remarks>
/// Only samples on which one of the two alone is right tell them apart: were both as good, each of these would be the first's or the
/// second's with the same probability, ½.
/// <code>
/// p = 2 Σ_{i ≥ max(OnlyFirst, OnlySecond)} C(n, i) / 2^n     n = OnlyFirst + OnlySecond, p at most 1
/// Console.WriteLine(McNemarTest.Compare(mine, theirs, truth).PValue);
/// </code>
/// </remarks>
/// <param name="OnlyFirst">How many samples the first alone has right.</param>
/// <param name="OnlySecond">How many samples the second alone has right.</param>
public sealed record McNemarTest(int OnlyFirst, int OnlySecond)
{
    /// <summary>The probability of a difference this large or larger, either way, if both were as good.</summary>
    public double PValue => Math.Min(1, 2 * Tails.BinomialAtLeast(Math.Max(OnlyFirst, OnlySecond), OnlyFirst + OnlySecond, 0.5));

    /// <summary>Counts on which samples one of two classifiers alone is right.</summary>
    /// <param name="first">What the first says of each sample.</param>
    /// <param name="second">What the second says.</param>
    /// <param name="truth">What is true.</param>
    /// <exception cref="ShapeException">They are not as many.</exception>
    public static McNemarTest Compare(IReadOnlyList<int> first, IReadOnlyList<int> second, IReadOnlyList<int> truth)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(truth);
        if (first.Count != truth.Count || second.Count != truth.Count)
        {
            throw new ShapeException(
                $"{first.Count} and {second.Count} answers cannot be held against {truth.Count} true classes. Give one of each for every sample.");
        }

        var (onlyFirst, onlySecond) = (0, 0);
        for (var i = 0; i < truth.Count; i++)
        {
            if (first[i] == second[i]) continue;
            if (first[i] == truth[i]) onlyFirst++;
            if (second[i] == truth[i]) onlySecond++;
        }

        return new McNemarTest(onlyFirst, onlySecond);
    }
}
