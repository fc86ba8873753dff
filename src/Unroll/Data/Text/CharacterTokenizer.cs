using System.Globalization;

namespace Unroll.Data.Text;

/// <summary>
/// Cuts into what a reader takes for one character (Unicode's extended grapheme clusters): a letter with its accents, a Hangul
/// syllable, an emoji with all its parts, a space, a line break.
/// </summary>
public sealed class CharacterTokenizer : Tokenizer
{
    internal override bool KeepsSpaces => true;

    /// <inheritdoc/>
    public override string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<string>(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            tokens.Add(rest[..length].ToString());
            rest = rest[length..];
        }

        return [.. tokens];
    }

    /// <inheritdoc/>
    public override string Join(IEnumerable<string> tokens) => string.Concat(tokens);

    internal override string Between(string? left, string right) => "";
}
