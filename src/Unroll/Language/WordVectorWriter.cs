using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Unroll.Data;
using Unroll.Formats;

namespace Unroll.Language;

/// <summary>Writes word vectors.</summary>
internal static class WordVectorWriter
{
    /// <summary>Writes a file; numbers in digits have as many as it takes to read the same bits again.</summary>
    public static void Write(WordVectors vectors, string path, WordVectorFormat format)
    {
        foreach (var word in vectors.Words)
        {
            if (word.Length == 0 || word.Any(char.IsWhiteSpace))
            {
                throw new DataException(
                    $"A file of vectors cannot hold the word '{DataException.Shown(word)}': blanks end a word. Write it with '_' in place of blanks.")
                { File = path };
            }
        }

        AtomicFile.Write(path, stream =>
        {
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                using var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
                Write(vectors, packed, format);
            }
            else
            {
                Write(vectors, stream, format);
            }
        });
    }

    private static void Write(WordVectors vectors, Stream stream, WordVectorFormat format)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        if (format != WordVectorFormat.GloVe) Text(buffered, string.Create(CultureInfo.InvariantCulture, $"{vectors.Count} {vectors.Width}\n"));
        for (var place = 0; place < vectors.Count; place++)
        {
            Text(buffered, vectors.Words[place]);
            if (format == WordVectorFormat.Word2VecBinary)
            {
                buffered.WriteByte((byte)' ');
                buffered.Write(MemoryMarshal.AsBytes(vectors.Row(place)));
            }
            else
            {
                Digits(buffered, vectors.Row(place));
            }

            buffered.WriteByte((byte)'\n');
        }

        buffered.Flush();
    }

    private static void Digits(BufferedStream stream, ReadOnlySpan<float> vector)
    {
        Span<byte> digits = stackalloc byte[32];
        foreach (var value in vector)
        {
            stream.WriteByte((byte)' ');
            value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            stream.Write(digits[..length]);
        }
    }

    private static void Text(BufferedStream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
