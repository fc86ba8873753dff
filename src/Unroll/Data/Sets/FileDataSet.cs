namespace Unroll.Data.Sets;

/// <summary>A data set that is read as it was published: its files are downloaded, checked, and left as they are.</summary>
/// <remarks>A file that was packed afterwards (NAME.gz) serves as well as NAME.</remarks>
/// <param name="name">The name it has on the command line and the name of its folder.</param>
/// <param name="summary">What it is, in one sentence.</param>
/// <param name="licence">Who made it and on what terms it may be used.</param>
/// <param name="downloads">Its files, with their checksums; at least one.</param>
public sealed class FileDataSet(string name, string summary, string licence, params IReadOnlyList<Download> downloads) : PublicDataSet
{
    /// <summary>Its files: where they come from, and their checksums.</summary>
    public IReadOnlyList<Download> Downloads { get; } = downloads;

    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override string Summary { get; } = summary;

    /// <inheritdoc/>
    public override string Licence { get; } = licence;

    /// <inheritdoc/>
    public override long DownloadBytes => Downloads.Sum(download => download.Bytes);

    /// <inheritdoc/>
    public override Uri Address => Downloads[0].Address;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files { get; } = [.. downloads.Select(download => download.Name)];

    /// <inheritdoc/>
    public override async Task<string> FetchAsync(FetchOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new FetchOptions();
        using var fetcher = new DataFetcher();
        foreach (var download in Downloads)
        {
            if (Found(download.Name, options.Folder) is not null) continue;
            await fetcher.DownloadAsync(download, FolderIn(options.Folder), options.Progress, cancellation).ConfigureAwait(false);
        }

        return FolderIn(options.Folder);
    }
}
