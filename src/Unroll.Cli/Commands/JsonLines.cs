using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Unroll.Cli.Commands;

/// <summary>Writes what a command says as JSON, an object a line; letters of all scripts stand as they are.</summary>
internal static class JsonLines
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The option that asks for it.</summary>
    public static System.CommandLine.Option<bool> Flag() => new("--json") { Description = "Write a JSON object a line." };

    /// <summary>Writes a line to standard output.</summary>
    /// <param name="content">Writes what stands in the object.</param>
    public static void Write(Action<Utf8JsonWriter> content)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Options))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        Console.WriteLine(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
    }
}
