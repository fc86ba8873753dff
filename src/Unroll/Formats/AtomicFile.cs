namespace Unroll.Formats;

/// <summary>Files that are complete or not there at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file, and puts the result in its place when all is written.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var part = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.part");
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = File.Create(part)) write(stream);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            Discard(part);
            throw new OutputException(path, fault);
        }
        catch
        {
            Discard(part);
            throw;
        }
    }

    /// <summary>Writes a text.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void Discard(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What could not be written can often not be deleted either; the first fault is the one to tell.
        }
    }
}

/// <summary>A file cannot be written.</summary>
public sealed class OutputException : UnrollException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inner">What the operating system said.</param>
    public OutputException(string path, Exception inner)
        : base($"Cannot write {path}: {inner.Message} Choose another folder, or make this one writable.", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
