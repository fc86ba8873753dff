using Unroll.Data.Text;

namespace Unroll.Language;

/// <summary>The tags that a tagger chooses from, and the labels of whole sentences where it tells those, too.</summary>
/// <param name="Tags">The tags, by number.</param>
/// <param name="Labels">The labels, whose numbers follow those of the tags; none where sentences have none.</param>
public sealed record TagSet(IReadOnlyList<string> Tags, IReadOnlyList<string> Labels)
{
    private readonly Dictionary<string, int> numbers = Tags.Select((tag, number) => (tag, number)).ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<string, int> labelNumbers = Labels.Select((label, number) => (label, number)).ToDictionary(StringComparer.Ordinal);

    /// <summary>How the tags mark spans. Default: not at all.</summary>
    public TagScheme Scheme { get; init; }

    /// <summary>How tags are written that are told: in the scheme that training data came in. Default: not as spans.</summary>
    public TagScheme Told { get; init; }

    /// <summary>How many numbers there are: outputs that a model needs.</summary>
    public int Count => Tags.Count + Labels.Count;

    /// <summary>Tags and labels.</summary>
    internal IReadOnlyList<string> All => [.. Tags, .. Labels];

    /// <summary>The tags and labels of training sentences, the most frequent first.</summary>
    /// <param name="tags">The tags of each sentence.</param>
    /// <param name="labels">The label of each; null: it has none.</param>
    /// <param name="scheme">How a model is to mark spans; null: as the tags do. Ignored where tags mark no spans.</param>
    public static TagSet Fit(IReadOnlyList<IReadOnlyList<string>> tags, IReadOnlyList<string?> labels, TagScheme? scheme = null)
    {
        var told = TagSchemes.Find(tags);
        var learnt = told == TagScheme.Plain ? told : scheme ?? told;
        var names = ByFrequency(tags.SelectMany(sentence => learnt == TagScheme.Plain ? sentence : TagSchemes.Convert(sentence, learnt)));
        if (learnt != TagScheme.Plain && !names.Contains("O")) names.Add("O");
        return new TagSet(names, ByFrequency(labels.OfType<string>())) { Scheme = learnt, Told = told };
    }

    /// <summary>
    /// The numbers of a sentence's tags, and of its label behind them. A span of which a tag is not in the set is as if it were not
    /// marked; another such tag, or label, counts as the most frequent one.
    /// </summary>
    /// <param name="tags">The tags.</param>
    /// <param name="label">The label; null where there is none.</param>
    internal int[] Code(IReadOnlyList<string> tags, string? label)
    {
        if (Scheme != TagScheme.Plain)
        {
            var spans = Spans.Of(tags);
            var written = Spans.ToTags(spans, tags.Count, Scheme);
            var known = spans.Where(span => written[span.Start..span.End].All(numbers.ContainsKey)).ToArray();
            tags = Spans.ToTags(known, tags.Count, Scheme);
        }

        int[] codes = [.. tags.Select(tag => numbers.GetValueOrDefault(tag))];
        return Labels.Count == 0 ? codes : [.. codes, Tags.Count + (label is null ? 0 : labelNumbers.GetValueOrDefault(label))];
    }

    /// <summary>Tags as they are told.</summary>
    internal IReadOnlyList<string> Tell(IReadOnlyList<string> tags) => Scheme == Told ? tags : TagSchemes.Convert(tags, Told);

    private static List<string> ByFrequency(IEnumerable<string> names) =>
        [.. names.CountBy(name => name, StringComparer.Ordinal).OrderByDescending(pair => pair.Value).Select(pair => pair.Key)];
}
