using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Text;

public sealed class LabelledTextFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("id\tdocument\tlabel\n7\ta \"b\t1\n8\t\"c\t0\n9\t\"d \"\"e\"\"\"\t1\n", "a \"b:1|\"c:0|d \"e\":1")]
    [InlineData("label,text\nbad,\"no, thanks\"\ngood,\"a\nb\"\nbad,\n", "no, thanks:bad|a\nb:good|:bad")]
    [InlineData("Class Index,Title,Description\n3,T1,long text one\n4,T2,long text two\n3,T3,x\n", "long text one:3|long text two:4|x:3")]
    [InlineData("great, phone!\t1\nbad \"thing\"\t0\nmeh, so so\t0\n", "great, phone!:1|bad \"thing\":0|meh, so so:0")]
    [InlineData("0\tbad one\n1\tgood\n1\tfine\n0\tugly\n", "bad one:0|good:1|fine:1|ugly:0")]
    [InlineData("1 a stirring , funny film .\n0 flat\n1 \"quoted\" and , more\n0 dull , dull\n", "a stirring , funny film .:1|flat:0|\"quoted\" and , more:1|dull , dull:0")]
    [InlineData("DESC What is it ?\nHUM Who , me ?\nDESC Why ?\nLOC Where ?\nHUM Who is it ?\nLOC Where to ?\nDESC How ?\nHUM Whose ?\nLOC From ?\nDESC So ?\nHUM I ?\nLOC On ?\n",
        "What is it ?:DESC|Who , me ?:HUM|Why ?:DESC|Where ?:LOC|Who is it ?:HUM|Where to ?:LOC|How ?:DESC|Whose ?:HUM|From ?:LOC|So ?:DESC|I ?:HUM|On ?:LOC")]
    [InlineData("a fine film 1\nso dull 0\nbad 0\n", "a fine film:1|so dull:0|bad:0")]
    [InlineData("0,well, not good\n1,good\n0,bad, so bad, very\n", "well, not good:0|good:1|bad, so bad, very:0")]
    [InlineData("sentiment,review\n0,well, not good\n1,good\n0,bad, so bad, very\n", "well, not good:0|good:1|bad, so bad, very:0")]
    [InlineData("good;ja; sehr\nbad;nein\ngood;doch\n", "ja; sehr:good|nein:bad|doch:good")]
    [InlineData("text|sentiment\nich|pos\ndu|neg\ner|pos\n", "ich:pos|du:neg|er:pos")]
    [InlineData("__label__pos a fine film\n__label__neg dull\n", "a fine film:pos|dull:neg")]
    [InlineData("a fine film __label__pos\n\ndull __label__neg\n", "a fine film:pos|dull:neg")]
    [InlineData("DESC:manner How did it , end ?\nENTY:cremat What films ?\nDESC:def What is it ?\nHUM:ind Who ?\n", "How did it , end ?:DESC|What films ?:ENTY|What is it ?:DESC|Who ?:HUM")]
    [InlineData("v1,v2,,\nham,\"Go, now\",,\nspam,Free,x,\nham,ok,,\nspam,win,,y\n", "Go, now:ham|Free:spam|ok:ham|win:spam")]
    [InlineData("Q,A,label\nhow are you,I am fine and you,0\nbye,see you,1 \nhi,hello,0\n", "how are you:0|bye:1|hi:0")]
    [InlineData("a,0\r\nb,1\r\n", "a:0|b:1")]
    public void Files_are_read_as_they_are_passed_around(string content, string rows)
    {
        foreach (var name in new[] { "texts.csv", "texts.csv.gz" })
        {
            var read = LabelledTextFile.Read(folder.Write(name, content));
            Assert.Equal(rows, string.Join('|', read.Texts.Zip(read.Labels, (text, label) => $"{text}:{read.Classes[label]}")));
        }
    }

    [Fact]
    public void What_was_found_is_said() => Assert.Equal(
        [
            "Fields are parted by tabs.", "The first line names the columns.", "The text is column 'document', the label column 'label'.",
            "4 texts of 3 classes: -1 (1), 2 (2), 10 (1).",
        ],
        LabelledTextFile.Read(folder.Write("a.tsv", "id\tdocument\tlabel\n1\ta\t10\n2\tb\t2\n3\tc\t-1\n4\td\t2\n")).Notes);

    [Fact]
    public void Options_go_before_what_is_found()
    {
        const string Content = "q,a,topic,mood\nhow,fine thanks,1,x\nwho,me again,2,y\nwhy,because so,1,y\nwhen,tomorrow,2,x\n";
        var path = folder.Write("a.csv", Content);
        var read = LabelledTextFile.Read(path, new() { TextColumn = "a", LabelColumn = "mood" });
        Assert.Equal(["fine thanks", "me again", "because so", "tomorrow"], read.Texts);
        Assert.Equal(["x", "y"], read.Classes);
        Assert.Equal(["how", "who", "why", "when"], LabelledTextFile.Read(path, new() { TextColumn = "1", LabelColumn = "3" }).Texts);
        Assert.Equal("a", LabelledTextFile.Read(path, new() { HasHeader = false, LabelColumn = "4", TextColumn = "2" }).Texts[0]);
        Assert.Equal([2, 0, 2, 0], LabelledTextFile.Read(path, new() { LabelColumn = "topic", Classes = ["2", "3", "1"] }).Labels);
        var latin = folder.Write("latin.csv", Encoding.Latin1.GetBytes("0#d\u00e9j\u00e0\n1#vu\n"));
        Assert.Equal(["d\u00e9j\u00e0", "vu"], LabelledTextFile.Read(latin, new() { Separator = '#', Encoding = "latin1" }).Texts);
    }

    [Theory]
    [InlineData("", "The file has no rows")]
    [InlineData("text,label\n", "The file has a header and no rows")]
    [InlineData("text,label\na,1\nb,\nc,0\n", "line 3, column 'label', text 'b': This row has no label. Give it one, or take the row out")]
    [InlineData("just some prose\nand more of it\nwithout any label\nat all\n", "line 1, text 'just some prose': No character parts texts from labels")]
    [InlineData("__label__a x\nno label\n", "line 2, text 'no label': Expected a text with one label, __label__CLASS, in front or behind, but this line has 0")]
    [InlineData("__label__a __label__b x\n", "but this line has 2. Give each text one.")]
    public void What_is_wrong_is_told_with_its_place(string content, string message) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => LabelledTextFile.Read(folder.Write("a.csv", content))).Message);

    [Fact]
    public void A_row_that_is_not_like_the_others_is_told()
    {
        var rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},text {i},{i % 2}\n"));
        var fault = Assert.Throws<DataException>(() => LabelledTextFile.Read(folder.Write("a.csv", "id,text,label\n" + rows + "200,well, no,1\n")));
        Assert.EndsWith("line 202, text '200,well, no,1': This row has 4 fields, but the others have 3. Put a text with a comma in quotes, or complete the row.", fault.Message);
        Assert.Equal(202, fault.Line);
        var questions = string.Concat(Enumerable.Range(0, 100).Select(i => $"{(i % 2 == 0 ? "NUM" : "LOC")}:x what {i}\n"));
        Assert.Contains("line 101, text 'what else': Expected CLASS:DETAIL", Assert.Throws<DataException>(() =>
            LabelledTextFile.Read(folder.Write("b.txt", questions + "what else\n"))).Message);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        var path = folder.Write("a.csv", "text,label\na,1\nb,0\n");
        Assert.Contains("There is no column 'labels', as LabelColumn says. The columns are 'text', 'label'.",
            Assert.Throws<DataException>(() => LabelledTextFile.Read(path, new() { LabelColumn = "labels", HasHeader = true })).Message);
        Assert.Contains("column 'label', text '1': This label is none of the 1 classes: 0.",
            Assert.Throws<DataException>(() => LabelledTextFile.Read(path, new() { Classes = ["0"] })).Message);
        Assert.Throws<OptionException>(() => LabelledTextFile.Read(path, new() { Separator = '"' }));
        Assert.Throws<OptionException>(() => LabelledTextFile.Read(path, new() { TextColumn = "a", LabelColumn = "a" }));
        Assert.Throws<OptionException>(() => LabelledTextFile.Read(path, new() { Classes = ["a", "a"] }));
        Assert.Throws<OptionException>(() => LabelledTextFile.Read(path, new() { Encoding = "none" }));
    }

    [Fact]
    public void Broken_bytes_are_read_and_told()
    {
        var read = LabelledTextFile.Read(folder.Write("a.tsv", [.. "좋은 영화\t1\n나쁜 영화"u8, 0xff, .. "\t0\n"u8]));
        Assert.Equal(["좋은 영화", "나쁜 영화\ufffd"], read.Texts);
        Assert.Contains("Bytes that are no text became U+FFFD, 1 in all. Set Encoding if letters look wrong.", read.Notes);
    }

    [Fact]
    public void Any_text_gives_texts_or_a_data_exception()
    {
        var parts = Gen.Elements("\"", ",", "\t", ";", "|", " ", "\n", "\n", "\r\n", "0", "1", "a", "b c", "label", "text", "__label__", "X:y ", "é", "한", "0\ta\n", "1\tb\n", "0,a\n");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_500), Prop.ForAll(parts.ArrayOf().Select(string.Concat).ToArbitrary(), content =>
        {
            try
            {
                var read = LabelledTextFile.Parse(content, "fuzz.txt", new(), []);
                Assert.Equal(read.Texts.Count, read.Labels.Count);
                Assert.All(read.Labels, label => Assert.InRange(label, 0, read.Classes.Count - 1));
            }
            catch (DataException fault)
            {
                Assert.Equal("fuzz.txt", fault.File);
            }
        }));
    }

    [Fact]
    public void The_Naver_corpus_has_the_published_counts()
    {
        var data = Path.Combine(RealData.Folder("nsmc"), "nsmc");
        var clock = Stopwatch.StartNew();
        var train = LabelledTextFile.Read(Path.Combine(data, "ratings_train.txt.gz"));
        TestContext.Current.SendDiagnosticMessage($"150,000 rows: {clock.Elapsed}");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"Reading took {clock.Elapsed}."); // 2 s on an idle machine
        var test = LabelledTextFile.Read(Path.Combine(data, "ratings_test.txt.gz"), new() { Classes = train.Classes });
        Assert.Equal((150_000, 75_173, 74_827), (train.Texts.Count, train.Labels.Count(label => label == 0), train.Labels.Count(label => label == 1)));
        Assert.Equal((50_000, 24_827, 25_173), (test.Texts.Count, test.Labels.Count(label => label == 0), test.Labels.Count(label => label == 1)));
        Assert.Equal((5, 3), (train.Texts.Count(text => text.Length == 0), test.Texts.Count(text => text.Length == 0)));
        Assert.Equal("아 더빙.. 진짜 짜증나네요 목소리", train.Texts[0]);
        Assert.Contains("\"시미즈레이코의 만화책\"\"비밀\"\".에서 영향받은거 아냐? 똑같애\"", train.Texts);
        Assert.Contains("The text is column 'document', the label column 'label'.", train.Notes);
    }

    [Fact]
    public void The_film_reviews_and_the_chatbot_are_read()
    {
        var reviews = LabelledTextFile.Read(Path.Combine(RealData.Folder("imdb"), "imdb", "imdb_text_train.tsv.gz"));
        Assert.Equal((25_000, 12_500), (reviews.Texts.Count, reviews.Labels.Sum()));
        Assert.StartsWith("this film was just brilliant", reviews.Texts[0]);
        var chat = LabelledTextFile.Read(Path.Combine(RealData.Folder("korean-chatbot"), "korean-chatbot", "ChatbotData.csv.gz"));
        Assert.Equal(["0", "1", "2"], chat.Classes);
        Assert.Equal([5_290, 3_570, 2_963], chat.Classes.Select((_, label) => chat.Labels.Count(other => other == label)));
        Assert.Equal("12시 땡!", chat.Texts[0]);
    }
}
