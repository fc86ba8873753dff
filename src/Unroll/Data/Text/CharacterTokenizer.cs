namespace Unroll.Data.Text;

/// <summary>
/// Cuts into what a reader takes for one character (Unicode's extended grapheme clusters): a letter with its accents, a Hangul
/// syllable, an emoji with all its parts, a space, a line break.
/// </summary>
public sealed class CharacterTokenizer : Tokenizer
{
    internal override bool KeepsSpaces => true;

    internal override string Between(string? left, string right) => "";

    private protected override void Cut(string text, List<string> tokens)
    {
        tokens.EnsureCapacity(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var length = Characters.Length(rest);
            tokens.Add(Characters.Token(rest[..length]));
            rest = rest[length..];
        }
    }
}
