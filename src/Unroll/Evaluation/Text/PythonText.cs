using System.Globalization;
using System.Text;

namespace Unroll.Evaluation.Text;

/// <summary>What Python does with texts and figures where .NET does otherwise: scores that were defined by programs in it depend on that.</summary>
internal static class PythonText
{
    /// <summary>Code points that stand between the capital sigma and the letters that tell whether it ends a word.</summary>
    private const string Ignorable = "'.:·՟״‘’․‧︓﹒﹕＇．：";

    /// <summary>The pieces between white space, as str.split().</summary>
    public static string[] Split(string text)
    {
        var pieces = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isSpace = i == text.Length || IsSpace(text[i]);
            if (!isSpace && start < 0) start = i;
            if (!isSpace || start < 0) continue;
            pieces.Add(text[start..i]);
            start = -1;
        }

        return [.. pieces];
    }

    /// <summary>A text without the white space at its end, as str.rstrip().</summary>
    public static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    /// <summary>White space as str.isspace(): the four separators of ASCII too.</summary>
    public static bool IsSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\x1c' and <= '\x1f';

    /// <summary>Lower case as str.lower(): a capital sigma at the end of a word becomes ς, and İ an i with its dot.</summary>
    public static string Lower(string text)
    {
        var lower = new StringBuilder(text.Length);
        Rune[] runes = [.. text.EnumerateRunes()];
        for (var i = 0; i < runes.Length; i++)
        {
            if (runes[i].Value == 'İ') lower.Append("i\u0307");
            else if (runes[i].Value == 'Σ') lower.Append(EndsWord(runes, i) ? 'ς' : 'σ');
            else lower.Append(Rune.ToLowerInvariant(runes[i]).ToString());
        }

        return lower.ToString();
    }

    /// <summary>A figure with so many decimals; one that lies exactly between two becomes the even one, as in C and Python.</summary>
    public static string Fixed(double value, int decimals)
    {
        // Only a number of halves of the last decimal that is exact in binary can lie between: k / 2^(decimals + 1) with k odd.
        var isBetween = Math.ScaleB(value, decimals + 1) is var halves && Math.Abs(halves) < 1e15 && Math.Abs(Math.IEEERemainder(halves, 2)) == 1;
        return (isBetween ? Math.Round(value, decimals, MidpointRounding.ToEven) : value).ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a cased letter stands before, and none behind, marks and some punctuation aside.</summary>
    private static bool EndsWord(Rune[] runes, int at)
    {
        var before = Array.FindLastIndex(runes, Math.Max(at - 1, 0), at, rune => !IsIgnorable(rune));
        var behind = Array.FindIndex(runes, at + 1, rune => !IsIgnorable(rune));
        return before >= 0 && IsCased(runes[before]) && !(behind >= 0 && IsCased(runes[behind]));
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnorable(Rune rune) => Ignorable.Contains(rune.ToString(), StringComparison.Ordinal) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or
        UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
