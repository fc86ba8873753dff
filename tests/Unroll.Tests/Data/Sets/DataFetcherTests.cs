using System.Net;
using System.Net.Sockets;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Sets;

public sealed class DataFetcherTests : IDisposable
{
    private readonly byte[] content = new byte[300_000];
    private readonly LoopbackServer server = new();
    private readonly TemporaryFolder folder = new();
    private readonly DataFetcher fetcher = new();
    private readonly Download download;

    public DataFetcherTests()
    {
        new Random(7).NextBytes(content);
        server.Content["/a.bin"] = content;
        download = new Download("a.bin", server.Address("/a.bin"), Md5Sum.Of(content));
    }

    private string Target => folder["a.bin"];

    private string Part => folder["a.bin.part"];

    public void Dispose()
    {
        fetcher.Dispose();
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_whole_download_has_the_content_and_tells_its_progress()
    {
        var reports = new Reports();
        Assert.Equal(Target, await fetcher.DownloadAsync(download, folder.Path, reports));

        Assert.Equal(content, File.ReadAllBytes(Target));
        Assert.False(File.Exists(Part));
        Assert.Contains(new DownloadProgress("a.bin", DownloadStage.Receiving, 300_000, 300_000), reports);
        Assert.Equal(new DownloadProgress("a.bin", DownloadStage.Verifying, 300_000, 300_000), reports[^1]);
        var received = reports.Where(report => report.Stage == DownloadStage.Receiving).Select(report => report.Done).ToArray();
        Assert.Equal(received.Order(), received);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_fetched_again_unless_it_is_wrong()
    {
        await fetcher.DownloadAsync(download, folder.Path);
        await fetcher.DownloadAsync(download, folder.Path);
        Assert.Equal(["all"], server.Requests);
        File.WriteAllText(Target, "spoilt");
        await fetcher.DownloadAsync(download, folder.Path);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_cut_download_goes_on_where_it_stopped()
    {
        server.CutAfter = 100_000;
        Assert.Equal(
            "The connection ended after 100000 of 300000 bytes of a.bin. Fetch it again: it goes on where it stopped.",
            await Fault());
        Assert.False(File.Exists(Target));
        Assert.Equal(100_000, new FileInfo(Part).Length);

        server.CutAfter = null;
        var reports = new Reports();
        await fetcher.DownloadAsync(download, folder.Path, reports);
        Assert.Equal(["all", "100000-"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
        Assert.All(reports.Where(report => report.Stage == DownloadStage.Receiving), report => Assert.Equal(300_000, report.Total));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_without_ranges_sends_it_all_again(bool saysLength)
    {
        File.WriteAllBytes(Part, content[..1234]);
        server.Ranges = false;
        server.SaysLength = saysLength;
        await fetcher.DownloadAsync(download, folder.Path);
        Assert.Equal(["1234-"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task The_beginning_of_another_file_is_thrown_away(int length)
    {
        File.WriteAllBytes(Part, new byte[length]);
        await fetcher.DownloadAsync(download, folder.Path);
        Assert.Equal([$"{length}-", "all"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_whole_part_only_gets_its_name()
    {
        File.WriteAllBytes(Part, content);
        await fetcher.DownloadAsync(download, folder.Path);
        Assert.Equal(["300000-"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing()
    {
        server.Content["/a.bin"] = new byte[10];
        Assert.Equal(
            $"a.bin from {download.Address} does not have the published checksum (MD5 {download.Md5}) and was thrown away. " +
            "Fetch it again; if that does not help, the file there has changed or something on the way replaces it.",
            await Fault());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_missing_file_says_what_the_server_answered()
    {
        server.Content.Clear();
        Assert.Equal(
            $"a.bin could not be fetched from {download.Address}: the server answered 404 (NotFound). " +
            "Try again later; if the file has moved, a newer version of Unroll may know where to.",
            await Fault());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task No_network_says_so()
    {
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/a.bin");
        closed.Stop();
        var fault = await Assert.ThrowsAsync<DataException>(() => fetcher.DownloadAsync(download with { Address = address }, folder.Path));
        Assert.StartsWith($"{folder.Path}: a.bin could not be fetched: no connection to {address.Authority} (", fault.Message);
        Assert.EndsWith($"Check the network and fetch it again, or download {address} by other means and put it here.", fault.Message);
    }

    [Fact]
    public async Task A_silent_server_is_given_up()
    {
        server.SilentAfter = 1000;
        using var hasty = new DataFetcher { StallTimeout = TimeSpan.FromSeconds(2) };
        var fault = await Assert.ThrowsAsync<DataException>(() => hasty.DownloadAsync(download, folder.Path));
        Assert.Equal(
            $"{download.Address.Authority} sent nothing of a.bin for 2 seconds. Fetch it again: it goes on where it stopped.",
            fault.Message);
        Assert.Equal(1000, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task A_cancelled_download_keeps_its_part()
    {
        server.SilentAfter = 1000;
        using var cancel = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => CancelAt(report, cancel) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.DownloadAsync(download, folder.Path, reports, cancel.Token));
        Assert.False(File.Exists(Target));
        Assert.Equal(1000, new FileInfo(Part).Length);

        static void CancelAt(DownloadProgress report, CancellationTokenSource cancel)
        {
            if (report.Done == 1000) cancel.Cancel();
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_says_so()
    {
        var file = folder.Write("file", "x");
        var fault = await Assert.ThrowsAsync<DataException>(() => fetcher.DownloadAsync(download, file));
        Assert.StartsWith($"{file}: a.bin cannot be stored here: ", fault.Message);
    }

    private async Task<string> Fault() =>
        (await Assert.ThrowsAsync<DataException>(() => fetcher.DownloadAsync(download, folder.Path))).Message;
}
