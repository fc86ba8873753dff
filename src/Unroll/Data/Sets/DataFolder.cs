namespace Unroll.Data.Sets;

/// <summary>Finds the folder in which data sets live, one subfolder for each.</summary>
public static class DataFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "UNROLL_DATA";

    /// <summary>
    /// The folder: the one given, else the one that <see cref="Variable"/> names, else a cache folder of the user
    /// (<c>%LOCALAPPDATA%\unroll\data</c> on Windows, <c>$XDG_CACHE_HOME/unroll</c> or <c>~/.cache/unroll</c>
    /// elsewhere).
    /// </summary>
    /// <param name="folder">A folder, or null.</param>
    /// <returns>A full path; nothing need exist there.</returns>
    public static string Resolve(string? folder = null)
    {
        if (string.IsNullOrWhiteSpace(folder)) folder = Environment.GetEnvironmentVariable(Variable);
        return Path.GetFullPath(string.IsNullOrWhiteSpace(folder) ? Cache() : folder);
    }

    private static string Cache()
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "unroll", "data");
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrWhiteSpace(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "unroll");
    }
}
