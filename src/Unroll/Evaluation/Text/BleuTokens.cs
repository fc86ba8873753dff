using System.Globalization;
using System.Text;

namespace Unroll.Evaluation.Text;

/// <summary>The tokenizers of BLEU: blanks are put around what stands apart, then texts are split at blanks.</summary>
internal static class BleuTokens
{
    /// <summary>The tokens of a text.</summary>
    public static string[] Of(string text, BleuOptions options)
    {
        text = PythonText.TrimEnd(options.Lowercase ? PythonText.Lower(text) : text);
        return options.Tokenizer switch
        {
            BleuTokenizer.V13a => V13a(text),
            BleuTokenizer.International => International(text),
            BleuTokenizer.Characters => Characters(text),
            _ => PythonText.Split(text),
        };
    }

    /// <summary>The characters of a text, white space aside.</summary>
    public static string[] Characters(string text) =>
        [.. text.EnumerateRunes().Where(rune => !(rune.IsBmp && PythonText.IsSpace((char)rune.Value))).Select(rune => rune.ToString())];

    private static string[] V13a(string text)
    {
        text = text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        var runes = Apart(Runes($" {text} "), IsMark);
        runes = Behind(runes, rune => !IsDigit(rune), IsStop);
        runes = Before(runes, IsStop, rune => !IsDigit(rune));
        return Split(Behind(runes, IsDigit, rune => rune.Value == '-'));

        static bool IsMark(Rune rune) =>
            rune.IsAscii && (Rune.IsPunctuation(rune) || Rune.IsSymbol(rune)) && rune.Value is not ('\'' or ',' or '-' or '.');
        static bool IsStop(Rune rune) => rune.Value is '.' or ',';
        static bool IsDigit(Rune rune) => rune.Value is >= '0' and <= '9';
    }

    private static string[] International(string text)
    {
        var runes = Behind(Runes(text), rune => !IsNumber(rune), Rune.IsPunctuation);
        runes = Before(runes, Rune.IsPunctuation, rune => !IsNumber(rune));
        return Split(Apart(runes, Rune.IsSymbol));

        static bool IsNumber(Rune rune) => Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
    }

    /// <summary>Blanks around each of a kind.</summary>
    private static List<Rune> Apart(List<Rune> text, Func<Rune, bool> isApart)
    {
        var parted = new List<Rune>(text.Count * 2);
        foreach (var rune in text)
        {
            if (isApart(rune)) parted.AddRange([Blank, rune, Blank]);
            else parted.Add(rune);
        }

        return parted;
    }

    /// <summary>Blanks around each of a kind that stands behind another kind: "ab" becomes "a b ". What was matched is not matched again.</summary>
    private static List<Rune> Behind(List<Rune> text, Func<Rune, bool> isFirst, Func<Rune, bool> isApart) =>
        Pairs(text, isFirst, isApart, (first, apart) => [first, Blank, apart, Blank]);

    /// <summary>Blanks around each of a kind that stands before another kind: "ab" becomes " a b".</summary>
    private static List<Rune> Before(List<Rune> text, Func<Rune, bool> isApart, Func<Rune, bool> isSecond) =>
        Pairs(text, isApart, isSecond, (apart, second) => [Blank, apart, Blank, second]);

    private static List<Rune> Pairs(List<Rune> text, Func<Rune, bool> isFirst, Func<Rune, bool> isSecond, Func<Rune, Rune, Rune[]> parts)
    {
        var parted = new List<Rune>(text.Count * 2);
        for (var i = 0; i < text.Count; i++)
        {
            if (i + 1 < text.Count && isFirst(text[i]) && isSecond(text[i + 1])) parted.AddRange(parts(text[i], text[++i]));
            else parted.Add(text[i]);
        }

        return parted;
    }

    private static Rune Blank { get; } = new(' ');

    private static List<Rune> Runes(string text) => [.. text.EnumerateRunes()];

    private static string[] Split(List<Rune> text) => PythonText.Split(string.Concat(text));
}
