using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Unroll.Tests.Cli;

/// <summary>How a command ended.</summary>
internal sealed record Ended(int Code, string Output, string Error);

/// <summary>Runs the command as a user does: a process of its own in a folder of its own.</summary>
internal static class UnrollCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Ended Run(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return Finish(process);
    }

    /// <summary>Runs a command that must end well, and gives what it printed.</summary>
    public static string Fine(string folder, params string[] arguments)
    {
        var ended = Run(folder, arguments);
        Assert.True(ended is { Code: 0, Error: "" }, $"unroll {string.Join(' ', arguments)} ended with {ended.Code}: {ended.Error}");
        return ended.Output;
    }

    /// <summary>Runs a command that must be refused in one message, without a trace of the program's inside.</summary>
    public static string Refused(string folder, params string[] arguments)
    {
        var ended = Run(folder, arguments);
        Assert.True(ended.Code == 2, $"unroll {string.Join(' ', arguments)} ended with {ended.Code}, not 2: {ended.Error}{ended.Output}");
        Assert.StartsWith("unroll: ", ended.Error, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(ended.Error, "^unroll: ", RegexOptions.Multiline));
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
        return ended.Error;
    }

    public static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Unroll.Cli.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_TieredPGO"] = "0"; // short runs only
        return Process.Start(start)!;
    }

    public static Ended Finish(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"unroll did not end within {Patience}.");
        }

        process.WaitForExit();
        return new Ended(process.ExitCode, output.Result.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }
}
