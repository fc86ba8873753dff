using System.Text.Json.Serialization;
using Unroll.Formats;

namespace Unroll.Data.Text;

/// <summary>Cuts a text into tokens (words, characters, parts of words), and puts tokens together again.</summary>
/// <remarks>
/// <code>
/// var tokenizer = new WordTokenizer { Punctuation = true };
/// var tokens = tokenizer.Tokenize("A fine film!"); // a, fine, film, !
/// </code>
/// A tokenizer takes any text: broken surrogates become U+FFFD, and an empty text has no tokens.
/// </remarks>
[JsonConverter(typeof(TokenizerConverter))]
public abstract class Tokenizer
{
    private protected Tokenizer()
    {
    }

    /// <summary>Whether <see cref="Join"/> of <see cref="Tokenize"/> gives the text back, up to normalisation: spaces are kept.</summary>
    internal abstract bool KeepsSpaces { get; }

    /// <summary>Cuts a text.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Its tokens in their order; none is empty.</returns>
    public abstract string[] Tokenize(string text);

    /// <summary>Puts tokens together as a person would write them.</summary>
    /// <param name="tokens">Tokens as <see cref="Tokenize"/> gives them.</param>
    public abstract string Join(IEnumerable<string> tokens);

    /// <summary>What stands between two neighbouring tokens when they are written: "", or a blank.</summary>
    /// <param name="left">The token before; null at the beginning of a text.</param>
    /// <param name="right">The token to be written.</param>
    internal abstract string Between(string? left, string right);

    /// <summary>A tokenizer that has learnt what it needs from texts; itself where it needs nothing.</summary>
    /// <param name="texts">Training texts.</param>
    public virtual Tokenizer Fit(IEnumerable<string> texts) => this;
}
