namespace Unroll.Data.Text;

/// <summary>Which ids a <see cref="KerasTokenizer"/> gives. The defaults are those of Keras's IMDB reviews.</summary>
public sealed record KerasTokenizerOptions
{
    /// <summary>The id of padding, which no word gets.</summary>
    public const int PaddingId = 0;

    /// <summary>
    /// The number of ids: the size that an embedding needs. A word whose id would be this or more becomes
    /// <see cref="UnknownId"/>. Default null: every word of the index keeps its id.
    /// </summary>
    public int? NumWords { get; init; }

    /// <summary>The id that begins every text. Default 1; null for none.</summary>
    public int? StartId { get; init; } = 1;

    /// <summary>The id of words that are not in the index or too rare. Default 2.</summary>
    public int UnknownId { get; init; } = 2;

    /// <summary>What is added to a word's rank (1 for the most frequent) to make its id. Default 3.</summary>
    public int IndexFrom { get; init; } = 3;

    /// <summary>
    /// Whether a word that is not in the index leaves no trace. Default false: it becomes <see cref="UnknownId"/>.
    /// Words that are only too rare (<see cref="NumWords"/>) become <see cref="UnknownId"/> either way. The published
    /// IMDB reviews were prepared with true.
    /// </summary>
    public bool DropUnknown { get; init; }

    /// <summary>Checks the options; reports all faults together.</summary>
    /// <exception cref="OptionException">Ids are out of range or collide.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        var largest = Math.Max(StartId ?? 0, UnknownId);
        if (StartId is <= PaddingId) faults.Add($"StartId must be above 0, which is padding, but it is {StartId}");
        if (UnknownId <= PaddingId) faults.Add($"UnknownId must be above 0, which is padding, but it is {UnknownId}");
        if (StartId == UnknownId) faults.Add($"StartId and UnknownId are both {UnknownId}");
        if (IndexFrom < largest) faults.Add($"IndexFrom is {IndexFrom}, so that words would take id {largest}; set {largest} or more");
        if (NumWords <= largest) faults.Add($"NumWords must be more than {largest}, the largest reserved id, but it is {NumWords}");
        if (faults.Count > 0) throw new OptionException($"KerasTokenizerOptions cannot be used: {string.Join("; ", faults)}.");
    }
}
