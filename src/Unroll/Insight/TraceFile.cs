using System.Text.Json;
using Unroll.Formats;

namespace Unroll.Insight;

/// <summary>A trace in files, for other programs.</summary>
public static class TraceFile
{
    /// <summary>Writes each array to a file of NumPy's, <c>lstm/f</c> to <c>lstm/f.npy</c> in the folder.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public static void WriteNpy(Trace trace, string folder)
    {
        foreach (var array in trace) NpyFile.Write(Path.Combine([folder, .. FileName(array.Name)]), array.Values);
    }

    /// <summary>
    /// Writes all arrays to one JSON file: <c>{"arrays": [{"name": "lstm/f", "axes": ["batch", "time", "units"], "shape": [1, 20, 8],
    /// "values": [[[…]]]}]}</c>, NaN and infinity as null.
    /// </summary>
    /// <param name="trace">The trace.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void WriteJson(Trace trace, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("arrays");
        foreach (var array in trace)
        {
            writer.WriteStartObject();
            writer.WriteString("name", array.Name);
            writer.WriteStartArray("axes");
            foreach (var axis in array.Axes) writer.WriteStringValue(axis);
            writer.WriteEndArray();
            writer.WriteStartArray("shape");
            foreach (var length in array.Values.Shape) writer.WriteNumberValue(length);
            writer.WriteEndArray();
            writer.WritePropertyName("values");
            WriteValues(writer, array.Values.Shape, array.Values.Values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteValues(Utf8JsonWriter writer, Shape shape, ReadOnlySpan<float> values)
    {
        if (shape.Rank == 0)
        {
            if (float.IsFinite(values[0])) writer.WriteNumberValue(values[0]);
            else writer.WriteNullValue();
            return;
        }

        writer.WriteStartArray();
        var inner = shape.Remove(0);
        for (var i = 0; i < shape[0]; i++) WriteValues(writer, inner, values.Slice(i * inner.Size, inner.Size));
        writer.WriteEndArray();
    }

    /// <summary>The folders and the file of an array; what no file may be called becomes an underscore.</summary>
    private static string[] FileName(string name)
    {
        string[] parts = [.. name.Split('/').Select(part => part.Trim('.', ' ') is { Length: > 0 } plain
            ? string.Concat(plain.Select(letter => letter is < ' ' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? '_' : letter)) : "_")];
        parts[^1] += ".npy";
        return parts;
    }
}
