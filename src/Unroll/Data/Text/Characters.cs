using System.Globalization;
using System.Text;

namespace Unroll.Data.Text;

/// <summary>Characters as a reader counts them, Unicode's extended grapheme clusters (UAX #29), and what they are.</summary>
internal static class Characters
{
    private const char Keycap = '\u20e3';

    /// <summary>Tokens of one UTF-16 unit, made once; a race makes one twice at worst.</summary>
    private static readonly string?[] Single = new string?[char.MaxValue + 1];

    /// <summary>The length of the character that a text begins with.</summary>
    /// <param name="text">A text that is not empty.</param>
    public static int Length(ReadOnlySpan<char> text) =>
        text.Length == 1 || (text[0] != '\r' && IsSimple(text[0]) && IsSimple(text[1])) ? 1 : StringInfo.GetNextTextElementLength(text);

    /// <summary>A character as a token.</summary>
    public static string Token(ReadOnlySpan<char> character) =>
        character.Length == 1 ? Single[character[0]] ??= character.ToString() : character.ToString();

    /// <summary>Whether a character belongs to a word: it has a letter or a digit, or is a mark without one; a keycap is none.</summary>
    public static bool IsWord(ReadOnlySpan<char> character)
    {
        if (character.Length == 1) return char.IsLetterOrDigit(character[0]) || IsMark(CharUnicodeInfo.GetUnicodeCategory(character[0]));
        if (character.Contains(Keycap)) return false;
        Rune.DecodeFromUtf16(character, out var first, out _);
        if (IsMark(Rune.GetUnicodeCategory(first))) return true;
        foreach (var rune in character.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) return true;
        }

        return false;
    }

    /// <summary>Whether a character cannot be seen: white space, a control or a format character.</summary>
    public static bool IsInvisible(ReadOnlySpan<char> character)
    {
        Rune.DecodeFromUtf16(character, out var first, out _);
        return Rune.IsWhiteSpace(first) || Rune.GetUnicodeCategory(first) is UnicodeCategory.Control or UnicodeCategory.Format;
    }

    /// <summary>Whether a category is one of marks, which belong to what stands before them.</summary>
    public static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Two of these side by side are always two characters, but for a carriage return and a line feed.</summary>
    private static bool IsSimple(char letter) => letter < '\u0300' || Hangul.IsSyllable(letter) || letter is >= '\u4e00' and <= '\u9fff';
}
