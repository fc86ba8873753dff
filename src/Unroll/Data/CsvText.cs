using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>From a file to its text: decoding, line breaks and separators.</summary>
internal static class CsvText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file in UTF-8, without its byte order mark; a file named *.gz is unpacked.</summary>
    public static string Read(string path)
    {
        var bytes = DataFile.Read(path).Span;
        return Decode(path, bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    private static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            var before = bytes[..Math.Clamp(error.Index, 0, bytes.Length)];
            throw new DataException("The file is not UTF-8 text. Save it as UTF-8 and read it again.", error)
            {
                File = path,
                Line = before.Count((byte)'\n') + 1,
            };
        }
    }

    /// <summary>A text as a field of a CSV file: in quotes where it needs them.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A number as a field of a CSV file, in single precision.</summary>
    public static string Number(double value) => ((float)value).ToString(CultureInfo.InvariantCulture);

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
