using System.IO.Compression;

namespace Unroll.Data;

/// <summary>Opens and reads files, with a clear message for every way to fail.</summary>
internal static class DataFile
{
    /// <summary>The bytes of a file; one named *.gz is unpacked.</summary>
    /// <exception cref="DataException">The file is missing, a directory, unreadable or not a whole gzip
    /// file.</exception>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        Check(path);
        return Guarded(path, () => IsPacked(path) ? Unpack(path) : File.ReadAllBytes(path));
    }

    /// <summary>A file to be read from its beginning to its end; one named *.gz is unpacked.</summary>
    /// <exception cref="DataException">The file is missing, a directory or unreadable.</exception>
    public static Stream Open(string path)
    {
        Check(path);
        return Guarded(path, () => IsPacked(path) ? new GZipStream(OpenPacked(path), CompressionMode.Decompress) : (Stream)File.OpenRead(path));
    }

    /// <summary>What a part of a file is read to, with the message that says why it cannot be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads.</param>
    /// <exception cref="DataException">It is unreadable or not a whole gzip file.</exception>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
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

    /// <summary>Makes sure that there is a file.</summary>
    /// <exception cref="DataException">It is missing, or a directory.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path)) throw new DataException("This is a directory. Name the file in it to read.") { File = path };
        if (!File.Exists(path))
        {
            throw new DataException(
                $"There is no such file. Check the path; it was looked up from '{Environment.CurrentDirectory}'.")
            {
                File = path,
            };
        }
    }

    private static bool IsPacked(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static FileStream OpenPacked(string path)
    {
        var file = File.OpenRead(path);
        if (file.Length > 0) return file;
        file.Dispose();
        throw new InvalidDataException("The file is empty.");
    }

    private static ReadOnlyMemory<byte> Unpack(string path)
    {
        using var file = OpenPacked(path);
        using var unpacked = new MemoryStream(checked((int)Math.Min(file.Length * 3, 1 << 26)));
        using (var packed = new GZipStream(file, CompressionMode.Decompress)) packed.CopyTo(unpacked);
        return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
    }
}
