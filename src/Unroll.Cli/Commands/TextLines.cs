using System.Text;
using Unroll.Language;

namespace Unroll.Cli.Commands;

/// <summary>The lines of a text file, read as a stream that starts anew.</summary>
internal static class TextLines
{
    /// <summary>Reads UTF-8; what is packed by gzip is unpacked.</summary>
    public static IEnumerable<string> Read(string path)
    {
        using var bytes = ByteReader.Open(path);
        while (bytes.ReadLine(out var line, out _)) yield return Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));
    }
}
