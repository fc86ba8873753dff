namespace Unroll.Language;

/// <summary>The words of a sentence, with what else is known of each of them.</summary>
/// <param name="Words">The words; none is empty.</param>
public sealed record WordSequence(IReadOnlyList<string> Words)
{
    /// <summary>Further columns, such as parts of speech: for each as many values as there are words. Default: none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Features { get; init; } = [];
}
