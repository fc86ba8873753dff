using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Text;

public sealed class ConllFileTests : IDisposable
{
    private const string Tree =
        "# sent_id = 1\n# text = I won't\n1\tI\tI\tPRON\tPRP\t_\t2\tnsubj\t_\t_\n2-3\twon't\t_\t_\t_\t_\t_\t_\t_\t_\n2\two\twill\tAUX\tMD\t_\t0\troot\t_\t_\n" +
        "3\tn't\tnot\tPART\tRB\t_\t2\tadvmod\t_\t_\n3.1\t#\t_\tVERB\t_\t_\t_\t_\t_\t_\n\n# sent_id = 2\n1\t#\t#\tSYM\tNFP\t_\t0\troot\t_\t_\n\n";

    private const string Flights = "BOS to new york EOS\tO O B-city I-city flight\n\nBOS fares EOS\tO O fare\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("in IN B-PP\nthe DT B-NP\n\nit PRP B-NP\n", "in/B-PP the/B-NP|it/B-NP")]
    [InlineData("in\tIN\tB-PP\r\nthe\tDT\tB-NP\r\n\r\n\r\nit\tPRP\tB-NP", "in/B-PP the/B-NP|it/B-NP")]
    [InlineData("\n\n in  B-PP \nthe\t B-NP\n \t \nit B-NP\n\n\n", "in/B-PP the/B-NP|it/B-NP")]
    [InlineData("New York\tB-LOC\nis\tO\n\nit\tO\n", "New York/B-LOC is/O|it/O")]
    [InlineData("New York NNP\tB-LOC\nis now VBZ\tO\n", "New/B-LOC is/O")]
    [InlineData("a\t\tO\nb\tx\tO\n", "a/O b/O")]
    [InlineData("-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\n\n-DOCSTART- -X- O O\n\nPeter NNP I-NP I-PER\n", "EU/I-ORG|Peter/I-PER")]
    [InlineData("# a comment of five words\n# # B-NP\n5 CD I-NP\n# id = 7\nx Y O\n#\n\n#\n", "#/B-NP 5/I-NP x/O")]
    [InlineData("# B-NP\n# B-NP\n", "#/B-NP #/B-NP")]
    [InlineData("\ufeff나는 NP\n간다 VV\n", "나는/NP 간다/VV")]
    [InlineData(Tree, "I/PRON wo/AUX n't/PART|#/SYM")]
    [InlineData(Flights, "to/O new/B-city york/I-city|fares/O")]
    [InlineData("to new york\tO B-city I-city\nfares home\tO O\n", "to/O new/B-city york/I-city|fares/O home/O")]
    public void Files_are_read_as_they_are_passed_around_and_written_back_to_the_byte(string content, string words)
    {
        foreach (var name in new[] { "tags.txt", "tags.txt.gz" })
        {
            var path = folder.Write(name, content);
            var file = new ConllFile(path);
            Assert.Equal(words, Words(file));
            Assert.Equal(words, Words(file)); // as often as one likes
            Assert.Equal(content, string.Concat(file));
            Assert.Equal(content, string.Concat(file.Select(sentence => sentence.WithTags(sentence.Tags))));
            ConllFile.Write(folder["back-" + name], file.Select(sentence => sentence.WithTags([.. sentence.Words.Select((_, i) => $"T{i}")])));
            ConllFile.Write(folder["again-" + name], new ConllFile(folder["back-" + name]).Zip(file, (back, first) => back.WithTags(first.Tags)));
            Assert.Equal(content, string.Concat(new ConllFile(folder["again-" + name])));
            Assert.Equal(file.Select(sentence => sentence.Words.Count), new ConllFile(folder["back-" + name]).Select(sentence => sentence.Tags.Count(tag => tag[0] == 'T')));
        }
    }

    [Fact]
    public void Columns_are_named_or_numbered()
    {
        var tree = folder.Write("tree.conllu", Tree);
        Assert.Equal(ConllFormat.Universal, new ConllFile(tree).Format);
        Assert.Equal("I/PRP wo/MD n't/RB|#/NFP", Words(new ConllFile(tree, new() { TagColumn = "XPOS" })));
        Assert.Equal("I/2 will/0 not/2|#/0", Words(new ConllFile(tree, new() { WordColumn = "3", TagColumn = "-4" })));
        var chunks = folder.Write("a.txt", "in IN B-PP\nthe DT B-NP\n");
        Assert.Equal("IN/in DT/the", Words(new ConllFile(chunks, new() { WordColumn = "2", TagColumn = "1" })));
        Assert.Equal("in/IN the/DT", Words(new ConllFile(chunks, new() { TagColumn = "-2" })));
        Assert.Equal(["in", "IN", "B-PP"], new ConllFile(chunks).Single().Rows[0]);
    }

    [Fact]
    public void A_sentence_knows_its_line_its_comments_and_its_label()
    {
        ConllSentence[] tree = [.. new ConllFile(folder.Write("a.conllu", Tree))];
        Assert.Equal([1, 9], tree.Select(sentence => sentence.Line));
        Assert.Equal(["sent_id = 1", "text = I won't"], tree[0].Comments);
        Assert.Equal(["sent_id = 2"], tree[1].Comments);
        ConllSentence[] flights = [.. new ConllFile(folder.Write("a.iob", Flights))];
        Assert.Equal(["flight", "fare"], flights.Select(sentence => sentence.Label!));
        Assert.Equal("BOS to new york EOS\tO B-a I-a O ticket\n\n", flights[0].WithTags(["B-a", "I-a", "O"], "ticket").ToString());
        Assert.Equal("ticket", flights[0].WithTags(["B-a", "I-a", "O"], "ticket").Label);
    }

    [Fact]
    public void Words_alone_are_read_and_given_tags()
    {
        var options = new ConllOptions { WordsOnly = true };
        ConllSentence[] read = [.. new ConllFile(folder.Write("a.txt", "in\nit\n\nyes"), options)];
        Assert.Equal(["in it", "yes"], read.Select(sentence => string.Join(' ', sentence.Words)));
        Assert.All(read, sentence => Assert.Empty(sentence.Tags));
        Assert.Equal("in\tB-PP\nit\tB-NP\n\n", read[0].WithTags(["B-PP", "B-NP"]).ToString());
        Assert.Equal("in\tI\nit\tI\n\n", read[0].WithTags(["B-PP", "B-NP"]).WithTags(["I", "I"]).ToString());
        Assert.Equal("in IN X\nit PRP Y\n", new ConllFile(folder.Write("b.txt", "in IN\nit PRP\n"), options).Single().WithTags(["X", "Y"]).ToString());
        Assert.Equal("in X\nit Y\n", new ConllFile(folder.Write("b.txt", "in IN\nit PRP\n"), options with { TagColumn = "-1" }).Single().WithTags(["X", "Y"]).ToString());
        var tree = new ConllFile(folder.Write("a.conllu", Tree.Replace("\tSYM", "\t_")), options).Last();
        Assert.Equal(Tree[Tree.IndexOf("# sent_id = 2", StringComparison.Ordinal)..], tree.WithTags(["SYM"]).ToString());
        var flight = new ConllFile(folder.Write("a.iob", "BOS to york EOS\n"), options with { Format = ConllFormat.Utterances }).Single();
        Assert.Equal(["to", "york"], flight.Words);
        Assert.Equal("BOS to york EOS\tO O B-city flight\n", flight.WithTags(["O", "B-city"], "flight").ToString());
        Assert.Equal("BOS to york EOS\tO O B-city O\n", flight.WithTags(["O", "B-city"]).ToString());
    }

    [Fact]
    public void Sentences_of_no_file_and_of_several_are_written_apart()
    {
        var path = folder["out.txt"];
        var one = new ConllFile(folder.Write("a.txt", "a X\nb Y")).Single();
        ConllFile.Write(path, [one, new ConllSentence(["New York", "is"], ["B", "O"]), one]);
        Assert.Equal("a X\nb Y\n\nNew York\tB\nis\tO\n\na X\nb Y", File.ReadAllText(path));
        var utterance = new ConllFile(folder.Write("a.iob", "a b\tX Y")).Single();
        ConllFile.Write(path, [utterance, utterance]);
        Assert.Equal("a b\tX Y\na b\tX Y", File.ReadAllText(path));
        Assert.Contains("cannot be written", Assert.Throws<DataException>(() => ConllFile.Write(folder.Path, [one])).Message);
    }

    [Theory]
    [InlineData("", "The file has no sentences. Give a word to a line")]
    [InlineData("\n \n", "The file has no sentences")]
    [InlineData("in IN B-PP\nthe DT\n", "line 2, text 'the DT': This line has 2 columns, but the file has 3. Complete it, or part what stands in one column.")]
    [InlineData("in IN B-PP\n\nthe\n", "line 3, text 'the': This line has 1 column, but the file has 3.")]
    [InlineData("in\nthe\n", "text 'in': The lines have one column: words without tags. Write the tag of each word behind it")]
    [InlineData("a\tX\n\tY\n", "line 2, column '1', text ' Y': This line has no word. Write one, or take the line out.")]
    [InlineData("a\tX\nb\t\n", "line 2, column '2', text 'b ': This word has no tag. Write one.")]
    [InlineData("1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n", "line 1, column 'upos': No word of this sentence has a tag: the column holds '_' alone. Name one that is filled in")]
    [InlineData("1\ta\t_\tX\t_\t_\t_\t_\t_\t_\nx\ta\t_\tX\t_\t_\t_\t_\t_\t_\n", "line 2, text 'x a _ X _ _ _ _ _ _': Expected the number of a word, a range such as 1-2")]
    [InlineData("1\ta\t_\tX\t_\t_\t_\t_\t_\t_\n2\ta\t_\tX\n", "line 2, text '2 a _ X': This line has 4 columns, but the file has 10.")]
    [InlineData("a b\tX Y\nc d\tZ Z\na b\tX\n", "line 3, text 'a b X': This line has 2 words but 1 tags. Expected words, a tab, and as many tags, with blanks between them.")]
    [InlineData("BOS a EOS\tO X y\nBOS EOS\tO y\n", "line 2, text 'BOS EOS O y': This line has no words.")]
    [InlineData("# c = 1\n# d = 2\n", "The file has no words, only comments.")]
    public void What_is_wrong_is_told_with_its_place(string content, string message) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => new ConllFile(folder.Write("a.txt", content)).Count()).Message);

    [Fact]
    public void Broken_bytes_and_columns_that_are_not_there_are_told()
    {
        byte[] broken = [.. "in X\n"u8, 0xb0, 0xa1, .. " Y\n"u8];
        Assert.EndsWith("a.txt, line 2: Expected UTF-8, but this line holds bytes that are none. Save the file as UTF-8.",
            Assert.Throws<DataException>(() => new ConllFile(folder.Write("a.txt", broken))).Message);
        byte[] late = [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("in X\n", 2_000))), .. broken];
        Assert.Equal(2_002, Assert.Throws<DataException>(() => new ConllFile(folder.Write("a.txt", late)).Count()).Line);
        var path = folder.Write("b.txt", "a X\n");
        Assert.Contains("There is no column '3', as TagColumn says: lines have 2, the first is '1', the last '-1'.",
            Assert.Throws<DataException>(() => new ConllFile(path, new() { TagColumn = "3" })).Message);
        Assert.Contains("There is no column 'pos', as WordColumn says: CoNLL-U has id, form, lemma, upos",
            Assert.Throws<DataException>(() => new ConllFile(folder.Write("a.conllu", Tree), new() { WordColumn = "pos" })).Message);
        Assert.Contains("Words and tags are asked for from the same column.", Assert.Throws<DataException>(() => new ConllFile(path, new() { TagColumn = "1" })).Message);
        var sentence = new ConllFile(path).Single();
        Assert.Throws<ShapeException>(() => sentence.WithTags(["X", "Y"]));
        Assert.Throws<DataException>(() => sentence.WithTags(["X Y"]));
        Assert.Throws<DataException>(() => sentence.WithTags([""]));
        Assert.Throws<DataException>(() => sentence.WithTags(["X"], "intent"));
        Assert.Throws<DataException>(() => new ConllSentence(["a\tb"], ["X"]));
        Assert.Throws<ShapeException>(() => new ConllSentence([], []));
    }

    [Fact]
    public void Memory_does_not_grow_with_a_sentence_read_before()
    {
        var path = folder.Write("long.txt.gz", string.Concat(Enumerable.Range(0, 300_000).Select(i => $"word{i} X\n")) + "\nshort Y\n");
        var counts = new ConllFile(path).Select(sentence => sentence.Words.Count);
        Assert.Equal([300_000, 1], counts);
    }

    [Fact]
    public void Any_text_gives_sentences_that_are_the_file_or_a_data_exception()
    {
        var parts = Gen.Elements("a", "b X", "c\tY", "\t", " ", "\n", "\n", "\n\n", "\r\n", "#", "# x = 1\n", "BOS ", " EOS\t", "O", "1\t", "1-2\t", "-DOCSTART-", "한", "\ufeff", "a X\nb Y\n");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(parts.ArrayOf().Select(string.Concat).ToArbitrary(), content =>
        {
            var path = folder.Write("fuzz.txt", content);
            foreach (var wordsOnly in new[] { false, true })
            {
                try
                {
                    var file = new ConllFile(path, new() { WordsOnly = wordsOnly });
                    Assert.Equal(content, string.Concat(file), StringComparer.Ordinal);
                    Assert.All(file, sentence => Assert.Equal(sentence.Words.Count, sentence.WithTags([.. sentence.Words.Select(_ => "T")]).Tags.Count));
                }
                catch (DataException fault)
                {
                    Assert.Equal(path, fault.File);
                }
            }
        }));
    }

    [Fact]
    public void Public_files_have_the_published_counts_and_come_back_to_the_byte()
    {
        Assert.Equal((8_936, 211_727, ConllFormat.Columns), Counts("conll2000-chunking", "train.txt.gz"));
        Assert.Equal((2_012, 47_377, ConllFormat.Columns), Counts("conll2000-chunking", "test.txt.gz"));
        Assert.Equal((2_001, 25_147, ConllFormat.Universal), Counts("ud-english-ewt", "en_ewt-ud-dev.conllu.gz"));
        Assert.Equal((2_077, 25_094, ConllFormat.Universal), Counts("ud-english-ewt", "en_ewt-ud-test.conllu.gz"));
        Assert.Equal((4_400, 56_687, ConllFormat.Universal), Counts("ud-korean-gsd", "ko_gsd-ud-train.conllu.gz"));
        Assert.Equal((989, 11_677, ConllFormat.Universal), Counts("ud-korean-gsd", "ko_gsd-ud-test.conllu.gz"));
        Assert.Equal((893, 9_164, ConllFormat.Utterances), Counts("atis", "atis.test.w-intent.iob.gz"));
        Assert.Equal((4_978, 56_200, ConllFormat.Utterances), Counts("atis", "atis.train.w-intent.iob.gz"));
    }

    private static (int Sentences, int Words, ConllFormat Format) Counts(string set, string name)
    {
        var path = Path.Combine(RealData.Folder(set), set, name);
        var file = new ConllFile(path);
        ConllSentence[] sentences = [.. file];
        using var reader = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress));
        Assert.Equal(reader.ReadToEnd(), string.Concat(sentences.Select(sentence => sentence.WithTags(sentence.Tags))));
        return (sentences.Length, sentences.Sum(sentence => sentence.Words.Count), file.Format);
    }

    private static string Words(ConllFile file) =>
        string.Join('|', file.Select(sentence => string.Join(' ', sentence.Words.Zip(sentence.Tags, (word, tag) => $"{word}/{tag}"))));
}
