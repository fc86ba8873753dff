namespace Unroll.Data.Text;

/// <summary>
/// Cuts Hangul syllables into their letters: leading consonant, vowel, trailing consonant. Everything else is cut as
/// <see cref="CharacterTokenizer"/> does.
/// </summary>
/// <remarks>
/// The letters are the conjoining jamo of Unicode (U+1100 to U+11FF), which say where in a syllable they stand: so
/// <see cref="Tokenizer.Join"/> knows the syllables again, and gives the text back. 67 tokens write all 11,172 syllables.
/// </remarks>
public sealed class JamoTokenizer : Tokenizer
{
    internal override bool KeepsSpaces => true;

    /// <inheritdoc/>
    public override string Join(IEnumerable<string> tokens) => CanonicalForm.Compose(base.Join(tokens));

    internal override string Between(string? left, string right) => "";

    private protected override void Cut(string text, List<string> tokens)
    {
        tokens.EnsureCapacity(text.Length);
        Span<char> jamo = stackalloc char[3];
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var length = Characters.Length(rest);
            var character = rest[..length];
            while (!character.IsEmpty && Hangul.IsSyllable(character[0]))
            {
                foreach (ref readonly var letter in jamo[..Hangul.Decompose(character[0], jamo)]) tokens.Add(Characters.Token(new(in letter)));
                character = character[1..];
            }

            if (!character.IsEmpty) tokens.Add(Characters.Token(character));
            rest = rest[length..];
        }
    }
}
