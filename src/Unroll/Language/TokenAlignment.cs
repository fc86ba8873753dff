using Unroll.Data.Text;

namespace Unroll.Language;

/// <summary>Finds tokens in the text that they were cut from.</summary>
internal static class TokenAlignment
{
    /// <summary>
    /// The text in pieces: tokens as they stand there, with their weights, and what lies between them. Where tokens cannot be found, as
    /// when a tokenizer takes letters apart, the tokens themselves with blanks between them.
    /// </summary>
    public static IReadOnlyList<TokenWeight> Of(string text, IReadOnlyList<TokenWeight> tokens)
    {
        var pieces = new List<TokenWeight>();
        var end = 0;
        foreach (var token in tokens)
        {
            var letters = token.Text.TrimStart(BytePairWords.Blank);
            var start = Find(text, letters, end);
            if (start < 0) return [.. tokens.SelectMany((piece, place) => place == 0 ? (TokenWeight[])[piece] : [new(" ", null, null), piece])];
            if (start > end) pieces.Add(new TokenWeight(text[end..start], null, null));
            end = start + letters.Length;
            pieces.Add(token with { Text = text[start..end] });
        }

        if (end < text.Length) pieces.Add(new TokenWeight(text[end..], null, null));
        return pieces;
    }

    /// <summary>Where a token begins, with no letter or digit before it that belongs to no token; -1: nowhere.</summary>
    private static int Find(string text, string token, int from)
    {
        for (var start = from; start + token.Length <= text.Length; start++)
        {
            if (text.AsSpan(start, token.Length).Equals(token, StringComparison.OrdinalIgnoreCase)) return start;
            if (char.IsLetterOrDigit(text[start])) return -1;
        }

        return -1;
    }
}
