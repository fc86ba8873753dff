namespace Unroll.Data.Sets;

/// <summary>
/// A public data set that the library knows how to fetch and read: what it is, and whether it is here.
/// </summary>
public abstract class PublicDataSet
{
    /// <summary>Only the data sets of this library derive from it.</summary>
    private protected PublicDataSet()
    {
    }

    /// <summary>Every data set, by name.</summary>
    public static IReadOnlyList<PublicDataSet> All { get; } =
        [.. ((PublicDataSet[])[new ImdbDataSet(), Mnist.Files, .. ForecastingSets.All, .. TextSets.All]).OrderBy(set => set.Name, StringComparer.Ordinal)];

    /// <summary>The name it has on the command line and the name of its folder.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in one sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>Who made it and on what terms it may be used.</summary>
    public abstract string Licence { get; }

    /// <summary>How much is downloaded, in bytes, rounded.</summary>
    public abstract long DownloadBytes { get; }

    /// <summary>Where it comes from.</summary>
    public abstract Uri Address { get; }

    /// <summary>The files in its folder once it is ready to read.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Finds a data set.</summary>
    /// <param name="name">Its name; case does not matter.</param>
    /// <exception cref="DataException">There is none of that name; the message lists those there are.</exception>
    public static PublicDataSet Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(set => string.Equals(set.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new DataException(
                $"There is no data set '{DataException.Shown(name)}'. " +
                $"The data sets are {string.Join(", ", All.Select(set => $"'{set.Name}'"))}.");
    }

    /// <summary>The folder of this data set.</summary>
    /// <param name="folder">The folder of all data sets, or null for the usual one (<see
    /// cref="DataFolder.Resolve"/>).</param>
    /// <returns>A full path; nothing need exist there.</returns>
    public string FolderIn(string? folder = null) => Path.Combine(DataFolder.Resolve(folder), Name);

    /// <summary>Whether every file of it is here.</summary>
    /// <param name="folder">The folder of all data sets, or null for the usual one.</param>
    public bool IsPresent(string? folder = null) => Files.All(file => Found(file, folder) is not null);

    /// <summary>Downloads and prepares it; does nothing when it is here already.</summary>
    /// <param name="options">Folder and progress, or null for the usual folder and none.</param>
    /// <param name="cancellation">Stops the work; what was downloaded stays and is used by the next call.</param>
    /// <returns>The folder with the files.</returns>
    /// <exception cref="DataException">A download failed or is not what it should be; the message says how to mend
    /// it.</exception>
    public abstract Task<string> FetchAsync(FetchOptions? options = null, CancellationToken cancellation = default);

    /// <summary>The path of a file that must be here.</summary>
    /// <exception cref="DataException">A file is missing; the message names the folder and says how to get
    /// it.</exception>
    internal string PathOf(string file, string? folder)
    {
        if (Found(file, folder) is { } path) return path;
        throw new DataException(
            $"The data set '{Name}' is not here: '{file}' is missing from this folder. " +
            $"Run `unroll data fetch {Name}`, " +
            $"or name the folder that holds '{Name}' with `--data DIR`.")
        {
            File = FolderIn(folder),
        };
    }

    /// <summary>The path of a file, or of the same file packed; null where neither is here.</summary>
    private protected string? Found(string file, string? folder)
    {
        var path = Path.Combine(FolderIn(folder), file);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }
}

/// <summary>How <see cref="PublicDataSet.FetchAsync"/> works.</summary>
public sealed record FetchOptions
{
    /// <summary>The folder of all data sets. Default null: the usual one (<see cref="DataFolder.Resolve"/>).</summary>
    public string? Folder { get; init; }

    /// <summary>Hears how far the work has come. Default null: nobody.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Whether the downloaded files stay once the data set is prepared. Default false.</summary>
    public bool KeepDownloads { get; init; }
}
