using System.Text;

namespace Unroll.Data;

/// <summary>From bytes to text, in an encoding that is given or told from the bytes.</summary>
internal static class TextDecoder
{
    private const int Korean = 949;
    private const int Western = 1252;

    /// <summary>The text of a file, without its byte order mark; a file named *.gz is unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">The encoding's name, or null to have it detected.</param>
    /// <param name="note">Is told in a sentence what was detected, if it is not UTF-8.</param>
    public static string Read(string path, string? encoding, Action<string> note)
    {
        var bytes = DataFile.Read(path).Span;
        if (encoding is not null) return Decode(path, bytes, Named(encoding), encoding);
        if (bytes.StartsWith(Encoding.Unicode.Preamble)) return Decode(path, bytes, Encoding.Unicode, "UTF-16");
        if (bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)) return Decode(path, bytes, Encoding.BigEndianUnicode, "UTF-16");
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return Decode(path, bytes, Encoding.UTF8, "UTF-8");
        var (page, name) = CodePage(bytes);
        note(NotUtf8(name));
        return Decode(path, bytes, Page(page), name);
    }

    /// <summary>The text of a file whatever its bytes, as <see cref="Tolerant"/> tells its encoding; a file named *.gz is unpacked.</summary>
    public static string ReadTolerant(string path, string? encoding, Action<string> note)
    {
        var bytes = DataFile.Read(path).Span;
        var found = Tolerant(bytes, encoding, note);
        if (bytes.StartsWith(found.Preamble)) bytes = bytes[found.Preamble.Length..];
        var text = found.GetString(bytes);
        var broken = text.AsSpan().Count('\ufffd');
        if (broken > 0) note($"Bytes that are no text became U+FFFD, {broken} in all. Set Encoding if letters look wrong.");
        return text;
    }

    /// <summary>
    /// The encoding that the first bytes of a file tell, for text that is read whatever its bytes: those that are no text become U+FFFD.
    /// UTF-8 with a broken byte here and there stays UTF-8.
    /// </summary>
    /// <param name="start">The first bytes, whole lines where the file has any.</param>
    /// <param name="encoding">The encoding's name, or null to have it detected.</param>
    /// <param name="note">Is told in a sentence what was detected, if it is not UTF-8.</param>
    public static Encoding Tolerant(ReadOnlySpan<byte> start, string? encoding, Action<string> note)
    {
        if (encoding is not null) return Replacing(Named(encoding));
        if (start.StartsWith(Encoding.Unicode.Preamble)) return Encoding.Unicode;
        if (start.StartsWith(Encoding.BigEndianUnicode.Preamble)) return Encoding.BigEndianUnicode;
        if (IsMostlyUtf8(start)) return Encoding.UTF8;
        var (page, name) = CodePage(start);
        note(NotUtf8(name));
        return Replacing(Page(page));
    }

    /// <summary>An encoding by its name: those of .NET, and code pages as "cp949".</summary>
    /// <exception cref="OptionException">There is no such encoding.</exception>
    public static Encoding Named(string name)
    {
        try
        {
            if (name.StartsWith("cp", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(2), out var page)) return Page(page);
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new OptionException(
                $"'{DataException.Shown(name)}' is no known encoding. Name one such as utf-8, utf-16, latin1, windows-1252, cp949, euc-kr " +
                "or shift_jis, or leave it null to have it detected.",
                nameof(Encoding));
        }
    }

    private static Encoding Page(int page) => CodePagesEncodingProvider.Instance.GetEncoding(page) ?? Encoding.GetEncoding(page);

    private static string Decode(string path, ReadOnlySpan<byte> bytes, Encoding encoding, string name)
    {
        if (bytes.StartsWith(encoding.Preamble)) bytes = bytes[encoding.Preamble.Length..];
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        try
        {
            return strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            var before = bytes[..Math.Clamp(error.Index, 0, bytes.Length)];
            throw new DataException($"The file is not {name} text. Name its Encoding, or save it as UTF-8.", error)
            {
                File = path,
                Line = before.Count((byte)'\n') + 1,
            };
        }
    }

    private static string NotUtf8(string name) => $"The file is not UTF-8; it was read as {name}. Set Encoding if letters look wrong.";

    private static (int Page, string Name) CodePage(ReadOnlySpan<byte> bytes)
    {
        var western = bytes.ContainsAnyInRange((byte)0x80, (byte)0x9f) ? "Windows-1252" : "ISO-8859-1";
        return IsKorean(bytes) ? (Korean, "CP949 (Korean)") : (Western, western);
    }

    private static Encoding Replacing(Encoding encoding)
    {
        var tolerant = (Encoding)encoding.Clone();
        tolerant.DecoderFallback = new DecoderReplacementFallback("\ufffd");
        return tolerant;
    }

    /// <summary>
    /// Whether there is a character of several bytes for every four faults. Other encodings make one by chance in twenty at most: Korean
    /// pairs that begin with C2 to C8 and end with A1 to BF.
    /// </summary>
    private static bool IsMostlyUtf8(ReadOnlySpan<byte> bytes)
    {
        int whole = 0, broken = 0;
        while (bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7f) is >= 0 and var at)
        {
            bytes = bytes[at..];
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == System.Buffers.OperationStatus.Done) whole++;
            else broken++;
            bytes = bytes[length..];
        }

        return broken == 0 || 4L * whole > broken;
    }

    /// <summary>
    /// Whether bytes are Korean text: pairs that begin above 0x80, most of them in the Hangul block of KS X 1001
    /// (first byte B0 to C8, second A1 to FE). Western text seldom has two letters above 0xA0 side by side.
    /// </summary>
    private static bool IsKorean(ReadOnlySpan<byte> bytes)
    {
        int hangul = 0, others = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80) continue;
            if (i + 1 == bytes.Length || bytes[i] is 0x80 or 0xff) return false;
            var second = bytes[++i];
            if (second < 0x41) return false;
            if (bytes[i - 1] is >= 0xb0 and <= 0xc8 && second is >= 0xa1 and <= 0xfe) hangul++;
            else others++;
        }

        return hangul > others;
    }
}
