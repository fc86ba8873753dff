namespace Unroll.Data.Sets;

/// <summary>The handwritten digits of MNIST: their description, and how they are fetched.</summary>
public sealed class MnistDataSet : PublicDataSet
{
    private const string Mirror = "https://ossci-datasets.s3.amazonaws.com/mnist/";

    /// <summary>Describes the digits.</summary>
    /// <param name="downloads">The four files, or null for those of the usual place: a mirror that PyTorch keeps.</param>
    public MnistDataSet(IReadOnlyList<Download>? downloads = null) => Downloads = downloads ??
    [
        Original(Mnist.TrainPictures, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        Original(Mnist.TrainLabels, "d53e105ee54ea40749a09fcbcd1e9432"),
        Original(Mnist.TestPictures, "9fb629c4189551a2d022fa330f9573f3"),
        Original(Mnist.TestLabels, "ec29112dd5afa0611ce80d1b7f02629c"),
    ];

    /// <summary>Where the files come from, with their published checksums.</summary>
    public IReadOnlyList<Download> Downloads { get; }

    /// <inheritdoc/>
    public override string Name => "mnist";

    /// <inheritdoc/>
    public override string Summary => "70,000 handwritten digits of 28 by 28 grey pixels (train 60,000, test 10,000).";

    /// <inheritdoc/>
    public override string Licence => "CC BY-SA 3.0; LeCun and Cortes, from databases of the National Institute of Standards and Technology.";

    /// <inheritdoc/>
    public override long DownloadBytes => 11_600_000;

    /// <inheritdoc/>
    public override Uri Address => Downloads[0].Address;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files { get; } = [Mnist.TrainPictures, Mnist.TrainLabels, Mnist.TestPictures, Mnist.TestLabels];

    /// <inheritdoc/>
    public override async Task<string> FetchAsync(FetchOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new FetchOptions();
        var folder = FolderIn(options.Folder);
        if (IsPresent(options.Folder)) return folder;
        using var fetcher = new DataFetcher();
        foreach (var download in Downloads) await fetcher.DownloadAsync(download, folder, options.Progress, cancellation).ConfigureAwait(false);
        return folder;
    }

    private static Download Original(string file, string md5) => new(file, new Uri(Mirror + file), md5);
}
