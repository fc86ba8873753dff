using System.Globalization;
using System.Text;

namespace Unroll.Data.Text;

/// <summary>
/// The words of a text as byte pair encoding sees them: runs of letters and digits, and runs of anything else that is no white space;
/// a blank before a word is its first character.
/// </summary>
internal ref struct BytePairWords(string text)
{
    /// <summary>Stands for a blank.</summary>
    public const char Blank = '\u2581';

    /// <summary>Characters of a word, at most: so the time that a text takes grows as its length does.</summary>
    public const int Longest = 64;

    private readonly char[] word = new char[1 + (2 * Longest)];
    private int at;
    private int length;
    private bool isFirst = true;

    /// <summary>The word; what it says is lost with the next.</summary>
    public readonly ReadOnlySpan<char> Current => word.AsSpan(0, length);

    /// <summary>Goes to the next word.</summary>
    public bool MoveNext()
    {
        length = 0;
        var count = 0;
        bool? isWord = null;
        while (at < text.Length && count < Longest)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var units);
            var isBlank = rune.Value == Blank || Rune.IsWhiteSpace(rune);
            var kind = isBlank ? null : KindOf(rune);
            if (count > 0 && (isBlank || (kind ?? isWord) != (isWord ?? kind))) break;
            if (!isBlank)
            {
                if (isFirst) word[length++] = Blank;
                text.AsSpan(at, units).CopyTo(word.AsSpan(length));
                length += units;
                isWord ??= kind;
                count++;
            }

            isFirst = isBlank;
            at += units;
        }

        return count > 0;
    }

    /// <summary>Whether a character is of a word or not; null where it goes with what it stands beside.</summary>
    private static bool? KindOf(Rune rune) =>
        Rune.IsLetterOrDigit(rune) ? true
        : Rune.GetUnicodeCategory(rune) is var category && (Characters.IsMark(category) || category == UnicodeCategory.Format) ? null
        : false;
}
