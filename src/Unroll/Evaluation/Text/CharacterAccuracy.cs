using System.Globalization;
using System.Text;
using Unroll.Data;

namespace Unroll.Evaluation.Text;

/// <summary>How well texts are reproduced character by character: for sums, dates, spellings and other short answers.</summary>
/// <remarks>
/// <code>
/// var accuracy = CharacterAccuracy.From(answers, right);
/// Console.WriteLine($"{accuracy.ExactMatch:P1} exact, {accuracy.Edits:P1} of the characters");
/// </code>
/// Characters are code points; case counts. <see cref="Edits"/> forgives a character too many or too few, <see cref="Positions"/> does not: all
/// behind it stand at another place.
/// </remarks>
/// <param name="ExactMatch">The share of texts that are the reference to the character.</param>
/// <param name="Edits">
/// 1 - insertions, deletions and replacements that it takes / characters of the references: 1 - the character error rate. Below 0 where the
/// predictions are much too long.
/// </param>
/// <param name="Positions">The share of places at which both have the same character; places are counted of the longer of the two.</param>
public sealed record CharacterAccuracy(double ExactMatch, double Edits, double Positions)
{
    /// <summary>Compares texts.</summary>
    /// <param name="predicted">The texts.</param>
    /// <param name="reference">What they should be, in the same order; not all empty.</param>
    /// <exception cref="ShapeException">There are not as many references, or not one character in them.</exception>
    public static CharacterAccuracy From(IEnumerable<string> predicted, IEnumerable<string> reference)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(reference);
        int texts = 0, exact = 0;
        long edits = 0, characters = 0, places = 0, same = 0;
        foreach (var (text, truth) in TextChecks.Pairs(predicted, reference, "texts"))
        {
            texts++;
            if (string.Equals(text, truth, StringComparison.Ordinal)) exact++;
            Rune[] found = [.. text.EnumerateRunes()], right = [.. truth.EnumerateRunes()];
            edits += EditDistance.Between<Rune>(found, right);
            characters += right.Length;
            places += Math.Max(found.Length, right.Length);
            same += found.Zip(right).Count(pair => pair.First == pair.Second);
        }

        if (characters == 0) throw new ShapeException("The references have no characters, so there is nothing to judge. Give at least one.");
        return new CharacterAccuracy((double)exact / texts, 1 - ((double)edits / characters), (double)same / places);
    }

    /// <summary>The three figures in percent.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{100 * ExactMatch:F2}% exact, {100 * Edits:F2}% of characters by edits, {100 * Positions:F2}% by positions");
}
