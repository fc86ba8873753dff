using System.IO.Compression;
using System.Text.Json.Nodes;
using Unroll.Data;
using Unroll.Data.Sets;
using Unroll.Tests.Support;

namespace Unroll.Tests.Data.Sets;

public sealed class FileDataSetTests : IDisposable
{
    private readonly LoopbackServer server = new();
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. PublicDataSet.All.OfType<FileDataSet>().Select(set => set.Name)];

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_file_has_an_address_that_stays_and_a_checksum(string name)
    {
        var set = Assert.IsType<FileDataSet>(PublicDataSet.Find(name));
        Assert.Equal(set.Files.Distinct(), set.Downloads.Select(download => download.Name));
        Assert.True(set.DownloadBytes > 0 && set.Summary.EndsWith('.') && set.Licence.Length > 0);
        foreach (var download in set.Downloads)
        {
            Assert.Matches("^[0-9a-f]{32}$", download.Md5);
            Assert.True(download.Bytes > 0);
            Assert.Equal("https", download.Address.Scheme);
            if (name == "mnist") continue; // a mirror without versions
            Assert.Matches("^https://raw.githubusercontent.com/[^/]+/[^/]+/[0-9a-f]{40}/[^ ]+$", download.Address.AbsoluteUri);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_files_that_are_here_are_those_that_were_published(string name)
    {
        var set = Assert.IsType<FileDataSet>(PublicDataSet.Find(name));
        var here = RealData.Folder(name);
        var checkedFiles = 0;
        foreach (var download in set.Downloads)
        {
            var path = Path.Combine(set.FolderIn(here), download.Name);
            if (download.Name.StartsWith("train-images", StringComparison.Ordinal)) continue; // may have been packed again
            var content = File.Exists(path) ? File.ReadAllBytes(path) : File.Exists(path + ".gz") ? Unpack(path + ".gz") : null;
            if (content is null) continue; // not every machine has all of a set
            Assert.Equal((download.Name, download.Md5), (download.Name, Md5Sum.Of(content)));
            Assert.Equal((download.Name, download.Bytes), (download.Name, content.Length));
            checkedFiles++;
        }

        Assert.True(checkedFiles > 0);
    }

    [Fact]
    public void Every_file_that_a_recipe_reads_can_be_fetched()
    {
        var files = PublicDataSet.All.SelectMany(set => set.Files.Select(file => $"{set.Name}/{file}")).ToHashSet();
        var recipes = Repository.Files("recipes", "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).ToArray();
        var asked = recipes.SelectMany(recipe => FilesOf(JsonNode.Parse(Repository.Read(recipe)))).Where(file => file.Contains('/')).Distinct().ToArray();
        Assert.True(asked.Length > 5);
        Assert.DoesNotContain(asked, file => !files.Contains(file) && !files.Contains(file + ".gz"));
    }

    [Fact]
    public async Task Fetching_takes_what_is_missing()
    {
        var set = new FileDataSet("small", "Two files.", "None.", Serve("a.csv", "1\n"u8.ToArray()), Serve("b.csv", "2\n"u8.ToArray()));
        folder.Write("small/a.csv.gz", "1\n"u8.ToArray());
        Assert.False(set.IsPresent(folder.Path));
        Assert.Equal(folder["small"], await set.FetchAsync(new FetchOptions { Folder = folder.Path }));
        Assert.True(set.IsPresent(folder.Path));
        Assert.Equal(["a.csv.gz", "b.csv"], Directory.GetFiles(folder["small"]).Select(Path.GetFileName).Order());
        Assert.Equal(folder["small/a.csv.gz"], set.PathOf("a.csv", folder.Path));
        Assert.Single(server.Requests);
        await set.FetchAsync(new FetchOptions { Folder = folder.Path });
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Another_file_than_the_published_one_is_refused()
    {
        var right = Serve("a.csv", "1\n"u8.ToArray());
        server.Content["/a.csv"] = "<html>sorry</html>"u8.ToArray();
        var set = new FileDataSet("small", "One file.", "None.", right);
        var fault = await Assert.ThrowsAsync<DataException>(() => set.FetchAsync(new FetchOptions { Folder = folder.Path }));
        Assert.Contains($"a.csv from {right.Address} does not have the published checksum (MD5 {right.Md5})", fault.Message);
        Assert.False(set.IsPresent(folder.Path));
        Assert.Empty(Directory.GetFiles(folder["small"]));
    }

    private static IEnumerable<string> FilesOf(JsonNode? node) => node switch
    {
        JsonObject part => part.SelectMany(pair =>
            pair.Key is "file" or "continued" && pair.Value is JsonValue value ? [value.GetValue<string>()] : FilesOf(pair.Value)),
        JsonArray list => list.SelectMany(FilesOf),
        _ => [],
    };

    private static byte[] Unpack(string path)
    {
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private Download Serve(string name, byte[] content)
    {
        server.Content["/" + name] = content;
        return new Download(name, server.Address("/" + name), Md5Sum.Of(content));
    }
}
