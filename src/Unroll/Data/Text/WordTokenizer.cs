using System.Text;

namespace Unroll.Data.Text;

/// <summary>
/// Cuts into words: runs of letters, marks and digits of any script, with apostrophes and hyphens inside. Punctuation is left out,
/// or becomes tokens of its own.
/// </summary>
public sealed class WordTokenizer : Tokenizer
{
    /// <summary>Whether letters become small. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Whether punctuation marks and symbols, emoji among them, are tokens. Default: false, they are left out.</summary>
    public bool Punctuation { get; init; }

    internal override bool KeepsSpaces => false;

    /// <inheritdoc/>
    public override string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Lowercase) text = text.ToLowerInvariant();
        var tokens = new List<string>();
        var start = -1;
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            if (IsWord(rune) || (start >= 0 && IsJoint(text, i)))
            {
                if (start < 0) start = i;
            }
            else
            {
                if (start >= 0) tokens.Add(text[start..i]);
                start = -1;
                if (Punctuation && !Rune.IsWhiteSpace(rune)) tokens.Add(rune.ToString());
            }

            i += length;
        }

        if (start >= 0) tokens.Add(text[start..]);
        return [.. tokens];
    }

    /// <inheritdoc/>
    public override string Join(IEnumerable<string> tokens)
    {
        var text = new StringBuilder();
        string? left = null;
        foreach (var token in tokens)
        {
            text.Append(Between(left, token)).Append(token);
            left = token;
        }

        return text.ToString();
    }

    internal override string Between(string? left, string right)
    {
        if (left is null) return "";
        return right is "." or "," or "!" or "?" or ";" or ":" or ")" or "]" or "%" || left is "(" or "[" ? "" : " ";
    }

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) ||
        Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    /// <summary>An apostrophe or a hyphen between two letters.</summary>
    private static bool IsJoint(string text, int place) =>
        text[place] is '\'' or '’' or '-' && place + 1 < text.Length && char.IsLetterOrDigit(text[place + 1]);
}
