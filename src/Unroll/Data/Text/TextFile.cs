using System.Collections;
using System.Text;

namespace Unroll.Data.Text;

/// <summary>The lines of a text file, read as they are asked for and as often: memory does not grow with the file.</summary>
/// <remarks>
/// <code>
/// var lines = new TextFile("novel.txt.gz");
/// var encoder = TextEncoder.Fit(lines, new WordTokenizer());
/// var ids = TokenFile.Encode(lines, encoder, endLines: true);
/// </code>
/// A line ends with LF, CR LF or CR. A file named *.gz is unpacked. The encoding is told from the first four million bytes: UTF-8, UTF-16 with
/// a byte order mark, CP949 (Korean) or Windows-1252. Bytes that are no text in it become U+FFFD.
/// </remarks>
public sealed class TextFile : IEnumerable<string>
{
    private const int Sample = 1 << 22;

    private readonly Encoding encoding;

    /// <summary>Finds a file and its encoding.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">The encoding's name, such as "cp949" or "latin1"; null: told from the bytes.</param>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    /// <exception cref="OptionException">The encoding is not known.</exception>
    public TextFile(string path, string? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        var notes = new List<string>();
        this.encoding = TextDecoder.Tolerant(encoding is null ? Start(path) : [], encoding, notes.Add);
        Notes = notes;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What was found out about the file, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Whether lines are given with the line break that ends them, always "\n": for models of characters. Default: false.</summary>
    public bool KeepBreaks { get; init; }

    /// <summary>Reads the file from its beginning.</summary>
    /// <exception cref="DataException">The file cannot be read (any more).</exception>
    public IEnumerator<string> GetEnumerator()
    {
        using var reader = new StreamReader(DataFile.Open(Path), encoding, detectEncodingFromByteOrderMarks: true, 1 << 16);
        var buffer = new char[1 << 15];
        var line = new StringBuilder();
        var isAfterReturn = false; // the line feed of a CR LF belongs to the break before it
        while (DataFile.Guarded(Path, () => reader.Read(buffer)) is > 0 and var count)
        {
            for (var at = 0; at < count;)
            {
                if (isAfterReturn && buffer[at] == '\n') at++;
                isAfterReturn = false;
                var rest = buffer.AsMemory(at, count - at);
                var length = rest.Span.IndexOfAny('\n', '\r');
                line.Append(length < 0 ? rest : rest[..length]);
                if (length < 0) break;
                at += length + 1;
                isAfterReturn = buffer[at - 1] == '\r';
                if (KeepBreaks) line.Append('\n');
                yield return line.ToString();
                line.Clear();
            }
        }

        if (line.Length > 0) yield return line.ToString();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The first bytes of a file, up to the end of a line.</summary>
    private static ReadOnlySpan<byte> Start(string path)
    {
        using var file = DataFile.Open(path);
        var bytes = new byte[Sample];
        var count = DataFile.Guarded(path, () => file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        var whole = count < bytes.Length ? count : bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        return bytes.AsSpan(0, whole > 0 ? whole : count);
    }
}
