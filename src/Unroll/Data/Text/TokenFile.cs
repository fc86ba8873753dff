using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unroll.Data.Text;

/// <summary>
/// The ids of a text of any length: in memory while they are few, else in a temporary file, which is gone when the object is disposed
/// or the program ends.
/// </summary>
/// <remarks>Several threads may read at once.</remarks>
public sealed class TokenFile : TokenSequence, IDisposable
{
    /// <summary>As many ids stay in memory: 64 MiB.</summary>
    private const int InMemory = 1 << 24;

    private readonly int[] memory;
    private readonly SafeFileHandle? file;

    private TokenFile(int[] memory, SafeFileHandle? file, int count) => (this.memory, this.file, Count) = (memory, file, count);

    /// <inheritdoc/>
    public override int Count { get; }

    /// <summary>Whether the ids stand in a file.</summary>
    internal bool IsOnDisk => file is not null;

    /// <summary>Encodes lines of text, one behind the other.</summary>
    /// <param name="lines">The lines; read once, so that they may be a <see cref="TextFile"/> of any length.</param>
    /// <param name="encoder">From text to ids.</param>
    /// <param name="endLines">Whether <see cref="Vocabulary.End"/> follows each line, as is usual for words. For characters, false with
    /// <see cref="TextFile.KeepBreaks"/>: a line break is a token like others then.</param>
    /// <exception cref="DataException">There are more ids than <see cref="Array.MaxLength"/>, or no room for the temporary file.</exception>
    public static TokenFile Encode(IEnumerable<string> lines, TextEncoder encoder, bool endLines) => Encode(lines, encoder, endLines, InMemory);

    /// <summary>The same, with another number of ids that stay in memory.</summary>
    internal static TokenFile Encode(IEnumerable<string> lines, TextEncoder encoder, bool endLines, int inMemory)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(encoder);
        var writer = new Writer(inMemory);
        try
        {
            foreach (var line in lines)
            {
                writer.Write(encoder.Encode(line));
                if (endLines) writer.Write([Vocabulary.End]);
            }

            return writer.Finish();
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Read(int start, Span<int> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Length, Count - start);
        if (file is null)
        {
            memory.AsSpan(start, ids.Length).CopyTo(ids);
            return;
        }

        var bytes = MemoryMarshal.AsBytes(ids);
        for (var offset = (long)start * sizeof(int); !bytes.IsEmpty;)
        {
            var count = RandomAccess.Read(file, bytes, offset);
            if (count == 0) throw new DataException("The temporary file of ids has been cut. Leave it alone while the program runs.");
            offset += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Removes the temporary file, if there is one.</summary>
    public void Dispose() => file?.Dispose();

    /// <summary>Collects ids; what does not fit goes to the file.</summary>
    private sealed class Writer(int inMemory)
    {
        private int[] buffer = new int[Math.Min(inMemory, 1 << 12)];
        private int filled;
        private long written;
        private SafeFileHandle? file;

        public void Write(ReadOnlySpan<int> ids)
        {
            if (written + filled + ids.Length > Array.MaxLength)
                throw new DataException($"The text has more than {Array.MaxLength:N0} tokens. Train on a part of it.");
            while (!ids.IsEmpty)
            {
                if (filled == buffer.Length) MakeRoom();
                var count = Math.Min(ids.Length, buffer.Length - filled);
                ids[..count].CopyTo(buffer.AsSpan(filled));
                filled += count;
                ids = ids[count..];
            }
        }

        public TokenFile Finish()
        {
            if (file is null) return new TokenFile(buffer, null, filled);
            Flush();
            return new TokenFile([], file, checked((int)written));
        }

        public void Abandon() => file?.Dispose();

        private void MakeRoom()
        {
            if (buffer.Length < inMemory)
            {
                Array.Resize(ref buffer, (int)Math.Min(inMemory, 2L * buffer.Length));
                return;
            }

            file ??= Open();
            Flush();
        }

        private void Flush()
        {
            try
            {
                RandomAccess.Write(file!, MemoryMarshal.AsBytes(buffer.AsSpan(0, filled)), written * sizeof(int));
            }
            catch (IOException error)
            {
                throw new DataException(
                    $"The ids of a long text cannot be written to '{Path.GetTempPath()}': {error.Message} Make room there, or set TMPDIR to a larger folder.",
                    error);
            }

            written += filled;
            filled = 0;
        }

        private static SafeFileHandle Open()
        {
            var path = Path.Combine(Path.GetTempPath(), $"unroll-{Guid.NewGuid():N}.ids");
            var file = File.OpenHandle(
                path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
            // An open file needs no name where the system allows it: then nothing is left, however the program ends.
            if (!OperatingSystem.IsWindows()) File.Delete(path);
            return file;
        }
    }
}
