using Unroll.Data.Text;

namespace Unroll.Language;

/// <summary>Puts the letters of Hangul together that a text of pieces brings one by one.</summary>
internal static class SyllablePieces
{
    /// <summary>The pieces with whole syllables; one is held back until no further letter can belong to it.</summary>
    /// <param name="pieces">The text; conjoining letters are pieces of their own.</param>
    public static IEnumerable<string> Composed(IEnumerable<string> pieces)
    {
        var held = '\0'; // a leading consonant, or a syllable
        foreach (var piece in pieces)
        {
            var letter = piece.Length == 1 ? piece[0] : '\0';
            if (Hangul.Compose(held, letter) is > 0 and var syllable)
            {
                held = (char)syllable;
                continue;
            }

            if (held != '\0') yield return Characters.Token([held]);
            held = Hangul.IsLeading(letter) ? letter : '\0';
            if (held == '\0') yield return piece;
        }

        if (held != '\0') yield return Characters.Token([held]);
    }
}
