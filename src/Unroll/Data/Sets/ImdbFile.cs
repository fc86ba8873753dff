using System.Text;

namespace Unroll.Data.Sets;

/// <summary>
/// Reads a file of coded reviews, byte by byte: `label TAB ids with a blank between them`, a review a line.
/// </summary>
internal static class ImdbFile
{
    /// <summary>Reviews in the file of each part.</summary>
    public const int Reviews = 25_000;

    private const int Unknown = 2;

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="DataException">A line is malformed, or there are more or fewer lines than reviews.</exception>
    public static LabelledSequences Read(string path, ImdbOptions options)
    {
        var bytes = DataFile.Read(path).Span;
        var sequences = new List<int[]>(Reviews);
        var labels = new List<int>(Reviews);
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (line.Length < 3 || line[0] is not ((byte)'0' or (byte)'1') || line[1] != '\t')
                throw Malformed(path, sequences.Count + 1, line);
            labels.Add(line[0] - '0');
            sequences.Add(Ids(line[2..], options) ?? throw Malformed(path, sequences.Count + 1, line));
        }

        if (sequences.Count == Reviews) return new LabelledSequences(sequences, labels);
        throw new DataException(
            $"Expected {Reviews} reviews, one a line, but there are {sequences.Count}. " +
            "Delete the file and run `unroll data fetch imdb`.")
        {
            File = path,
        };
    }

    /// <summary>The ids of a line, or null where something else stands among them.</summary>
    private static int[]? Ids(ReadOnlySpan<byte> text, ImdbOptions options)
    {
        var count = text.Count((byte)' ') + 1;
        var skipped = Math.Max(0, count - (options.MaxLength ?? count));
        var limit = options.NumWords ?? int.MaxValue;
        var ids = new int[count - skipped];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var start = at;
            var id = 0L;
            for (; at < text.Length && (uint)(text[at] - '0') <= 9 && at - start < 10; at++) id = (id * 10) + text[at] - '0';
            if (at == start || id > int.MaxValue || (at < text.Length && text[at] != ' ')) return null;
            at++;
            if (i >= skipped) ids[i - skipped] = id < limit ? (int)id : Unknown;
        }

        return ids;
    }

    private static DataException Malformed(string path, int line, ReadOnlySpan<byte> text) => new(
        "A review is a label (0 or 1), a tab and ids with a blank between them. " +
        "Delete the file and run `unroll data fetch imdb`.")
    {
        File = path,
        Line = line,
        Text = Encoding.UTF8.GetString(text),
    };
}
