using System.Runtime.InteropServices;
using System.Text;
using Unroll.Data;
using Unroll.Language;
using Unroll.Tests.Support;

namespace Unroll.Tests.Language;

public sealed class WordVectorFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Texts => new(
        "2 3\nfirst 1 -2.5 3e-1\nsecond 0 .5 7\n", "first 1 -2.5 3e-1\nsecond 0 .5 7\n", "2 3 \r\nfirst 1 -2.5 3e-1 \r\nsecond 0 .5 7 \r\n",
        "2\t3\nfirst\t1\t-2.5\t3e-1\n\nsecond 0  .5 7\n");

    public static TheoryData<string, string> Faults => new()
    {
        { "a 1 2\nb 1\nc 1 2\n", "line 2, text 'b 1': Expected a word and 2 numbers, but got 1 numbers. Mend the line or leave it out." },
        { "a 1 2\nb 1 2 3\nc 1 2\n", "line 2, text 'b 1 2 3': Expected a word and 2 numbers, but got 3 numbers. Mend the line or leave it out." },
        { "2 2\na 1 x\nb 1 2\n", "line 2, text 'a 1 x': 'x' is not a number. Give a word and 2 numbers." },
        { "a 1 2\nb 1 nan\nc 1 2\n", "line 2, text 'b 1 nan': 'nan' is not a number. Give a word and 2 numbers." },
        { "1 2\na 1 2\nb 1 2\n", "line 1: The first line says 1 words, but there are 2. Mend it." },
        { "no vectors here\n", "line 1, text 'no vectors here': A line of vectors is a word and its numbers" },
        { "3 2\n", "The file has no vectors. Fetch or write it again." },
        { "", "The file is empty. Give one with vectors." },
    };

    public static MatrixTheoryData<WordVectorFormat, string> Formats => new(Enum.GetValues<WordVectorFormat>(), ["v", "v.gz"]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Texts))]
    public void Texts_are_read(string text)
    {
        foreach (var name in (string[])["v.txt", "v.txt.gz"])
        {
            var vectors = WordVectors.Load(folder.Write(name, text));
            Assert.Equal(["first", "second"], vectors.Words);
            Assert.Equal([1f, -2.5f, 0.3f], vectors["first"].ToArray());
            Assert.Equal([0f, 0.5f, 7], vectors["second"].ToArray());
            Assert.Empty(vectors.Notes);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void Binary_files_are_read(string end)
    {
        byte[] Vector(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
        byte[] all = [.. Bytes("2 3\nfirst "), .. Vector(1, -2.5f, 1e-20f), .. Bytes($"{end}둘째 "), .. Vector(0, 0.1f, 7), .. Bytes(end)];
        var vectors = WordVectors.Load(folder.Write("v.bin", all));
        Assert.Equal(["first", "둘째"], vectors.Words);
        Assert.Equal([1f, -2.5f, 1e-20f], vectors["first"].ToArray());
        Assert.Equal([0f, 0.1f, 7], vectors["둘째"].ToArray());
        Assert.Empty(vectors.Notes);

        var cut = WordVectors.Load(folder.Write("cut.bin", all[..^(3 + end.Length)]));
        Assert.Equal(["first"], cut.Words);
        Assert.Equal(["Word 2, the last, is cut; it was left out.", "The first line says 2 words, but the file holds 1: it is cut."], cut.Notes);
        var more = Assert.Throws<DataException>(() => WordVectors.Load(folder.Write("more.bin", [.. all, .. Bytes("third"), 0, 1, 2])));
        Assert.EndsWith("The first line says 2 words, but there is more behind them. The file is damaged; fetch or write it again.", more.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Faults_name_their_line(string text, string message)
    {
        var file = folder.Write("v.txt", text);
        var fault = Assert.Throws<DataException>(() => WordVectors.Load(file));
        Assert.StartsWith(file, fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_files_are_refused()
    {
        Assert.Contains("There is no such file.", Assert.Throws<DataException>(() => WordVectors.Load(folder["none.txt"])).Message, StringComparison.Ordinal);
        Assert.Contains("This is a directory.", Assert.Throws<DataException>(() => WordVectors.Load(folder.Path)).Message, StringComparison.Ordinal);
        var packed = TemporaryFolder.Pack(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 999).Select(i => $"w{i} {i * i} 3\n"))));
        packed.AsSpan(packed.Length / 2, 40).Clear();
        File.WriteAllBytes(folder["damaged.gz"], packed);
        Assert.Contains("not a whole gzip file", Assert.Throws<DataException>(() => WordVectors.Load(folder["damaged.gz"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a 1 2\nb 3 4\nc 5", "Line 3, the last, is cut; it was left out.", 2)]
    [InlineData("a 1 2\nb 3 4\nc", "Line 3, the last, is cut; it was left out.", 2)]
    [InlineData("a 1 2\nb 3 4\nc 5 -", "Line 3, the last, is cut; it was left out.", 2)]
    [InlineData("a 1 2\nb 3 4\nc 5 0.1", "Line 3, the last, has no line break; its last number may be cut.", 3)]
    [InlineData("3 2\na 1 2\nb 3 4\n", "The first line says 3 words, but the file holds 2: it is cut.", 2)]
    [InlineData("a 1 2\nb 3 4\na 5 6\n", "1 words came a second time and were left out there: line 3.", 2)]
    public void What_can_be_read_is_noted(string text, string note, int count)
    {
        var vectors = WordVectors.Load(folder.Write("v.txt", text));
        Assert.Equal([note], vectors.Notes);
        Assert.Equal(count, vectors.Count);
        Assert.Equal([1f, 2], vectors["a"].ToArray());
    }

    [Fact]
    public void Words_may_have_blanks_and_be_numbers()
    {
        var vectors = WordVectors.Load(folder.Write("v.txt", "1 1 2\n. . . 3 4\nat me 5 6\n2 7 8\n"));
        Assert.Equal(["1", ". . .", "at me", "2"], vectors.Words);
        Assert.Equal([3f, 4], vectors[". . ."].ToArray());
        Assert.Contains(
            "A file of vectors cannot hold the word '. . .': blanks end a word. Write it with '_' in place of blanks.",
            Assert.Throws<DataException>(() => vectors.Save(folder["out.txt"])).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.txt"]));
    }

    [Fact]
    public void Words_of_other_encodings_stay_apart()
    {
        byte[] bytes = [.. "caf"u8, 0xe9, .. " 1 2\n"u8, 0x93, .. " 3 4\n"u8, 0x94, .. " 5 6\n"u8];
        Assert.Equal(["caf\u00e9", "\u0093", "\u0094"], WordVectors.Load(folder.Write("v.txt", bytes)).Words);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_written_is_read_again_bit_for_bit(WordVectorFormat format, string name)
    {
        var values = new float[40 * 7];
        new Rng(4).FillNormal(values, 3);
        (values[0], values[1], values[2]) = (1e-40f, float.MaxValue, -0f);
        var vectors = new WordVectors([.. Enumerable.Range(0, 40).Select(i => i == 3 ? "단어" : $"w{i}")], values);
        vectors.Save(folder[name], format);
        var again = WordVectors.Load(folder[name]);
        Assert.Equal(vectors.Words, again.Words);
        Assert.Empty(again.Notes);
        foreach (var word in vectors.Words) Near.Bits(vectors[word], again[word], word);
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(folder[name])[0] == 0x1f);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_with_a_reason()
    {
        var vectors = new WordVectors([.. Enumerable.Range(0, 12).Select(i => $"word{i}")], [.. Enumerable.Range(0, 60).Select(i => (i * 0.37f) - 9)]);
        var random = new Rng(8);
        foreach (var format in Enum.GetValues<WordVectorFormat>())
        {
            vectors.Save(folder["whole"], format);
            var whole = File.ReadAllBytes(folder["whole"]);
            for (var round = 0; round < 300; round++)
            {
                var bytes = whole[..(random.NextInt32(4) == 0 ? random.NextInt32(whole.Length) : whole.Length)];
                for (var change = random.NextInt32(4); change > 0 && bytes.Length > 0; change--) bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
                File.WriteAllBytes(folder["damaged"], bytes);
                try
                {
                    Assert.InRange(WordVectors.Load(folder["damaged"]).Count, 1, 100);
                }
                catch (DataException fault)
                {
                    Assert.StartsWith(folder["damaged"], fault.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Published_vectors_are_read()
    {
        var vectors = WordVectors.Load(Path.Combine(RealData.Folder("glove-50d-small"), "glove-50d-small", "glove.6B.50d.first2446.txt.gz"));
        Assert.Equal((2446, 50), (vectors.Count, vectors.Width));
        Assert.Equal(["Line 2446, the last, has no line break; its last number may be cut."], vectors.Notes);
        Assert.Equal("the", vectors.Words[0]);
        Assert.Equal([0.418f, 0.24968f, -0.41242f], vectors["the"][..3].ToArray());
        Assert.Equal("queen", vectors.Analogy("man", "king", "woman", 1)[0].Word);
        Assert.Contains(vectors.Nearest("monday", 6), near => near.Word == "tuesday");
    }
}
