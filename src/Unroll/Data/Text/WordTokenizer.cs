namespace Unroll.Data.Text;

/// <summary>
/// Cuts into words: runs of letters, marks and digits of any script, with apostrophes and hyphens inside. Punctuation is left out,
/// or becomes tokens of its own.
/// </summary>
public sealed class WordTokenizer : Tokenizer
{
    /// <summary>Whether letters become small. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>
    /// Whether punctuation marks and symbols are tokens, each with all that belongs to it, such as an emoji's colour of skin. Default:
    /// false, they are left out.
    /// </summary>
    public bool Punctuation { get; init; }

    internal override bool KeepsSpaces => false;

    internal override string Between(string? left, string right)
    {
        if (left is null) return "";
        return right is "." or "," or "!" or "?" or ";" or ":" or ")" or "]" or "%" || left is "(" or "[" ? "" : " ";
    }

    private protected override void Cut(string text, List<string> tokens)
    {
        if (Lowercase) text = CanonicalForm.Compose(text.ToLowerInvariant());
        var start = -1;
        for (var at = 0; at < text.Length;)
        {
            var character = text.AsSpan(at, Characters.Length(text.AsSpan(at)));
            if (Characters.IsWord(character) || (start >= 0 && IsJoint(text, at)))
            {
                if (start < 0) start = at;
            }
            else
            {
                if (start >= 0) tokens.Add(text[start..at]);
                start = -1;
                if (Punctuation && !Characters.IsInvisible(character)) tokens.Add(Characters.Token(character));
            }

            at += character.Length;
        }

        if (start >= 0) tokens.Add(text[start..]);
    }

    /// <summary>An apostrophe or a hyphen inside a word: a letter or digit follows.</summary>
    private static bool IsJoint(string text, int at) =>
        text[at] is '\'' or '’' or '-' or '\u2010' or '\u2011' && at + 1 < text.Length && char.IsLetterOrDigit(text, at + 1);
}
