namespace Unroll.Language;

/// <summary>What may come next.</summary>
/// <param name="Text">A character, or a whole word.</param>
/// <param name="Probability">How probable it is; for a word that is begun, among the words that begin so.</param>
public readonly record struct SuggestedToken(string Text, double Probability);
