using System.Text;
using System.Text.Json.Serialization;
using Unroll.Formats;

namespace Unroll.Data.Text;

/// <summary>Cuts a text into tokens (words, characters, parts of words), and puts tokens together again.</summary>
/// <remarks>
/// <code>
/// var tokenizer = new WordTokenizer { Punctuation = true };
/// var tokens = tokenizer.Tokenize("A fine film!"); // a, fine, film, !
/// </code>
/// A tokenizer takes any text, in time that grows as its length does. It is brought into Unicode's normalisation form C first, so that
/// letters with accents, or Hangul, are the same however they were written; a broken surrogate becomes U+FFFD.
/// </remarks>
[JsonConverter(typeof(TokenizerConverter))]
public abstract class Tokenizer
{
    private protected Tokenizer()
    {
    }

    /// <summary>Whether <see cref="Join"/> of <see cref="Tokenize"/> gives the text back, up to normalisation: spaces are kept.</summary>
    internal abstract bool KeepsSpaces { get; }

    /// <summary>Tokens that a vocabulary has even where no text shows them.</summary>
    internal virtual IEnumerable<string> Symbols => [];

    /// <summary>What the first token of a word begins with: "", or a sign for the blank before it.</summary>
    internal virtual string NewWord => "";

    /// <summary>Cuts a text.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Its tokens in their order; none is empty, and an empty text has none.</returns>
    public string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<string>();
        Cut(CanonicalForm.Compose(text), tokens);
        return [.. tokens];
    }

    /// <summary>Puts tokens together as a person would write them.</summary>
    /// <param name="tokens">Tokens as <see cref="Tokenize"/> gives them.</param>
    public virtual string Join(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        string? left = null;
        foreach (var token in tokens)
        {
            text.Append(Written(left, token));
            left = token;
        }

        return text.ToString();
    }

    /// <summary>What a token adds to a text: itself, behind what <see cref="Between"/> says.</summary>
    /// <param name="left">The token before; null at the beginning of a text.</param>
    /// <param name="token">The token to be written.</param>
    internal virtual string Written(string? left, string token) => Between(left, token) + token;

    /// <summary>What stands between two neighbouring tokens when they are written: "", or a blank.</summary>
    /// <param name="left">The token before; null at the beginning of a text.</param>
    /// <param name="right">The token to be written.</param>
    internal abstract string Between(string? left, string right);

    /// <summary>A tokenizer that has learnt what it needs from texts; itself where it needs nothing.</summary>
    /// <param name="texts">Training texts.</param>
    public virtual Tokenizer Fit(IEnumerable<string> texts) => this;

    /// <summary>Cuts a text in form C without broken surrogates.</summary>
    private protected abstract void Cut(string text, List<string> tokens);
}
