namespace Unroll.Language;

/// <summary>A target that was written, or is being written.</summary>
/// <param name="Ids">Its tokens, the end not among them.</param>
/// <param name="LogProbability">The logarithm of its probability, that of its end included.</param>
public sealed record Hypothesis(IReadOnlyList<int> Ids, double LogProbability)
{
    /// <summary>What it was compared with others by; see <see cref="SearchOptions"/>.</summary>
    public double Score { get; init; }

    /// <summary>Whether it came to its end, rather than to the most tokens allowed.</summary>
    public bool IsComplete { get; init; }

    /// <summary>For each token, and for the end, how much it attended to each token of the input; empty without attention.</summary>
    public IReadOnlyList<float[]> Attention { get; init; } = [];
}

/// <summary>Something that can say how probable each next token is, for several inputs and several ways on from each.</summary>
internal abstract class NextTokens
{
    /// <summary>Number of tokens to choose from.</summary>
    public abstract int Ids { get; }

    /// <summary>Number of inputs.</summary>
    public abstract int Inputs { get; }

    /// <summary>Tokens of an input.</summary>
    public abstract int LengthOf(int input);

    /// <summary>Moves on.</summary>
    /// <param name="parents">For each row the row of the last call that it goes on from; in the first call its input.</param>
    /// <param name="tokens">For each row the token it goes on with; in the first call the one that begins a target.</param>
    /// <returns>The logarithm of each next token's probability, [rows, ids]; it lives until the next call.</returns>
    public abstract ReadOnlySpan<float> Next(ReadOnlySpan<int> parents, ReadOnlySpan<int> tokens);

    /// <summary>How much a row of the last call attended to each token of its input; empty without attention.</summary>
    public virtual ReadOnlySpan<float> AttentionOf(int row) => [];
}
