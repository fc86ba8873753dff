using System.IO.Compression;
using System.Text;

namespace Unroll.Data;

/// <summary>From a file to its text: opening, unpacking and decoding, with a clear message for every way to fail.</summary>
internal static class CsvText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file in UTF-8, without its byte order mark; a file named *.gz is unpacked.</summary>
    public static string Read(string path)
    {
        if (Directory.Exists(path)) throw new DataException("This is a directory. Name the file in it to read.") { File = path };
        if (!File.Exists(path))
        {
            throw new DataException(
                $"There is no such file. Check the path; it was looked up from '{Environment.CurrentDirectory}'.") { File = path };
        }

        try
        {
            return Decode(path, Bytes(path));
        }
        catch (InvalidDataException error)
        {
            throw new DataException("The file is not a whole gzip file. Fetch or pack it again.", error) { File = path };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file cannot be read: {error.Message}", error) { File = path };
        }
    }

    private static byte[] Bytes(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return File.ReadAllBytes(path);
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static string Decode(string path, byte[] bytes)
    {
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        try
        {
            return Strict.GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException error)
        {
            var before = bytes.AsSpan(start, Math.Clamp(error.Index, 0, bytes.Length - start));
            throw new DataException("The file is not UTF-8 text. Save it as UTF-8 and read it again.", error)
            {
                File = path,
                Line = before.Count((byte)'\n') + 1,
            };
        }
    }

    /// <summary>The number of line breaks in a text: CR LF, CR and LF each count once.</summary>
    public static int LineBreaks(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n'))) count++;
        }

        return count;
    }

    /// <summary>The separator that stands most often, outside quotes, in the first line that is not blank.</summary>
    public static char DetectSeparator(ReadOnlySpan<char> text)
    {
        int commas = 0, semicolons = 0, tabs = 0;
        var quoted = false;
        foreach (var letter in text.TrimStart("\r\n"))
        {
            if (letter == '"') quoted = !quoted;
            if (quoted) continue;
            if (letter is '\r' or '\n') break;
            if (letter == ',') commas++;
            if (letter == ';') semicolons++;
            if (letter == '\t') tabs++;
        }

        if (commas >= Math.Max(semicolons, tabs)) return ',';
        return semicolons >= tabs ? ';' : '\t';
    }
}
