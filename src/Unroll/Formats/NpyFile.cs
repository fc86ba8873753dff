using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Unroll.Data;

namespace Unroll.Formats;

/// <summary>Tensors in the files of NumPy's <c>numpy.save</c>: one array each, to be read by <c>numpy.load</c> and others.</summary>
/// <remarks>
/// The format of NumPy's documentation, <c>numpy.lib.format</c>: <c>\x93NUMPY</c>, the version, the length of the header, the
/// header (type, order and shape as a Python dictionary, with blanks up to a multiple of 64 bytes), then the values,
/// little-endian, row-major.
/// </remarks>
public static partial class NpyFile
{
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes a tensor as 32-bit floats; the file is complete or not there at all.</summary>
    /// <param name="path">The file, by custom <c>*.npy</c>.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, Tensor tensor) => AtomicFile.Write(path, stream =>
    {
        stream.Write(Header(tensor.Shape));
        stream.Write(MemoryMarshal.AsBytes(tensor.Values));
    });

    /// <summary>Reads an array of 32-bit or 64-bit floats or integers as a tensor.</summary>
    /// <param name="path">A file that <see cref="Write"/> or <c>numpy.save</c> wrote.</param>
    /// <exception cref="DataException">The file is missing, cut short, or holds what a tensor cannot.</exception>
    public static Tensor Read(string path)
    {
        var bytes = DataFile.Read(path).Span;
        if (!bytes.StartsWith(Magic) || bytes.Length < 12) throw Fault(path, "This is not a file of numpy.save. Give one, usually named *.npy.");
        // Version 1 has two bytes for the length of the header, later ones four.
        var (length, start) = bytes[6] == 1
            ? (BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]), 10L)
            : (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), 12L);
        if (start + length > bytes.Length) throw Fault(path, "The file is cut short within its header. Copy or save it again.");
        var header = Encoding.UTF8.GetString(bytes.Slice((int)start, (int)length));
        var (shape, type) = Parse(path, header);
        var (size, count) = (type[^1] - '0', shape.Size);
        var values = bytes[(int)(start + length)..];
        if (values.Length != (long)count * size)
            throw Fault(path, $"An array {shape} of {type} takes {(long)count * size} bytes, but there are {values.Length}. Copy or save it again.");
        var tensor = new Tensor(shape);
        for (var i = 0; i < count; i++) tensor.Values[i] = Value(type, values.Slice(i * size, size));
        return tensor;
    }

    private static byte[] Header(Shape shape)
    {
        var lengths = string.Concat(shape.Select(length => $"{length}, ")).TrimEnd();
        var tuple = shape.Rank == 1 ? lengths : lengths.TrimEnd(','); // Python writes one length with a comma behind it
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({tuple}), }}";
        var whole = (Magic.Length + 4 + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[whole];
        Magic.CopyTo(header);
        header[6] = 1; // version 1.0
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(whole - 10));
        header.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    private static (Shape Shape, string Type) Parse(string path, string header)
    {
        var found = HeaderForm().Match(header);
        if (!found.Success) throw Fault(path, "Its header is not that of numpy.save. Save it again.");
        var type = found.Groups["type"].Value;
        if (type is not ("<f4" or "<f8" or "<i4" or "<i8" or "|u1"))
            throw Fault(path, $"It holds {type}; Unroll reads <f4, <f8, <i4, <i8 and |u1. Save it with astype('float32').");
        if (found.Groups["order"].Value == "True")
            throw Fault(path, "It stands column by column (fortran_order). Save it with numpy.ascontiguousarray.");
        string[] lengths = found.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lengths.Length > Shape.MaxRank || !lengths.All(length => int.TryParse(length, out _)))
            throw Fault(path, $"Its shape ({found.Groups["shape"].Value}) is none of a tensor: at most {Shape.MaxRank} axes. Save a part of it.");
        return (new Shape([.. lengths.Select(int.Parse)]), type);
    }

    private static float Value(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "<f4" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "<f8" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        "<i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "<i8" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => bytes[0],
    };

    private static DataException Fault(string path, string problem) => new(problem) { File = path };

    [GeneratedRegex(@"^\{(?=.*'descr': *'(?<type>[^']+)')(?=.*'fortran_order': *(?<order>True|False))(?=.*'shape': *\((?<shape>[^)]*)\))")]
    private static partial Regex HeaderForm();
}
