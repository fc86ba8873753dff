using System.Text;

namespace Unroll.Data;

/// <summary>The lines of a file that must be UTF-8, one after the other: memory does not grow with the file.</summary>
internal static class StrictLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; one named *.gz is unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The number of each line, from 1, and the line as it stands: with its break, the first with a byte order mark.</returns>
    /// <exception cref="DataException">The file cannot be read, or a line is not UTF-8.</exception>
    public static IEnumerable<(int Number, string Text)> Read(string path)
    {
        using var file = DataFile.Open(path);
        var buffer = new byte[1 << 16];
        var line = new MemoryStream();
        var number = 0;
        while (DataFile.Guarded(path, () => file.Read(buffer)) is > 0 and var count)
        {
            for (var at = 0; at < count;)
            {
                var rest = buffer.AsSpan(at, count - at);
                var length = rest.IndexOf((byte)'\n') + 1;
                line.Write(length > 0 ? rest[..length] : rest);
                if (length == 0) break;
                at += length;
                yield return (++number, Decode(line, path, number));
                line.SetLength(0);
            }
        }

        if (line.Length > 0) yield return (++number, Decode(line, path, number));
    }

    /// <summary>A line without its break, LF or CR LF.</summary>
    public static string Content(string line) => line.EndsWith("\r\n", StringComparison.Ordinal) ? line[..^2] : line.EndsWith('\n') ? line[..^1] : line;

    private static string Decode(MemoryStream line, string path, int number)
    {
        try
        {
            return Strict.GetString(line.GetBuffer(), 0, (int)line.Length);
        }
        catch (DecoderFallbackException error)
        {
            throw new DataException("Expected UTF-8, but this line holds bytes that are none. Save the file as UTF-8.", error) { File = path, Line = number };
        }
    }
}
