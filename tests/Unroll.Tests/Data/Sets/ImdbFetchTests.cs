using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Sets;

public sealed class ImdbFetchTests : IDisposable
{
    private const string Index = "{\"the\": 1, \"film\": 2, \"it's\": 3, \"good\": 4, \"bad\": 5, \"br\": 6}";

    private readonly LoopbackServer server = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_small_archive_is_coded_sorted_and_shuffled()
    {
        // In the order before the shuffle; the review at place n says "film" n times.
        string[] names =
        [
            "pos/0_9.txt", "pos/10_7.txt", "pos/1_8.txt", "pos/2_10.txt", "pos/2_7.txt",
            "neg/0_3.txt", "neg/10_1.txt", "neg/1_2.txt", "neg/1_3.txt", "neg/9_1.txt",
        ];
        var entries = new List<(string, string)> { ("aclImdb/train/urls_pos.txt", "x"), ("aclImdb/train/unsup/0_0.txt", "x"), ("aclImdb/test/pos/._0_9.txt", "x") };
        for (var place = 9; place >= 0; place--)
        {
            var films = string.Concat(Enumerable.Repeat("<br />FILM,", place));
            entries.Add(($"aclImdb/train/{names[place]}", "It's\tTHE\nunheard " + films));
            entries.Add(($"aclImdb/test/{names[place]}", films));
        }

        var set = Serve(Archive([.. entries]));
        var reports = new Reports();
        Assert.Equal(folder["imdb"], await set.FetchAsync(new FetchOptions { Folder = folder.Path, Progress = reports }));

        // The orders of RandomState(113).shuffle of ten entries, and of the ten after them.
        int[] train = [9, 3, 6, 1, 0, 7, 4, 8, 2, 5], test = [6, 9, 5, 0, 1, 4, 8, 3, 7, 2];
        Assert.Equal(train.Select(place => Coded(place, " 6 4")), Lines("imdb_keras_train.txt.gz"));
        Assert.Equal(test.Select(place => Coded(place, "")), Lines("imdb_keras_test.txt.gz"));
        Assert.Equal([Index], Lines("imdb_word_index.json.gz"));
        Assert.True(set.IsPresent(folder.Path));
        Assert.Equal(3, Directory.GetFiles(folder["imdb"]).Length);
        Assert.Contains(reports, report => report.Stage == DownloadStage.Preparing && report.Done == report.Total);

        var requests = server.Requests.Count;
        await set.FetchAsync(new FetchOptions { Folder = folder.Path });
        Assert.Equal(requests, server.Requests.Count);

        static string Coded(int place, string start) =>
            $"{(place < 5 ? 1 : 0)}\t1{start}{string.Concat(Enumerable.Repeat(" 9 5", place))}";
    }

    [Fact]
    public async Task Downloads_stay_when_asked()
    {
        var set = Serve(Archive(("train/pos/a.txt", "good"), ("test/neg/a.txt", "bad")));
        await set.FetchAsync(new FetchOptions { Folder = folder.Path, KeepDownloads = true });
        Assert.Equal(5, Directory.GetFiles(folder["imdb"]).Length);
    }

    [Fact]
    public async Task An_archive_without_reviews_leaves_no_reviews()
    {
        var set = Serve(Archive(("train/pos/a.txt", "good")));
        Assert.Equal(
            $"{folder["imdb/archive.tar.gz"]}: The archive holds 1 training and 0 test reviews (train/pos/*.txt and so on); it needs both. Fetch it again.",
            await Fault(set));
        Assert.False(set.IsPresent(folder.Path));
    }

    [Fact]
    public async Task A_cut_archive_leaves_no_reviews()
    {
        var noise = new byte[100_000];
        new Random(5).NextBytes(noise);
        var archive = Archive(("train/pos/a.txt", "good"), ("test/neg/a.txt", Convert.ToHexString(noise)));
        var set = Serve(archive[..(archive.Length / 2)]);
        Assert.StartsWith($"{folder["imdb/archive.tar.gz"]}: The archive cannot be read: ", await Fault(set));
        Assert.False(set.IsPresent(folder.Path));
    }

    [Fact]
    public async Task Another_content_than_the_published_one_is_refused()
    {
        var usual = Serve(Archive(("train/pos/a.txt", "good"), ("test/neg/a.txt", "bad")));
        var set = new ImdbDataSet(usual.Source with { TestMd5 = "0" });
        Assert.Equal(
            $"{folder["imdb/imdb_keras_test.txt.gz"]}: The prepared file should have MD5 0 but has {Md5Sum.Of("0\t1 8\n"u8.ToArray())}: " +
            "the archive or the word index is another version. Delete both and fetch them again.",
            await Fault(set));
        Assert.False(set.IsPresent(folder.Path));
    }

    [Fact]
    public async Task Cancelling_while_preparing_leaves_no_reviews()
    {
        var set = Serve(Archive(("train/pos/a.txt", "good"), ("test/neg/a.txt", "bad")));
        using var cancel = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => CancelAt(report, cancel) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => set.FetchAsync(new FetchOptions { Folder = folder.Path, Progress = reports }, cancel.Token));
        Assert.Empty(Directory.GetFiles(folder["imdb"], "*.txt.gz"));

        static void CancelAt(DownloadProgress report, CancellationTokenSource cancel)
        {
            if (report.Stage == DownloadStage.Preparing) cancel.Cancel();
        }
    }

    [Fact]
    public async Task The_published_texts_become_the_published_codes()
    {
        var data = Path.Combine(RealData.Folder("imdb"), "imdb");
        if (!File.Exists(Path.Combine(data, "imdb_text_train.tsv.gz"))) Assert.Skip("The texts of the reviews are not here.");
        server.Content["/index"] = Unpack(Path.Combine(data, "imdb_word_index.json.gz"));
        server.Content["/archive"] = Archive([.. Texts(data, "train"), .. Texts(data, "test")]);

        // FetchAsync compares the content with these checksums, which are those of the published files.
        var source = ImdbSource.Default with { Archive = Item("archive"), WordIndex = Item("index") };
        Assert.NotNull(source.TrainMd5);
        Assert.Equal(Md5Sum.Of(Unpack(Path.Combine(data, "imdb_keras_train.txt.gz"))), source.TrainMd5);
        Assert.Equal(Md5Sum.Of(Unpack(Path.Combine(data, "imdb_keras_test.txt.gz"))), source.TestMd5);
        Assert.Equal(ImdbSource.Default.WordIndex.Md5, source.WordIndex.Md5);
        await new ImdbDataSet(source).FetchAsync(new FetchOptions { Folder = folder.Path });
        Assert.Equal(25_000, Imdb.Load(new ImdbOptions { Folder = folder.Path }).Train.Count);

        static IEnumerable<(string, string)> Texts(string data, string part) =>
            Encoding.UTF8.GetString(Unpack(Path.Combine(data, $"imdb_text_{part}.tsv.gz")))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t'))
                .Select(fields => ($"aclImdb/{part}/{fields[1]}", fields[2]));
    }

    private ImdbDataSet Serve(byte[] archive)
    {
        server.Content["/index"] = Encoding.UTF8.GetBytes(Index);
        server.Content["/archive"] = archive;
        return new ImdbDataSet(new ImdbSource(Item("archive") with { Name = "archive.tar.gz" }, Item("index")));
    }

    private Download Item(string name) => new(name, server.Address("/" + name), Md5Sum.Of(server.Content["/" + name]));

    private async Task<string> Fault(ImdbDataSet set) =>
        (await Assert.ThrowsAsync<DataException>(() => set.FetchAsync(new FetchOptions { Folder = folder.Path }))).Message;

    private string[] Lines(string file) => Encoding.UTF8.GetString(Unpack(folder["imdb/" + file])).TrimEnd('\n').Split('\n');

    private static byte[] Unpack(string path)
    {
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[] Archive(params (string Name, string Text)[] entries)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
            }
        }

        return TemporaryFolder.Pack(tar.ToArray());
    }
}
