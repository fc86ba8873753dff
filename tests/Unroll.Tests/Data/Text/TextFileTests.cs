using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Text;

public sealed class TextFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("one\ntwo")]
    [InlineData("one\r\n\r\ntwo\r\n")]
    [InlineData("a\rb\r\rc\n\n")]
    [InlineData("\n")]
    public void Lines_end_as_everywhere(string text)
    {
        foreach (var name in new[] { "text.txt", "text.txt.gz" })
        {
            var path = folder.Write(name, text + (name.EndsWith("gz") && text.Length == 0 ? "x\n" : ""));
            var lines = new TextFile(path);
            if (text.Length == 0 && name.EndsWith("gz")) Assert.Equal(["x"], lines);
            else Assert.Equal(File.ReadLines(folder["text.txt"]), lines);
            Assert.Equal(lines, lines); // starts anew
            if (text.Length > 0) Assert.Equal(text.ReplaceLineEndings("\n"), string.Concat(new TextFile(path) { KeepBreaks = true }));
        }
    }

    [Fact]
    public void Lines_of_any_length_are_whole_wherever_the_buffer_ends()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var breaks = new[] { "\n", "\r\n", "\r" };
            var text = string.Concat(Enumerable.Range(0, 30).Select(_ =>
                new string("a한"[random.Next(2)], random.Next(3) == 0 ? 0 : 32_767 - random.Next(3) + (random.Next(2) * 32_768)) + breaks[random.Next(3)]));
            var path = folder.Write("long.txt", text);
            Assert.Equal(File.ReadAllLines(path), new TextFile(path));
            Assert.Equal(text.ReplaceLineEndings("\n"), string.Concat(new TextFile(path) { KeepBreaks = true }));
        }
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("cp949", false)]
    public void The_encoding_is_told_from_the_bytes(string name, bool hasMark)
    {
        var encoding = TextDecoder.Named(name);
        byte[] bytes = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("한국어 문장\n둘째 줄")];
        var file = new TextFile(folder.Write("text.txt", bytes));
        Assert.Equal(["한국어 문장", "둘째 줄"], file);
        Assert.Equal(name == "cp949" ? ["The file is not UTF-8; it was read as CP949 (Korean). Set Encoding if letters look wrong."] : [], file.Notes);
        if (name == "cp949") Assert.Equal(["한국어 문장", "둘째 줄"], new TextFile(file.Path, "euc-kr"));
    }

    [Fact]
    public void Western_text_is_read_and_a_wrong_name_refused()
    {
        var path = folder.Write("text.txt", Encoding.Latin1.GetBytes("déjà vu\nça"));
        Assert.Equal(["déjà vu", "ça"], new TextFile(path));
        Assert.Contains("'latin-eleven' is no known encoding", Assert.Throws<OptionException>(() => new TextFile(path, "latin-eleven")).Message);
    }

    [Fact]
    public void Broken_bytes_become_replacement_characters()
    {
        byte[] bytes = [.. "한국어\n"u8, 0xff, (byte)'a', 0xed, 0xa0, 0x80, (byte)'\n', .. "끝"u8, 0xe3, 0x81];
        var lines = new TextFile(folder.Write("text.txt", bytes)).ToArray();
        Assert.Equal(["한국어", "\ufffda\ufffd\ufffd\ufffd", "끝\ufffd"], lines);
        Assert.Equal("한\ufffd글", new TextFile(folder.Write("k.txt", [.. TextDecoder.Named("cp949").GetBytes("한"), 0x81, 0x30, .. TextDecoder.Named("cp949").GetBytes("글")]), "cp949").Single());
    }

    [Fact]
    public void Any_bytes_are_lines()
    {
        var bytes = Gen.OneOf(Gen.Choose(0, 255).Select(value => (byte)value), Gen.Elements<byte>(10, 13, 0xff, 0xfe, 0xef, 0xbb, 0xbf, 0xb0, 0xa1, 97)).ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(bytes.ToArbitrary(), content =>
            Assert.All(new TextFile(folder.Write("fuzz.txt", content)), line => Assert.DoesNotContain('\n', line))));
    }

    [Fact]
    public void What_cannot_be_read_is_told()
    {
        Assert.Contains("There is no such file", Assert.Throws<DataException>(() => new TextFile(folder["none.txt"])).Message);
        Assert.Contains("This is a directory", Assert.Throws<DataException>(() => new TextFile(folder.Path)).Message);
        File.WriteAllBytes(folder["no.gz"], "not packed"u8.ToArray());
        Assert.Contains("not a whole gzip file", Assert.Throws<DataException>(() => new TextFile(folder["no.gz"])).Message);
        File.WriteAllBytes(folder["empty.gz"], []);
        Assert.Contains("not a whole gzip file", Assert.Throws<DataException>(() => new TextFile(folder["empty.gz"])).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    [InlineData(1 << 20)]
    public void Ids_are_the_same_in_memory_and_in_a_file(int inMemory)
    {
        var random = new Random(inMemory);
        string[] lines = [.. Enumerable.Range(0, 900).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(25)).Select(_ => "abcdefgh"[random.Next(8)])))];
        var encoder = TextEncoder.Fit(lines, new SpaceTokenizer());
        int[] expected = [.. lines.SelectMany(line => encoder.Encode(line).Append(Vocabulary.End))];
        using var ids = TokenFile.Encode(lines, encoder, endLines: true, inMemory);
        Assert.Equal((expected.Length, expected.Length > inMemory), (ids.Count, ids.IsOnDisk));
        var all = new int[ids.Count];
        ids.Read(0, all);
        Assert.Equal(expected, all);
        Parallel.For(0, 200, i =>
        {
            var part = new int[i];
            ids.Read(i * 3, part);
            Assert.Equal(expected[(i * 3)..(i * 4)], part);
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => ids.Read(ids.Count - 1, new int[2]));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "unroll-*.ids"));
    }

    [Fact]
    public void A_fault_of_the_lines_goes_on_to_the_caller()
    {
        IEnumerable<string> Lines()
        {
            for (var i = 0; i < 50; i++) yield return "a b c";
            throw new DataException("Lost.");
        }

        var encoder = TextEncoder.Fit(["a b c"], new SpaceTokenizer());
        Assert.Equal("Lost.", Assert.Throws<DataException>(() => TokenFile.Encode(Lines(), encoder, endLines: false, 10)).Message);
    }

    [Fact]
    public void Characters_keep_line_breaks_and_words_end_lines()
    {
        var path = folder.Write("text.txt", "to be\r\nor not\n\nend");
        var kept = new TextFile(path) { KeepBreaks = true };
        var characters = TextEncoder.Fit(kept, new CharacterTokenizer());
        using var ids = TokenFile.Encode(kept, characters, endLines: false);
        var all = new int[ids.Count];
        ids.Read(0, all);
        Assert.Equal("to be\nor not\n\nend", characters.Decode(all));
        using var words = TokenFile.Encode(new TextFile(path), TextEncoder.Fit(new TextFile(path), new WordTokenizer()), endLines: true);
        Assert.Equal(9, words.Count); // five words, four lines
    }

    [Fact]
    public void Penn_Treebank_has_the_published_numbers_of_tokens()
    {
        var data = Path.Combine(RealData.Folder("ptb"), "ptb");
        var encoder = TextEncoder.Fit(new TextFile(Path.Combine(data, "ptb.train.txt.gz")), new SpaceTokenizer());
        Assert.Equal(10_000 + 2, encoder.Vocabulary.Count); // <unk> and <eos> are among the ten thousand; <pad> and <bos> are ours
        foreach (var (part, count) in new[] { ("train", 929_589), ("valid", 73_760), ("test", 82_430) })
        {
            using var ids = TokenFile.Encode(new TextFile(Path.Combine(data, $"ptb.{part}.txt.gz")), encoder, endLines: true);
            Assert.Equal((part, count), (part, ids.Count));
        }
    }

    [Fact]
    public void Tiny_Shakespeare_has_the_published_numbers_of_characters()
    {
        var file = new TextFile(Path.Combine(RealData.Folder("tinyshakespeare"), "tinyshakespeare", "input.txt.gz")) { KeepBreaks = true };
        var encoder = TextEncoder.Fit(file, new CharacterTokenizer());
        Assert.Equal(65 + 4, encoder.Vocabulary.Count);
        using var ids = TokenFile.Encode(file, encoder, endLines: false);
        Assert.Equal(1_115_394, ids.Count);
    }
}
