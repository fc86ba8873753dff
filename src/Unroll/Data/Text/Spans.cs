namespace Unroll.Data.Text;

/// <summary>Words side by side that belong together, and what they are.</summary>
/// <param name="Start">The place of its first word, from 0.</param>
/// <param name="End">The place behind its last word.</param>
/// <param name="Type">What it is, such as "NP" or "PER".</param>
public readonly record struct LabelledSpan(int Start, int End, string Type);

/// <summary>Spans of words, and the tags that mark them.</summary>
public static class Spans
{
    /// <summary>The spans that tags mark, whatever their scheme, in the order of their places.</summary>
    /// <remarks>
    /// <code>
    /// var spans = Spans.Of(["B-PER", "I-PER", "O", "B-LOC"]); // (0, 2, PER), (3, 4, LOC)
    /// </code>
    /// As conlleval (Tjong Kim Sang, Buchholz 2000) does with tags that break their scheme: a span begins with B, S or U, where the type is not
    /// that of the tag before, and behind O, E, S, L and U; all other tags go on with the span before.
    /// </remarks>
    /// <param name="tags">The tags of a sentence: O, and a letter, a hyphen and a type.</param>
    /// <exception cref="DataException">A tag is none of a scheme for spans.</exception>
    public static IReadOnlyList<LabelledSpan> Of(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var spans = new List<LabelledSpan>();
        var (last, start) = (SpanTag.Outside, 0);
        for (var i = 0; i <= tags.Count; i++)
        {
            var tag = i < tags.Count ? SpanTag.Parse(tags[i]) : SpanTag.Outside;
            if (!last.GoesOnWith(tag))
            {
                if (!last.IsOutside) spans.Add(new LabelledSpan(start, i, last.Type));
                start = i;
            }

            last = tag;
        }

        return spans;
    }

    /// <summary>The tags that mark spans.</summary>
    /// <param name="spans">The spans, in the order of their places; no two share a word.</param>
    /// <param name="length">How many words the sentence has.</param>
    /// <param name="scheme">How spans are marked.</param>
    /// <exception cref="OptionException">The scheme marks no spans.</exception>
    /// <exception cref="ShapeException">A span is empty, outside of the sentence, or shares a word with the one before.</exception>
    public static string[] ToTags(IReadOnlyList<LabelledSpan> spans, int length, TagScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var (begin, end, single) = scheme switch
        {
            TagScheme.Iob1 => ('I', 'I', 'I'),
            TagScheme.Iob2 => ('B', 'I', 'B'),
            TagScheme.Iobes => ('B', 'E', 'S'),
            TagScheme.Bilou => ('B', 'L', 'U'),
            _ => throw new OptionException("Plain tags mark no spans. Name IOB1, IOB2, IOBES or BILOU.", nameof(scheme)),
        };
        var tags = new string[length];
        Array.Fill(tags, SpanTag.Outside.ToString());
        var last = new LabelledSpan(0, 0, "");
        foreach (var span in spans)
        {
            if (span.Start < last.End || span.End <= span.Start || span.End > length)
            {
                throw new ShapeException(
                    $"The span from {span.Start} to {span.End} does not fit behind {last.End} into {length} words. Give spans in order, none over another.");
            }

            for (var i = span.Start; i < span.End; i++)
            {
                var (isFirst, isLast) = (i == span.Start, i == span.End - 1);
                var letter = isFirst && isLast ? single : isFirst ? begin : isLast ? end : 'I';
                // IOB1 marks a beginning only where the span before is of the same type and ends there.
                if (scheme == TagScheme.Iob1 && isFirst && last.End == i && i > 0 && last.Type == span.Type) letter = 'B';
                tags[i] = new SpanTag(letter, span.Type).ToString();
            }

            last = span;
        }

        return tags;
    }
}
