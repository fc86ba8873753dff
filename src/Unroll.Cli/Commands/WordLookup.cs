using System.Globalization;
using System.Text.Json;
using Unroll.Data;
using Unroll.Language;

namespace Unroll.Cli.Commands;

/// <summary>Prints what is known of words: their neighbours or their vectors, as text or as lines of JSON.</summary>
/// <param name="count">Neighbours of a word.</param>
/// <param name="vectors">Whether vectors are printed.</param>
/// <param name="json">Whether lines are JSON, and nothing else is printed.</param>
internal sealed class WordLookup(int count, bool vectors, bool json)
{
    private const int Examples = 5, ExampleNeighbours = 5;

    /// <summary>Whether nothing but results may be printed.</summary>
    public bool IsQuiet => json || vectors;

    /// <summary>A word.</summary>
    public void Write(WordVectors all, string word)
    {
        if (vectors) WriteVector(word, all[word].ToArray());
        else Write(word, line => line.WriteString("word", word), all.Nearest(word, count));
    }

    /// <summary>What is to the third word as the second is to the first.</summary>
    public void WriteAnalogy(WordVectors all, string[] words) => Write(
        $"{words[0]} : {words[1]} = {words[2]} : ?", line => WriteArray(line, "analogy", words, line.WriteStringValue),
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

    private void WriteVector(string word, float[] vector)
    {
        if (!json)
        {
            Console.WriteLine($"{word} {string.Join(' ', vector.Select(value => CsvText.Number(value)))}");
            return;
        }

        JsonLines.Write(line =>
        {
            line.WriteString("word", word);
            WriteArray(line, "vector", vector, line.WriteNumberValue);
        });
    }

    private void Write(string title, Action<Utf8JsonWriter> asked, IReadOnlyList<WordNeighbour> nearest)
    {
        if (!json)
        {
            Console.WriteLine(title);
            foreach (var near in nearest) Console.WriteLine($"  {near.Similarity.ToString("F3", CultureInfo.InvariantCulture),6}  {near.Word}");
            return;
        }

        JsonLines.Write(line =>
        {
            asked(line);
            WriteArray(line, "nearest", nearest, near =>
            {
                line.WriteStartObject();
                line.WriteString("word", near.Word);
                line.WriteNumber("similarity", near.Similarity);
                line.WriteEndObject();
            });
        });
    }

    private static void WriteArray<T>(Utf8JsonWriter line, string name, IEnumerable<T> items, Action<T> write)
    {
        line.WriteStartArray(name);
        foreach (var item in items) write(item);
        line.WriteEndArray();
    }
}
