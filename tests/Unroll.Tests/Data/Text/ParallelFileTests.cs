using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Text;

public sealed class ParallelFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Go.\t가.\tCC-BY\nHi.\t안녕.\n", "Go.=가.|Hi.=안녕.")]
    [InlineData("\ufeffGo.\tVa !\r\n\r\nHi, you \"there\"\tSalut\r\n", "Go.=Va !|Hi, you \"there\"=Salut")]
    [InlineData("source\ttarget\na\tb\n", "a=b")]
    [InlineData("Q,A,label\n\"12, now\",\"a\nb\",0\nc,d,1\n", "12, now=a\nb|c=d")]
    [InlineData("2+3;5\n10+1;11\n", "2+3=5|10+1=11")]
    public void Pairs_are_read_as_they_are_passed_around(string content, string pairs)
    {
        foreach (var name in new[] { "pairs.tsv", "pairs.tsv.gz" })
        {
            var read = ParallelFile.Read(folder.Write(name, content));
            Assert.Equal(pairs, string.Join('|', read.Sources.Zip(read.Targets, (source, target) => $"{source}={target}")));
        }
    }

    [Fact]
    public void Columns_are_named_or_numbered()
    {
        var path = folder.Write("a.csv", "id,left,right\n1,a,b\n2,c,d\n");
        Assert.Equal(["b", "d"], ParallelFile.Read(path, new() { SourceColumn = "right", TargetColumn = "LEFT" }).Sources);
        Assert.Equal(["a", "c"], ParallelFile.Read(path, new() { SourceColumn = "3", TargetColumn = "2", HasHeader = true }).Targets);
        Assert.Equal(["id", "1", "2"], ParallelFile.Read(path, new() { TargetColumn = "3" }).Sources);
        Assert.Equal(["left", "a", "c"], ParallelFile.Read(path, new() { TargetColumn = "1" }).Sources);
        Assert.Equal(["The first line names the columns.", "Sources are column 'id', targets column 'left'.", "2 pairs of texts."],
            ParallelFile.Read(path, new() { HasHeader = true }).Notes);
        Assert.Equal(["a|b"], ParallelFile.Read(folder.Write("b.txt", "a|b#c\n"), new() { Separator = '#' }).Sources);
    }

    [Fact]
    public void Two_files_are_read_line_by_line()
    {
        var read = ParallelFile.ReadTwo(folder.Write("a.de", "ein\u2028Haus\r\n\r\nzwei\ndrei"), folder.Write("a.en.gz", "a house\nnothing\ntwo\n\n"));
        Assert.Equal(["ein\u2028Haus", "zwei"], read.Sources);
        Assert.Equal(["a house", "two"], read.Targets);
        Assert.Equal(["2 pairs of texts.", "2 were left out: a side is empty."], read.Notes);
    }

    [Theory]
    [InlineData("", "The file has no rows. Give pairs of texts, one to a line, with a tab between them.")]
    [InlineData("source\ttarget\n", "The file has no pairs of texts.")]
    [InlineData("a\tb\nc\n", "line 2, text 'c': Expected a source in column 1 and a target in column 2, but this line has 1 text. Complete it, or take it out.")]
    [InlineData("just prose\nand more\n", "line 1, text 'just prose': Expected a source in column 1 and a target in column 2, but this line has 1 text.")]
    [InlineData("a,b\nHello, you,Hallo\n", "line 2, text 'Hello': This row has 3 fields, but the first has 2. Put a text with the separator in quotes.")]
    [InlineData("a\tb\t\n\tb\t\t\nc d\te\tf\tg\n", "line 3, text 'c d': This line has 4 texts between tabs, but the first has 3. Write a blank for a tab within a text.")]
    [InlineData("a\t\n\tb\n", "A side is empty in all 2 pairs. Name the columns of sources and targets, or give the texts.")]
    public void What_is_wrong_with_a_file_is_told_with_its_place(string content, string message) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => ParallelFile.Read(folder.Write("a.txt", content))).Message);

    [Fact]
    public void What_is_wrong_with_two_files_is_told_with_its_place()
    {
        var (three, two) = (folder.Write("a.de", "x\ny\nz\n"), folder.Write("a.en", "x\ny\n"));
        Assert.Equal($"{three}: This file has 3 lines, but '{two}' has 2. Lines must belong together: give the two files of one set.",
            Assert.Throws<DataException>(() => ParallelFile.ReadTwo(three, two)).Message);
        Assert.EndsWith("a.tsv, line 1, text 'x y': Expected a text to a line, but most lines hold a tab. If it is a file of pairs, read it alone; else write blanks for tabs.",
            Assert.Throws<DataException>(() => ParallelFile.ReadTwo(folder.Write("a.tsv", "x\ty\ny\tz\n"), two)).Message);
        byte[] broken = [.. "x\n"u8, 0xb0, 0xa1, (byte)'\n'];
        Assert.EndsWith("a.ko, line 2: Expected UTF-8, but this line holds bytes that are none. Save the file as UTF-8.",
            Assert.Throws<DataException>(() => ParallelFile.ReadTwo(folder.Write("a.ko", broken), two)).Message);
        Assert.Contains("A side is empty in all 2 pairs.", Assert.Throws<DataException>(() => ParallelFile.ReadTwo(folder.Write("a.no", "\n\n"), two)).Message);
        Assert.Contains("There is no such file.", Assert.Throws<DataException>(() => ParallelFile.ReadTwo(three, folder["none"])).Message);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        var path = folder.Write("a.tsv", "a\tb\n");
        Assert.Contains("line 1: There is no column 'x', as SourceColumn says. The first line has 1 'a', 2 'b'.",
            Assert.Throws<DataException>(() => ParallelFile.Read(path, new() { SourceColumn = "x" })).Message);
        Assert.Throws<DataException>(() => ParallelFile.Read(path, new() { TargetColumn = "3" }));
        Assert.Throws<DataException>(() => ParallelFile.Read(path, new() { TargetColumn = "a", HasHeader = false }));
        Assert.Throws<OptionException>(() => ParallelFile.Read(path, new() { SourceColumn = "a", TargetColumn = "a" }));
        Assert.Throws<OptionException>(() => ParallelFile.Read(path, new() { Separator = '"' }));
        Assert.Contains("This column holds the sources too", Assert.Throws<DataException>(() => ParallelFile.Read(path, new() { SourceColumn = "a", TargetColumn = "1" })).Message);
    }

    [Fact]
    public void Public_files_have_the_published_counts()
    {
        string multi30k = Path.Combine(RealData.Folder("multi30k"), "multi30k"), tatoeba = Path.Combine(RealData.Folder("tatoeba"), "tatoeba");
        var train = ParallelFile.ReadTwo(Path.Combine(multi30k, "train.de.gz"), Path.Combine(multi30k, "train.en.gz"));
        Assert.Equal(29_000, train.Sources.Count);
        Assert.Equal(["In 'train.de.gz' 1 of 29,000 texts hold a tab; it stays in them.", "29,000 pairs of texts."], train.Notes);
        Assert.StartsWith("Zwei junge weiße Männer", train.Sources[0]);
        Assert.StartsWith("Two young, White males", train.Targets[0]);
        var korean = ParallelFile.Read(Path.Combine(tatoeba, "kor-eng.tsv.gz"), new() { SourceColumn = "2", TargetColumn = "1" });
        Assert.Equal((5_749, 5_130), (korean.Sources.Count, korean.Targets.Distinct().Count()));
        var chat = ParallelFile.Read(Path.Combine(RealData.Folder("korean-chatbot"), "korean-chatbot", "ChatbotData.csv.gz"));
        Assert.Equal((11_823, "12시 땡!", "하루가 또 가네요."), (chat.Sources.Count, chat.Sources[0], chat.Targets[0]));
    }
}
