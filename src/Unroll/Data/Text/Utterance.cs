using System.Text;

namespace Unroll.Data.Text;

/// <summary>Where words and tags stand in a line that is a sentence: words, a tab, tags.</summary>
/// <param name="Words">The words, BOS and EOS among them.</param>
/// <param name="Tags">The tags; none where the line has no tab.</param>
/// <param name="Edge">1 where the words stand between BOS and EOS, which are none; else 0.</param>
internal sealed record Utterance(List<Range> Words, List<Range> Tags, int Edge)
{
    private const string Begin = "BOS";
    private const string End = "EOS";

    /// <summary>Finds them.</summary>
    /// <param name="line">A line, without its break.</param>
    public static Utterance Find(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (tab < 0) tab = line.Length;
        var words = ConllLayout.Split(line.AsSpan(0, tab), false);
        var tags = ConllLayout.Split(line.AsSpan(Math.Min(tab + 1, line.Length)), false);
        var edge = words.Count >= 2 && line[words[0]] == Begin && line[words[^1]] == End ? 1 : 0;
        return new Utterance(words, [.. tags.Select(at => (at.Start.Value + tab + 1)..(at.End.Value + tab + 1))], edge);
    }

    /// <summary>What is wrong with the line, in sentences; null: nothing.</summary>
    public string? Fault(bool wordsOnly)
    {
        if (Words.Count == 2 * Edge) return "This line has no words. Write some, or take the line out.";
        if (Tags.Count == Words.Count || (wordsOnly && Tags.Count == 0)) return null;
        return $"This line has {Words.Count} words but {Tags.Count} tags. Expected words, a tab, and as many tags, with blanks between them.";
    }

    /// <summary>The words, each with its tag or alone.</summary>
    public IEnumerable<string[]> Rows(string line, bool isTagged) => Enumerable.Range(Edge, Words.Count - (2 * Edge))
        .Select(i => isTagged ? (string[])[line[Words[i]], line[Tags[i]]] : [line[Words[i]]]);

    /// <summary>The tag of EOS; null where there is none.</summary>
    public string? Label(string line) => Edge == 1 && Tags.Count > 0 ? line[Tags[^1]] : null;

    /// <summary>The line with other tags.</summary>
    /// <param name="line">The line, with its break.</param>
    /// <param name="tags">A tag for each word.</param>
    /// <param name="label">The tag of EOS; null: the one it has, or O.</param>
    public string Tagged(string line, IReadOnlyList<string> tags, string? label)
    {
        if (Tags.Count == 0)
        {
            IEnumerable<string> all = Edge == 1 ? ["O", .. tags, label ?? "O"] : tags;
            return line.Insert(Words[^1].End.Value, "\t" + string.Join(' ', all));
        }

        var changed = new StringBuilder(line);
        if (label is not null) Replace(changed, Tags[^1], label);
        for (var i = tags.Count - 1; i >= 0; i--) Replace(changed, Tags[i + Edge], tags[i]); // from behind: what stands before keeps its place
        return changed.ToString();
    }

    private static void Replace(StringBuilder text, Range place, string by)
    {
        var (start, length) = place.GetOffsetAndLength(text.Length);
        text.Remove(start, length).Insert(start, by);
    }
}
