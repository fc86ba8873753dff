using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Unroll.Tests.Support;

namespace Unroll.Tests.Docs;

/// <summary>Holds the C# of a page to the test that runs it.</summary>
internal static class Markdown
{
    /// <summary>The page's only C# block is the test file's using lines and the region between its two marks.</summary>
    public static void AssertSame(string page, [CallerFilePath] string test = "")
    {
        var block = Assert.Single(Regex.Matches(Repository.Read(page), "```csharp\n(.*?)```", RegexOptions.Singleline)).Groups[1].Value;
        var (shown, code) = (block.Split('\n'), Repository.Read($"tests/Unroll.Tests/Docs/{Path.GetFileName(test)}"));
        var marked = Regex.Match(code, "^ *// <sample>\n(.*?)^ *// </sample>", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value;
        Assert.Equal(string.Join('\n', shown.SkipWhile(line => line.StartsWith("using", StringComparison.Ordinal))).Trim(), Outdented(marked));
        Assert.All(
            shown.Where(line => line.StartsWith("using", StringComparison.Ordinal) && line != "using Unroll;"),
            line => Assert.Contains(line, code.Split('\n')));
    }

    private static string Outdented(string code)
    {
        var lines = code.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line)).Trim();
    }
}
