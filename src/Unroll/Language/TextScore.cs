namespace Unroll.Language;

/// <summary>How well a language model foresaw a text.</summary>
/// <param name="Nats">The sum of -ln p of all tokens.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="Unknown">How many of them are not in the vocabulary; they are scored as unknown, not as what they are.</param>
/// <param name="Characters">Number of characters, as a reader counts them.</param>
public readonly record struct TextScore(double Nats, int Tokens, int Unknown, int Characters)
{
    /// <summary>The mean of -ln p, in nats a token.</summary>
    public double NatsPerToken => Nats / Tokens;

    /// <summary>e^<see cref="NatsPerToken"/>: among how many equally probable tokens the model chose, so to speak.</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>The mean of -log2 p, in bits a character, which compares models with other tokens.</summary>
    public double BitsPerCharacter => Nats / Math.Log(2) / Characters;
}
