using System.Globalization;
using System.Text;

namespace Unroll.Evaluation.Text;

/// <summary>What a summary shares with its reference, as a share of either.</summary>
/// <param name="Precision">Shared / of the prediction; 0 where it is empty.</param>
/// <param name="Recall">Shared / of the reference; 0 where it is empty.</param>
/// <param name="F1">Their harmonic mean; 0 where both are. Of a mean of texts the mean of theirs.</param>
public sealed record RougeScore(double Precision, double Recall, double F1)
{
    internal static RougeScore Of(int shared, int predicted, int reference)
    {
        var (precision, recall) = ((double)shared / Math.Max(predicted, 1), (double)shared / Math.Max(reference, 1));
        return new RougeScore(precision, recall, shared == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }
}

/// <summary>ROUGE: how much of a reference a summary says: words, pairs of words, and the longest sequence of words in the same order.</summary>
/// <remarks>
/// <code>
/// var rouge = Rouge.Mean(summaries, references);
/// Console.WriteLine($"ROUGE-L {rouge.L.F1:P1}");
/// </code>
/// Words are runs of letters, marks and digits of any script, in lower case, without stemming. Of ASCII texts the figures are those of
/// Google's rouge_score, which drops all other letters: Korean, Greek or accented ones would not count there. Lin, ROUGE (2004).
/// </remarks>
/// <param name="One">Words (ROUGE-1).</param>
/// <param name="Two">Pairs of words side by side (ROUGE-2).</param>
/// <param name="L">The longest common subsequence of words (ROUGE-L).</param>
public sealed record Rouge(RougeScore One, RougeScore Two, RougeScore L)
{
    /// <summary>The scores of one text.</summary>
    /// <param name="predicted">The summary.</param>
    /// <param name="reference">Its reference.</param>
    public static Rouge Of(string predicted, string reference)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(reference);
        var (words, truth) = (Words(predicted), Words(reference));
        return new Rouge(Runs(1), Runs(2), RougeScore.Of(LongestCommon(words, truth), words.Length, truth.Length));

        RougeScore Runs(int order) => RougeScore.Of(
            NGrams.Shared(NGrams.Count(words, order), NGrams.Count(truth, order)), NGrams.Total(words.Length, order), NGrams.Total(truth.Length, order));
    }

    /// <summary>The mean scores of texts.</summary>
    /// <param name="predicted">The summaries.</param>
    /// <param name="reference">Their references, in the same order.</param>
    /// <exception cref="ShapeException">There are not as many references, or no texts.</exception>
    public static Rouge Mean(IEnumerable<string> predicted, IEnumerable<string> reference)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(reference);
        Rouge[] all = [.. TextChecks.Pairs(predicted, reference, "texts").Select(pair => Of(pair.Predicted, pair.Reference))];
        if (all.Length == 0) throw new ShapeException("There are no texts, so there is nothing to judge. Give at least one.");
        return new Rouge(Average(rouge => rouge.One), Average(rouge => rouge.Two), Average(rouge => rouge.L));

        RougeScore Average(Func<Rouge, RougeScore> part) => new(
            all.Average(rouge => part(rouge).Precision), all.Average(rouge => part(rouge).Recall), all.Average(rouge => part(rouge).F1));
    }

    private static string[] Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in PythonText.Lower(text).EnumerateRunes())
        {
            if (IsOfWord(rune)) word.Append(rune.ToString());
            else Close();
        }

        Close();
        return [.. words];

        void Close()
        {
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>The length of the longest sequence of words that both have in the same order, other words between them or not.</summary>
    private static int LongestCommon(string[] one, string[] other)
    {
        var row = new int[other.Length + 1]; // of the words so far of one, and the first j of the other
        foreach (var word in one)
        {
            var diagonal = 0;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = word == other[j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
