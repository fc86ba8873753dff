namespace Unroll.Data.Text;

/// <summary>A sentence of a <see cref="ConllFile"/>: its words, their tags, and its lines as they stand in the file.</summary>
public sealed class ConllSentence
{
    private readonly ConllLayout layout;
    private readonly string[] lines;
    private readonly int[] places; // the line of each word
    private readonly string[][] rows;

    /// <summary>Makes a sentence that stands in no file: a word and its tag to a line, a tab between them.</summary>
    /// <param name="words">Its words, at least one; none is empty or holds a tab or line break.</param>
    /// <param name="tags">A tag for each, without blanks.</param>
    /// <exception cref="ShapeException">There are no words, or not as many tags.</exception>
    /// <exception cref="DataException">A word or tag cannot be written.</exception>
    public ConllSentence(IReadOnlyList<string> words, IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(tags);
        if (words.Count == 0) throw new ShapeException("The sentence has no words. Give at least one.");
        CheckTags(tags, words.Count);
        foreach (var word in words) Check(word, "word", "\t\n\r");
        layout = new ConllLayout(ConllFormat.Columns, true, 2, 0, 1);
        rows = [.. words.Zip(tags, (word, tag) => (string[])[word, tag])];
        lines = [.. rows.Select(row => $"{row[0]}\t{row[1]}\n"), "\n"];
        places = [.. Enumerable.Range(0, words.Count)];
        (Words, Tags) = ([.. words], [.. tags]);
    }

    internal ConllSentence(ConllLayout layout, int line, string[] lines, int[] places, string[][] rows, string[] tags, string? label)
    {
        (this.layout, this.lines, this.places, this.rows) = (layout, lines, places, rows);
        (Line, Tags, Label) = (line, tags, label);
        Words = [.. rows.Select(row => row[layout.Word])];
    }

    /// <summary>The line of the file on which it begins, its comments included; 0 where it stands in none.</summary>
    public int Line { get; }

    /// <summary>Its words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The tag of each word; empty where it was read for its words only.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>The columns of each word.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => rows;

    /// <summary>What is said of the whole sentence: the tag of EOS (the intent) in utterances from BOS to EOS; else null.</summary>
    public string? Label { get; }

    /// <summary>Its comments, without "#".</summary>
    public IReadOnlyList<string> Comments =>
        [.. lines.Where((line, i) => line[0] == '#' && !places.Contains(i)).Select(line => StrictLines.Content(line)[1..].Trim())];

    /// <summary>What must be written behind it before another: the break of its last line, and an empty line where sentences need one.</summary>
    internal string Closing
    {
        get
        {
            var needsLine = layout.Format != ConllFormat.Utterances && !ConllLayout.IsBlank(StrictLines.Content(lines[^1]));
            return (lines[^1].EndsWith('\n') ? "" : "\n") + (needsLine ? "\n" : "");
        }
    }

    /// <summary>Whether it has a place for a label.</summary>
    internal bool TakesLabel => layout.Format == ConllFormat.Utterances && Utterance.Find(StrictLines.Content(lines[places[0]])).Edge == 1;

    /// <summary>The same sentence with other tags; all else stays as it stands.</summary>
    /// <param name="tags">A tag for each word, without blanks.</param>
    /// <param name="label">What is said of the whole sentence, in utterances from BOS to EOS; null: what was said.</param>
    /// <exception cref="ShapeException">There are not as many tags as words.</exception>
    /// <exception cref="DataException">A tag is empty or holds a blank, or a label has no place.</exception>
    public ConllSentence WithTags(IReadOnlyList<string> tags, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(tags);
        CheckTags(tags, Words.Count);
        if (label is not null) Check(label, "label", " \t\n\r");
        var changed = (string[])lines.Clone();
        var utterance = layout.Format == ConllFormat.Utterances ? Utterance.Find(StrictLines.Content(lines[places[0]])) : null;
        if (label is not null && utterance?.Edge != 1)
            throw new DataException("This sentence has no place for a label: only utterances from BOS to EOS have. Give its tags alone.") { Text = label };
        if (utterance is not null) changed[places[0]] = utterance.Tagged(lines[places[0]], tags, label);
        else for (var i = 0; i < tags.Count; i++) changed[places[i]] = Tagged(lines[places[i]], tags[i]);
        string[][] all = [.. rows.Zip(tags, (row, tag) => (string[])[.. row.Take(layout.Tag), tag, .. row.Skip(layout.Tag + 1)])];
        return new ConllSentence(layout, Line, changed, places, all, [.. tags], label ?? Label);
    }

    /// <summary>Its lines as they stand in the file, the empty ones behind it included.</summary>
    public override string ToString() => string.Concat(lines);

    /// <summary>The same sentence with lines behind it that belong to no other.</summary>
    internal ConllSentence Before(IEnumerable<string> more) => new(layout, Line, [.. lines, .. more], places, rows, [.. Tags], Label);

    private string Tagged(string line, string tag)
    {
        var columns = layout.Split(StrictLines.Content(line));
        if (layout.Tag < columns.Count)
            return string.Concat(line.AsSpan(0, columns[layout.Tag].Start.Value), tag, line.AsSpan(columns[layout.Tag].End.Value));
        return line.Insert(columns[^1].End.Value, (layout.IsTabbed || columns.Count == 1 ? "\t" : " ") + tag);
    }

    private static void CheckTags(IReadOnlyList<string> tags, int words)
    {
        if (tags.Count != words) throw new ShapeException($"The sentence has {words} words but {tags.Count} tags. Give one for every word.");
        foreach (var tag in tags) Check(tag, "tag", " \t\n\r");
    }

    private static void Check(string text, string what, string forbidden)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAny(forbidden))
            throw new DataException($"This cannot be written as a {what}: it is empty, or holds what parts columns. Write another sign.") { Text = text };
    }
}
