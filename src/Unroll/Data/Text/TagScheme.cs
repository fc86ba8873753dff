namespace Unroll.Data.Text;

/// <summary>How tags of words mark spans of words, or that they do not (Ramshaw, Marcus 1995; Ratnaparkhi 1998; Ratinov, Roth 2009).</summary>
public enum TagScheme
{
    /// <summary>A tag speaks of its word alone, such as a part of speech.</summary>
    Plain,

    /// <summary>I- in a span; B- at its beginning only behind another span of the same type; O outside.</summary>
    Iob1,

    /// <summary>B- at the beginning of each span, I- behind it; also called BIO.</summary>
    Iob2,

    /// <summary>B- at the beginning, I- inside, E- at the end; S- for a span of one word; also called BIOES.</summary>
    Iobes,

    /// <summary>The same with L- (last) and U- (unit).</summary>
    Bilou,
}

/// <summary>What a <see cref="TagScheme"/> allows, and how one is told and changed into another.</summary>
public static class TagSchemes
{
    /// <summary>Finds the scheme of tagged sentences.</summary>
    /// <remarks>
    /// <code>
    /// var scheme = TagSchemes.Find(new ConllFile("train.txt").Select(sentence => sentence.Tags));
    /// </code>
    /// Told by the letters before hyphens; IOB1 from IOB2 by which of the two fewer tags break. Tags that are all O, or of which one is no
    /// letter and type, are plain.
    /// </remarks>
    /// <param name="sentences">The tags of each sentence.</param>
    public static TagScheme Find(IEnumerable<IReadOnlyList<string>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var letters = new HashSet<char>();
        int faultsOfIob1 = 0, faultsOfIob2 = 0;
        foreach (var tags in sentences)
        {
            var last = SpanTag.Outside;
            foreach (var text in tags)
            {
                if (SpanTag.TryParse(text) is not { } tag) return TagScheme.Plain;
                letters.Add(tag.Letter);
                if (!Allows(TagScheme.Iob1, last, tag)) faultsOfIob1++;
                if (!Allows(TagScheme.Iob2, last, tag)) faultsOfIob2++;
                last = tag;
            }
        }

        letters.Remove('O');
        var (endOrSingle, lastOrUnit) = (letters.Overlaps("ES"), letters.Overlaps("LU"));
        if (letters.Count == 0 || (endOrSingle && lastOrUnit)) return TagScheme.Plain;
        if (endOrSingle || lastOrUnit) return endOrSingle ? TagScheme.Iobes : TagScheme.Bilou;
        return faultsOfIob1 < faultsOfIob2 ? TagScheme.Iob1 : TagScheme.Iob2;
    }

    /// <summary>Tags that mark the same spans in another scheme. Tags that break theirs are read as <see cref="Spans.Of"/> does.</summary>
    /// <param name="tags">The tags of a sentence, in any scheme for spans.</param>
    /// <param name="scheme">The scheme to come.</param>
    /// <exception cref="DataException">A tag is none of a scheme for spans.</exception>
    /// <exception cref="OptionException">The scheme marks no spans.</exception>
    public static string[] Convert(IReadOnlyList<string> tags, TagScheme scheme) => Spans.ToTags(Spans.Of(tags), tags.Count, scheme);

    extension(TagScheme scheme)
    {
        /// <summary>Whether a tag may follow another.</summary>
        /// <param name="from">The tag before; null: the sentence begins.</param>
        /// <param name="to">The tag; null: the sentence ends.</param>
        /// <exception cref="DataException">A tag is none of the scheme.</exception>
        public bool Allows(string? from, string? to)
        {
            if (scheme == TagScheme.Plain) return true;
            return Allows(scheme, Part(scheme, from), Part(scheme, to));
        }
    }

    private static SpanTag Part(TagScheme scheme, string? text)
    {
        var tag = text is null ? SpanTag.Outside : SpanTag.Parse(text);
        var letters = scheme switch { TagScheme.Iobes => "BIOES", TagScheme.Bilou => "BILOU", _ => "BIO" };
        if (letters.Contains(tag.Letter, StringComparison.Ordinal)) return tag;
        throw new DataException(
            $"This tag is none of {scheme.ToString().ToUpperInvariant()}, which has {string.Join(", ", letters.AsEnumerable())}. Name the scheme of the tags.")
        {
            Text = text,
        };
    }

    private static bool Allows(TagScheme scheme, SpanTag from, SpanTag to)
    {
        var isSame = !from.IsOutside && from.Type == to.Type;
        return scheme switch
        {
            TagScheme.Iob1 => to.Letter != 'B' || isSame,
            TagScheme.Iob2 => to.Letter != 'I' || isSame,
            // B and I stay in the span, until it ends by a tag of its own.
            _ => from.Letter is 'B' or 'I' ? isSame && to.Letter is 'I' or 'E' or 'L' : to.Letter is 'B' or 'S' or 'U' or 'O',
        };
    }
}
