using System.IO.Compression;
using Unroll.Data;

namespace Unroll.Language;

/// <summary>Reads a file piece by piece, as lines or as bytes; what is packed by gzip is unpacked.</summary>
internal sealed class ByteReader : IDisposable
{
    private readonly string path;
    private readonly Stream stream;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private bool isAtEnd;

    private ByteReader(string path, Stream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>Opens a file.</summary>
    /// <exception cref="DataException">It is missing, a folder or cannot be read.</exception>
    public static ByteReader Open(string path)
    {
        DataFile.Check(path);
        return DataFile.Guarded(path, () =>
        {
            var file = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[2];
            var isPacked = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic.SequenceEqual((ReadOnlySpan<byte>)[0x1f, 0x8b]);
            file.Position = 0;
            return new ByteReader(path, isPacked ? new GZipStream(file, CompressionMode.Decompress) : file);
        });
    }

    /// <summary>The next bytes, as many as asked for where the file has so many; valid until the next call.</summary>
    public ReadOnlySpan<byte> Ahead(int most)
    {
        while (end - start < most && Fill())
        {
        }

        return buffer.AsSpan(start, Math.Min(most, end - start));
    }

    /// <summary>Goes on by some bytes, which were ahead.</summary>
    public void Skip(int count) => start += count;

    /// <summary>The next line, without its line break; valid until the next call.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isWhole">Whether a line break ends it.</param>
    /// <returns>False at the end of the file.</returns>
    public bool ReadLine(out ReadOnlySpan<byte> line, out bool isWhole)
    {
        var searched = 0;
        int length;
        while ((length = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n')) < 0)
        {
            searched = end - start;
            if (!Fill()) break;
        }

        isWhole = length >= 0;
        length = isWhole ? searched + length : end - start;
        line = buffer.AsSpan(start, length);
        start += length + (isWhole ? 1 : 0);
        return isWhole || length > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private bool Fill()
    {
        if (isAtEnd) return false;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        var read = DataFile.Guarded(path, () => stream.Read(buffer.AsSpan(end)));
        end += read;
        isAtEnd = read == 0;
        return read > 0;
    }
}
