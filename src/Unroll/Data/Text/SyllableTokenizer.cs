namespace Unroll.Data.Text;

/// <summary>
/// Cuts text of scripts whose characters are syllables, Korean above all: each Hangul syllable, kana or Chinese character is a token,
/// letters and digits of other scripts stay together as words, and each space, punctuation mark or emoji is a token.
/// </summary>
/// <remarks>A Hangul letter that stands alone, such as each of ㅋㅋㅋ, is a token too. <see cref="Tokenizer.Join"/> gives the text back.</remarks>
public sealed class SyllableTokenizer : Tokenizer
{
    internal override bool KeepsSpaces => true;

    internal override string Between(string? left, string right) => "";

    private protected override void Cut(string text, List<string> tokens)
    {
        var start = -1;
        for (var at = 0; at < text.Length;)
        {
            var character = text.AsSpan(at, Characters.Length(text.AsSpan(at)));
            if (!IsSyllable(character) && Characters.IsWord(character))
            {
                if (start < 0) start = at;
            }
            else
            {
                if (start >= 0) tokens.Add(text[start..at]);
                start = -1;
                tokens.Add(Characters.Token(character));
            }

            at += character.Length;
        }

        if (start >= 0) tokens.Add(text[start..]);
    }

    /// <summary>Whether a character is of a script without letters to a word: Hangul, kana, Han with the signs that stand for it.</summary>
    private static bool IsSyllable(ReadOnlySpan<char> character) => character[0] is
        (>= '\uac00' and <= '\ud7ff') or (>= '\u1100' and <= '\u11ff') or (>= '\u3130' and <= '\u318f') or (>= '\ua960' and <= '\ua97f')
        or (>= '\u3005' and <= '\u3007') or (>= '\u3040' and <= '\u30ff') or (>= '\u31f0' and <= '\u31ff') or (>= '\uff66' and <= '\uffdc')
        or (>= '\u3400' and <= '\u4dbf') or (>= '\u4e00' and <= '\u9fff') or (>= '\uf900' and <= '\ufaff')
        or (>= '\ud840' and <= '\ud88d'); // the high surrogates of planes 2 and 3, which are Han
}
