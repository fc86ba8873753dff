using System.Buffers.Binary;

namespace Unroll.Data.Sets;

/// <summary>
/// Reads a file of bytes in the format idx: two zeros, the type (8, unsigned bytes), the number of axes, the length of each as a
/// big-endian number of 32 bits, then the values.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedBytes = 8;

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file; *.gz is unpacked.</param>
    /// <param name="lengths">The length that each axis must have; 0 for any.</param>
    /// <returns>The values, and how long the first axis is.</returns>
    /// <exception cref="DataException">The file is not such a file, or is cut.</exception>
    public static (ReadOnlyMemory<byte> Values, int Count) Read(string path, params ReadOnlySpan<int> lengths)
    {
        var file = DataFile.Read(path);
        var bytes = file.Span;
        var start = 4 + (4 * lengths.Length);
        if (bytes.Length < start || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != UnsignedBytes || bytes[3] != lengths.Length)
            throw Malformed(path, $"This is not an idx file of bytes with {lengths.Length} axes.");
        var size = 1L;
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 + (4 * axis))..]);
            if (lengths[axis] != 0 && length != lengths[axis]) throw Malformed(path, $"Axis {axis} must have the length {lengths[axis]}, but has {length}.");
            size *= length;
        }

        if (bytes.Length != start + size) throw Malformed(path, $"Its header promises {size} values, but there are {bytes.Length - start}.");
        return (file[start..], (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
    }

    private static DataException Malformed(string path, string what) => new($"{what} Delete the file and run `unroll data fetch mnist`.") { File = path };
}
