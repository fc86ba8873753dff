using System.Globalization;

namespace Unroll.Data;

/// <summary>Collects what is found while reading, and says it in sentences.</summary>
internal sealed class ReadingNotes
{
    private const int Named = 5;

    private readonly List<string> sentences = [];
    private readonly Dictionary<string, (List<int> Lines, int Count)> places = [];

    /// <summary>Notes a sentence.</summary>
    public void Add(string sentence) => sentences.Add(sentence);

    /// <summary>Notes that something was found in a line.</summary>
    /// <param name="sentence">Says it; {0} stands for the lines, {1} for how many were found in all.</param>
    /// <param name="line">The line.</param>
    /// <param name="count">How many were found there.</param>
    public void Mark(string sentence, int line, int count = 1)
    {
        var (lines, sum) = places.GetValueOrDefault(sentence, ([], 0));
        lines.Add(line);
        places[sentence] = (lines, sum + count);
    }

    /// <summary>All sentences, in the order in which they were first noted, those with lines last.</summary>
    public IReadOnlyList<string> Sentences() =>
        [.. sentences, .. places.Select(place => string.Format(CultureInfo.InvariantCulture, place.Key, Lines(place.Value.Lines), place.Value.Count))];

    /// <summary>"line 3", "lines 3, 7 and 12" or "lines 3, 7, 12, 15, 20 and 40 more".</summary>
    public static string Lines(IReadOnlyList<int> lines)
    {
        var shown = lines.Take(Named).Select(line => line.ToString(CultureInfo.InvariantCulture)).ToArray();
        if (shown.Length == 1) return "line " + shown[0];
        return lines.Count > Named
            ? string.Create(CultureInfo.InvariantCulture, $"lines {string.Join(", ", shown)} and {lines.Count - Named} more")
            : $"lines {string.Join(", ", shown[..^1])} and {shown[^1]}";
    }
}
