using System.Text.Json;
using Unroll.Formats;

namespace Unroll.Insight;

/// <summary>A gradient flow in a file, for other programs.</summary>
public static class GradientFile
{
    /// <summary>
    /// Writes all curves as JSON: <c>{"curves": [{"name": "lstm/h", "exact": true, "log10Norms": [0, -0.5, …]}]}</c>, infinity and
    /// NaN as null.
    /// </summary>
    /// <param name="flow">The curves.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void WriteJson(GradientFlow flow, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("curves");
        foreach (var curve in flow)
        {
            writer.WriteStartObject();
            writer.WriteString("name", curve.Name);
            writer.WriteBoolean("exact", curve.IsExact);
            writer.WriteStartArray("log10Norms");
            foreach (var norm in curve.Log10Norms)
            {
                if (double.IsFinite(norm)) writer.WriteNumberValue(norm);
                else writer.WriteNullValue();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
