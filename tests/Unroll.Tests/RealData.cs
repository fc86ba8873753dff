using Unroll.Data.Sets;

namespace Unroll.Tests;

/// <summary>Finds real data sets for the tests that need them; they are not part of the repository.</summary>
internal static class RealData
{
    /// <summary>The folder of all data sets; skips the test where it lacks one, but fails where CI must have it.</summary>
    /// <param name="set">The subfolder that the test needs.</param>
    public static string Folder(string set)
    {
        var folder = Environment.GetEnvironmentVariable(DataFolder.Variable);
        if (folder is { Length: > 0 } && Directory.Exists(Path.Combine(folder, set))) return folder;
        var reason = $"The data set '{set}' is not here: set {DataFolder.Variable} to the folder that holds it.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
        return "";
    }
}
