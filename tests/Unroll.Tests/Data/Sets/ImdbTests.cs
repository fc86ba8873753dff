using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Sets;

public class ImdbTests
{
    private const string Delete = "Delete the file and run `unroll data fetch imdb`.";

    [Fact]
    public void The_published_reviews_are_read_as_published()
    {
        var imdb = Imdb.Load(new ImdbOptions { Folder = RealData.Folder("imdb") });

        Assert.Equal(25000, imdb.Train.Count);
        Assert.Equal(25000, imdb.Test.Count);
        Assert.Equal(12500, imdb.Train.Labels.Sum());
        Assert.Equal(12500, imdb.Test.Labels.Sum());
        Assert.Equal([1, 0, 0, 1, 0, 0, 1, 0, 1, 0], imdb.Train.Labels.Take(10));
        Assert.Equal(
            [1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468, 66, 3941, 4, 173, 36, 256, 5, 25, 100, 43, 838, 112, 50, 670],
            imdb.Train.Sequences[0].Take(26));
        Assert.Equal([218, 189, 141, 550, 147, 43, 123, 562, 233, 130], imdb.Train.Sequences.Take(10).Select(ids => ids.Length));
        Assert.Equal([68, 260, 603, 181, 108, 132, 761, 180, 134, 370], imdb.Test.Sequences.Take(10).Select(ids => ids.Length));
        Assert.Equal(238.71364, imdb.Train.Sequences.Average(ids => ids.Length), 5);
        Assert.Equal(230.8042, imdb.Test.Sequences.Average(ids => ids.Length), 5);
    }

    [Fact]
    public void Rare_words_are_unknown_and_long_reviews_keep_their_end()
    {
        var folder = RealData.Folder("imdb");
        var whole = Imdb.Load(new ImdbOptions { Folder = folder }).Train.Sequences;
        var train = Imdb.Load(new ImdbOptions { Folder = folder, NumWords = 1000, MaxLength = 80 }).Train;

        for (var i = 0; i < 500; i++)
            Assert.Equal(whole[i].TakeLast(80).Select(id => id < 1000 ? id : 2), train.Sequences[i]);
        Assert.Equal(new Shape(100, 80), train.Slice(0, 100).Padded().Shape);
        Assert.Equal(new Shape(25000, 1), train.Targets().Shape);
        Assert.Equal(new Shape(50), train.Slice(0, 100).ToDataset(new PadOptions { Length = 50 }).InputShape);
    }

    [Fact]
    public void The_tokenizer_speaks_the_language_of_the_reviews()
    {
        var options = new ImdbOptions { Folder = RealData.Folder("imdb"), NumWords = 10_000 };
        var tokenizer = Imdb.Tokenizer(options);

        Assert.Equal(88_584, Imdb.WordIndex(options.Folder).Count);
        Assert.Equal(1, tokenizer.WordIndex["the"]);
        Assert.Equal(10_000, tokenizer.VocabularySize);
        Assert.StartsWith(
            "this film was just brilliant casting location scenery story direction",
            tokenizer.Decode(Imdb.Load(options).Train.Sequences[0]));
        Assert.Equal([1, 14, 22, 16, 43, 530], tokenizer.Encode("This FILM was just brilliant <xyzzyx>"));
    }

    [Fact]
    public void Missing_files_say_where_they_were_sought_and_how_to_get_them()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"{folder["imdb"]}: The data set 'imdb' is not here: 'imdb_keras_train.txt.gz' is missing from this folder. " +
            "Run `unroll data fetch imdb`, or name the folder that holds 'imdb' with `--data DIR`.",
            Assert.Throws<DataException>(() => Imdb.Load(new ImdbOptions { Folder = folder.Path })).Message);
        Assert.Contains("'imdb_word_index.json.gz' is missing", Assert.Throws<DataException>(() => Imdb.WordIndex(folder.Path)).Message);
        Assert.False(Imdb.Set.IsPresent(folder.Path));
    }

    [Theory]
    [InlineData("2\t1 2")]
    [InlineData("1 1 2")]
    [InlineData("1\t1  2")]
    [InlineData("1\t1 2 ")]
    [InlineData("1\t1 x")]
    [InlineData("1\t1 -2")]
    [InlineData("1\t99999999999")]
    [InlineData("1\t")]
    [InlineData("")]
    public void A_malformed_line_says_where(string line)
    {
        using var folder = new TemporaryFolder();
        var path = WriteReviews(folder, "1\t1 2 3\n0\t1 2 3\n" + line + "\n1\t1 2 3\n");

        var fault = Assert.Throws<DataException>(() => Imdb.Load(new ImdbOptions { Folder = folder.Path }));
        Assert.Equal(
            $"{path}, line 3, text '{line.Replace('\t', ' ')}': A review is a label (0 or 1), a tab and ids with a blank between them. {Delete}",
            fault.Message);
        Assert.Equal(line, fault.Text);
    }

    [Fact]
    public void A_file_with_more_or_fewer_reviews_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = WriteReviews(folder, "1\t1 2\n0\t5");
        Assert.Equal(
            $"{path}: Expected 25000 reviews, one a line, but there are 2. {Delete}",
            Assert.Throws<DataException>(() => Imdb.Load(new ImdbOptions { Folder = folder.Path })).Message);

        WriteReviews(folder, string.Concat(Enumerable.Repeat("0\t1 2\r\n", 25_000)));
        Assert.Equal([1, 2], Imdb.Load(new ImdbOptions { Folder = folder.Path }).Train.Sequences[24_999]);
    }

    [Theory]
    [InlineData("[1]", "It does not begin with '{'.")]
    [InlineData("{\"a\": \"b\"}", "The word 'a' has no whole number as its rank.")]
    [InlineData("{\"a\": 1.5}", "The word 'a' has no whole number as its rank.")]
    [InlineData("{\"a\": 1", "")]
    [InlineData(" ", "")]
    public void A_malformed_word_index_says_so(string json, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("imdb/imdb_word_index.json.gz", json);
        Assert.StartsWith(
            $"{path}: This is not an index of words, {{\"word\": rank, …}}: {reason}",
            Assert.Throws<DataException>(() => Imdb.WordIndex(folder.Path)).Message);
    }

    [Fact]
    public void Options_out_of_range_are_reported_together() => Assert.Equal(
        "ImdbOptions cannot be used: NumWords must be at least 4, since ids 0 to 3 are reserved, but it is 3; MaxLength must be at least 1, but it is 0.",
        Assert.Throws<OptionException>(() => Imdb.Load(new ImdbOptions { NumWords = 3, MaxLength = 0 })).Message);

    [Fact]
    public void The_folder_is_the_one_given_or_that_of_the_environment_or_a_cache()
    {
        Assert.Equal(Path.GetFullPath("here"), DataFolder.Resolve("here"));
        Assert.True(Path.IsPathFullyQualified(DataFolder.Resolve()));
        var named = Environment.GetEnvironmentVariable(DataFolder.Variable);
        if (!string.IsNullOrWhiteSpace(named)) Assert.Equal(Path.GetFullPath(named), DataFolder.Resolve());
        else Assert.Contains("unroll", DataFolder.Resolve());
    }

    [Fact]
    public void Data_sets_are_listed_and_found()
    {
        Assert.Contains(PublicDataSet.All, set => set.Name == "imdb" && set.Licence.Contains("Maas") && set.DownloadBytes > 80_000_000);
        Assert.Equal("imdb", PublicDataSet.Find("IMDB").Name);
        Assert.Equal(
            "There is no data set 'mnits'. The data sets are 'atis', 'conll2000-chunking', 'era5-uk-t2m', 'ett', 'exchange-rate', 'flickr8k-captions', 'forecast-small', 'imdb', " +
            "'korean-chatbot', 'kospi', 'm4', 'mnist', 'multi30k', 'nsmc', 'ptb', 'tatoeba', 'tinyshakespeare', 'ud-english-ewt', 'ud-korean-gsd'.",
            Assert.Throws<DataException>(() => PublicDataSet.Find("mnits")).Message);
    }

    /// <summary>Writes a training file, and a test file of 25,000 reviews; returns the path of the former.</summary>
    private static string WriteReviews(TemporaryFolder folder, string train)
    {
        folder.Write("imdb/imdb_keras_test.txt.gz", string.Concat(Enumerable.Repeat("0\t1 2 3\n", 25_000)));
        return folder.Write("imdb/imdb_keras_train.txt.gz", train);
    }
}
