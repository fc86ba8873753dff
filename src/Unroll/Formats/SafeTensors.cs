using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Unroll.Formats;

/// <summary>A model file that cannot be read: missing, cut short, changed, or of another kind.</summary>
public sealed class ModelFileException : UnrollException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What is wrong with it, and how to mend it.</param>
    /// <param name="inner">What caused it.</param>
    public ModelFileException(string path, string fault, Exception? inner = null)
        : base($"{path}: {fault}", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}

/// <summary>
/// Named tensors and texts in one file, in the safetensors format: the length of a JSON header, the header with name,
/// shape and place of each tensor, then the values, little-endian.
/// </summary>
/// <remarks>
/// Written to a temporary file that takes its place when it is complete, with a SHA-256 of the values and texts, so
/// that a file is either whole or refused.
/// </remarks>
internal static class SafeTensors
{
    private const string ChecksumKey = "unroll.sha256";
    private const int LongestHeader = 100_000_000;

    /// <summary>Writes a file.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts)
    {
        var complete = new Dictionary<string, string>(texts) { [ChecksumKey] = Checksum(tensors, texts) };
        var header = Header(tensors, complete);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in tensors.Values) stream.Write(Bytes(tensor));
        });
    }

    /// <summary>Reads a file; throws a <see cref="ModelFileException"/> that says what is wrong with it.</summary>
    public static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Texts) Read(string path)
    {
        var bytes = ReadBytes(path);
        if (bytes.Length < 8) throw Cut(path, $"it has {bytes.Length} bytes");
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (length is < 2 or > LongestHeader)
            throw new ModelFileException(path, "this is not a safetensors file. Give a model that `unroll train` or Model.Save wrote.");
        if (8 + length > bytes.Length) throw Cut(path, $"its header ends at byte {8 + length}, but the file has {bytes.Length}");
        try
        {
            using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)length));
            return Parse(path, header.RootElement, bytes, 8 + (int)length);
        }
        catch (Exception fault) when (fault is
            JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException or IndexOutOfRangeException or ShapeException)
        {
            throw new ModelFileException(path, "its header is damaged. Restore the file from a copy or train again.", fault);
        }
    }

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Texts) Parse(
        string path, JsonElement header, byte[] bytes, int start)
    {
        var tensors = new Dictionary<string, Tensor>();
        var texts = new Dictionary<string, string>();
        foreach (var entry in header.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var text in entry.Value.EnumerateObject()) texts[text.Name] = text.Value.GetString() ?? "";
                continue;
            }

            tensors[entry.Name] = ReadTensor(path, entry, bytes, start);
        }

        // Other programs write no checksum; without one, an Unroll model was damaged in the key itself.
        var unrolls = texts.Keys.Any(key => key.StartsWith("unroll.", StringComparison.Ordinal));
        if (texts.Remove(ChecksumKey, out var expected) ? expected != Checksum(tensors, texts) : unrolls)
            throw new ModelFileException(
                path, "its content does not match its checksum: the file was changed or damaged. Restore it from a copy or train again.");
        return (tensors, texts);
    }

    private static Tensor ReadTensor(string path, JsonProperty entry, byte[] bytes, int start)
    {
        var type = entry.Value.GetProperty("dtype").GetString();
        if (type != "F32") throw new ModelFileException(path, $"tensor '{entry.Name}' has type {type}; Unroll reads F32.");
        int[] lengths = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        var (first, last) = (entry.Value.GetProperty("data_offsets")[0].GetInt64(), entry.Value.GetProperty("data_offsets")[1].GetInt64());
        if (first < 0 || last < first || last > bytes.Length - start)
            throw Cut(path, $"tensor '{entry.Name}' ends at byte {start + last}, but the file has {bytes.Length}");
        var shape = new Shape(lengths);
        if (last - first != (long)shape.Size * sizeof(float))
            throw new ModelFileException(
                path, $"tensor '{entry.Name}' of shape {shape} has {last - first} bytes. The header is damaged; restore the file from a copy.");
        var tensor = new Tensor(shape);
        MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start + (int)first, (int)(last - first))).CopyTo(tensor.Values);
        return tensor;
    }

    private static byte[] Header(IReadOnlyDictionary<string, Tensor> tensors, Dictionary<string, string> texts)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("__metadata__");
            foreach (var (key, text) in texts) writer.WriteString(key, text);
            writer.WriteEndObject();
            var place = 0L;
            foreach (var (name, tensor) in tensors)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", "F32");
                writer.WriteStartArray("shape");
                foreach (var length in tensor.Shape) writer.WriteNumberValue(length);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(place);
                writer.WriteNumberValue(place += (long)tensor.Length * sizeof(float));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' '); // values start aligned
        return buffer.ToArray();
    }

    private static string Checksum(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, text) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{key}={text}\n"));
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{name}{tensor.Shape}\n"));
            hash.AppendData(Bytes(tensor));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ReadOnlySpan<byte> Bytes(Tensor tensor) => MemoryMarshal.AsBytes(tensor.Values);

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var text = Directory.Exists(path) ? "this is a folder. Give the model file in it."
                : File.Exists(path) ? fault.Message : "there is no such model file. Check the path, or train a model first.";
            throw new ModelFileException(path, text, fault);
        }
    }

    private static ModelFileException Cut(string path, string detail) =>
        new(path, $"the file is cut short: {detail}. Copy it again or train again.");
}
