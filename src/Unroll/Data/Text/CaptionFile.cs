using System.Globalization;

namespace Unroll.Data.Text;

/// <summary>A picture and what several people said of it.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Captions">What was said, in the order of the file.</param>
public sealed record CaptionedPicture(string Name, IReadOnlyList<string> Captions);

/// <summary>Reads captions of pictures, several of each, as Flickr8k hands them out (Hodosh, Young and Hockenmaier 2013).</summary>
/// <remarks>
/// <code>
/// 1000268201_693b08cb0e.jpg#1   A girl going into a wooden building .
/// </code>
/// A line has the picture's name, <c>#</c> and a number, a tab, and a caption. The file is UTF-8; one named *.gz is unpacked. Captions
/// without words are passed over.
/// </remarks>
public static class CaptionFile
{
    private const string Between = " | ";

    /// <summary>Reads all pictures, in the order of their first captions.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file cannot be read, is not UTF-8, has no captions, or a line is not as told.</exception>
    public static IReadOnlyList<CaptionedPicture> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var captions = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in StrictLines.Read(path))
        {
            var text = StrictLines.Content(line.Text).TrimStart('\ufeff');
            if (string.IsNullOrWhiteSpace(text)) continue;
            var (tab, mark) = (text.IndexOf('\t'), text.IndexOf('#'));
            if (mark <= 0 || tab < mark)
            {
                throw new DataException("Expected a picture's name, '#' and a number, a tab, and a caption. Write the line so, or take it out.")
                { File = path, Line = line.Number, Text = text };
            }

            var caption = text[(tab + 1)..].Trim();
            if (!captions.TryGetValue(text[..mark], out var own)) captions.Add(text[..mark], own = []);
            if (caption.Length > 0) own.Add(caption);
        }

        if (captions.Count == 0) throw new DataException("The file has no captions. Give some, one to a line.") { File = path };
        return [.. captions.Select(pair => new CaptionedPicture(pair.Key, pair.Value))];
    }

    /// <summary>
    /// What is to be made of the captions of a picture, a task of summarising: of all but the shortest, with <c>|</c> between them, the
    /// shortest, which tends to name what matters.
    /// </summary>
    /// <param name="pictures">Pictures; those with a single caption are left out.</param>
    public static ParallelTexts Merging(IReadOnlyList<CaptionedPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var (sources, targets) = (new List<string>(), new List<string>());
        foreach (var (_, captions) in pictures)
        {
            if (captions.Count < 2) continue;
            var shortest = Shortest(captions);
            sources.Add(string.Join(Between, captions.Where((_, place) => place != shortest)));
            targets.Add(captions[shortest]);
        }

        var note = string.Create(CultureInfo.InvariantCulture, $"{sources.Count:N0} pictures with several captions.");
        return new ParallelTexts(sources, targets) { Notes = [note] };
    }

    /// <summary>The shortest of the captions that a merged text was made of.</summary>
    internal static string ShortestOf(string merged)
    {
        var captions = merged.Split(Between);
        return captions[Shortest(captions)];
    }

    /// <summary>The place of the caption with the fewest words, the first of several.</summary>
    private static int Shortest(IReadOnlyList<string> captions) =>
        Enumerable.Range(0, captions.Count).MinBy(place => captions[place].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
}
