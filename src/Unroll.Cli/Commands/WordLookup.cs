using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unroll.Data;
using Unroll.Language;

namespace Unroll.Cli.Commands;

/// <summary>Prints what is known of words: their neighbours or their vectors, as text or as lines of JSON.</summary>
/// <param name="count">Neighbours of a word.</param>
/// <param name="vectors">Whether vectors are printed.</param>
/// <param name="json">Whether lines are JSON, and nothing else is printed.</param>
internal sealed class WordLookup(int count, bool vectors, bool json)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int Examples = 5, ExampleNeighbours = 5;

    /// <summary>Whether nothing but results may be printed.</summary>
    public bool IsQuiet => json || vectors;

    /// <summary>A word.</summary>
    public void Write(WordVectors all, string word)
    {
        if (vectors) WriteVector(word, all[word]);
        else Write(word, new JsonObject { ["word"] = word }, all.Nearest(word, count));
    }

    /// <summary>What is to the third word as the second is to the first.</summary>
    public void WriteAnalogy(WordVectors all, string[] words) => Write(
        $"{words[0]} : {words[1]} = {words[2]} : ?", new JsonObject { ["analogy"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
        all.Analogy(words[0], words[1], words[2], count));

    /// <summary>A few words, neither too frequent to have a meaning nor rare.</summary>
    public void WriteSome(WordVectors all)
    {
        if (IsQuiet) return;
        for (var i = 1; i <= Examples; i++)
        {
            var word = all.Words[(int)((long)i * Math.Min(all.Count, 1000) / (Examples + 1))];
            Console.WriteLine($"{word}: {string.Join(", ", all.Nearest(word, Math.Min(count, ExampleNeighbours)).Select(near => near.Word))}");
        }
    }

    /// <summary>A word a line; a person may mistype one and go on.</summary>
    public void WriteLines(WordVectors all, TextReader lines, bool isFile)
    {
        while (lines.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                Write(all, line.Trim());
            }
            catch (DataException fault) when (!isFile)
            {
                Console.WriteLine(fault.Message);
            }
        }
    }

    private void WriteVector(string word, ReadOnlySpan<float> vector)
    {
        if (json) Console.WriteLine(Text(new JsonObject { ["word"] = word, ["vector"] = new JsonArray([.. vector.ToArray().Select(value => (JsonNode)value)]) }));
        else Console.WriteLine($"{word} {string.Join(' ', vector.ToArray().Select(value => CsvText.Number(value)))}");
    }

    private void Write(string title, JsonObject asked, IReadOnlyList<WordNeighbour> nearest)
    {
        if (json)
        {
            asked["nearest"] = new JsonArray([.. nearest.Select(near => new JsonObject { ["word"] = near.Word, ["similarity"] = near.Similarity })]);
            Console.WriteLine(Text(asked));
            return;
        }

        Console.WriteLine(title);
        foreach (var near in nearest) Console.WriteLine($"  {near.Similarity.ToString("F3", CultureInfo.InvariantCulture),6}  {near.Word}");
    }

    private static string Text(JsonObject line) => line.ToJsonString(Readable);
}
