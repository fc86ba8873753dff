namespace Unroll.Data.Sets;

/// <summary>The IMDB reviews: their description, and how they are fetched.</summary>
public sealed class ImdbDataSet : PublicDataSet
{
    /// <summary>Describes the reviews.</summary>
    /// <param name="source">Where they come from, or null for the usual place.</param>
    public ImdbDataSet(ImdbSource? source = null) => Source = source ?? ImdbSource.Default;

    /// <summary>Where they come from.</summary>
    public ImdbSource Source { get; }

    /// <inheritdoc/>
    public override string Name => "imdb";

    /// <inheritdoc/>
    public override string Summary => "50,000 film reviews, half positive and half negative, as ids of words (train 25,000, test 25,000).";

    /// <inheritdoc/>
    public override string Licence =>
        "No licence stated; released for research by Maas et al. (ACL 2011), who ask to be cited. " +
        "The texts belong to their authors and IMDb.";

    /// <inheritdoc/>
    public override long DownloadBytes => 86_000_000;

    /// <inheritdoc/>
    public override Uri Address => Source.Archive.Address;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files { get; } = [Imdb.TrainFile, Imdb.TestFile, Imdb.WordIndexFile];

    /// <inheritdoc/>
    public override async Task<string> FetchAsync(FetchOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new FetchOptions();
        var folder = FolderIn(options.Folder);
        if (IsPresent(options.Folder)) return folder;
        using var fetcher = new DataFetcher();
        var index = await fetcher.DownloadAsync(Source.WordIndex, folder, options.Progress, cancellation).ConfigureAwait(false);
        var archive = await fetcher.DownloadAsync(Source.Archive, folder, options.Progress, cancellation).ConfigureAwait(false);
        var preparation = new ImdbPreparation(Source, options.Progress);
        await Task.Run(() => preparation.Run(archive, index, folder, cancellation), cancellation).ConfigureAwait(false);
        if (!options.KeepDownloads)
        {
            File.Delete(archive);
            File.Delete(index);
        }

        return folder;
    }
}
