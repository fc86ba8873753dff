namespace Unroll.Data.Sets;

/// <summary>A file to download.</summary>
/// <param name="Name">The name that the file gets, without a folder.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Md5">The MD5 sum of its content, 32 hexadecimal digits.</param>
public sealed record Download(string Name, Uri Address, string Md5)
{
    /// <summary>Its length in bytes, for whoever wants to know beforehand; 0: not known.</summary>
    public long Bytes { get; init; }

    /// <summary>A file of a public repository, at one commit: what stands there does not change.</summary>
    /// <param name="commit">owner/name/commit.</param>
    /// <param name="path">The file's path in the repository.</param>
    /// <param name="md5">The MD5 sum of its content.</param>
    /// <param name="bytes">Its length in bytes.</param>
    internal static Download FromGitHub(string commit, string path, string md5, long bytes) =>
        new(path[(path.LastIndexOf('/') + 1)..], new Uri($"https://raw.githubusercontent.com/{commit}/{path}"), md5) { Bytes = bytes };
}

/// <summary>What is being done to a file.</summary>
public enum DownloadStage
{
    /// <summary>It is coming over the network.</summary>
    Receiving,

    /// <summary>Its content is compared with the published checksum.</summary>
    Verifying,

    /// <summary>It is turned into the files that the library reads.</summary>
    Preparing,
}

/// <summary>How far the work on one file has come.</summary>
/// <param name="Name">The file.</param>
/// <param name="Stage">What is being done to it.</param>
/// <param name="Done">Bytes done, those of earlier attempts included.</param>
/// <param name="Total">Bytes in all, or null where the server did not say.</param>
public sealed record DownloadProgress(string Name, DownloadStage Stage, long Done, long? Total);
