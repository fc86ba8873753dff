using System.ComponentModel;
using System.Diagnostics;

namespace Unroll.Benchmarks;

/// <summary>Runs another library's program on the same work, and reads the lines that it prints.</summary>
internal static class PeerProcess
{
    private static readonly HashSet<string> Missing = [];

    /// <summary>A script that stands beside the benchmarks.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "peers", name);

    /// <summary>A program that is to use so many threads; a single one stays on one core.</summary>
    public static ProcessStartInfo Start(int threads, string program, params IEnumerable<string> arguments)
    {
        var pin = threads == 1 && OperatingSystem.IsLinux();
        var start = new ProcessStartInfo(pin ? "taskset" : program, pin ? ["-c", LastCore, program, .. arguments] : arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = Words.Whole(threads);
        return start;
    }

    /// <summary>PyTorch; tuned, it is told what it does not find out by itself on many hosts: that it may use AVX-512.</summary>
    public static ProcessStartInfo Torch(int threads, bool tuned, string script, params IEnumerable<string> arguments)
    {
        var start = Start(threads, "/usr/bin/python3", [Script(script), .. arguments]);
        if (!tuned) return start;
        start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";
        start.Environment["ATEN_CPU_CAPABILITY"] = "avx512";
        start.Environment["LD_LIBRARY_PATH"] = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
        return start;
    }

    /// <summary>The lines of JSON that a peer prints; none where it is not installed, which is told once.</summary>
    /// <param name="peer">Its name, to tell.</param>
    /// <param name="start">How it starts.</param>
    public static IReadOnlyList<string> Lines(string peer, ProcessStartInfo start)
    {
        if (Missing.Contains(peer)) return [];
        var (lines, fault) = Run(start);
        if (fault is not null && Missing.Add(peer)) Console.Error.WriteLine($"{peer} is left out: {fault}");
        return lines;
    }

    private static string LastCore => Words.Whole(Math.Min(1, Environment.ProcessorCount - 1));

    /// <summary>The line that says what went wrong: Node tells its version after it, Python nothing.</summary>
    private static string Fault(string[] errors) =>
        errors.LastOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? errors[^1];

    private static (IReadOnlyList<string> Lines, string? Fault) Run(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string[] lines = [.. process.StandardOutput.ReadToEnd().Split('\n').Where(line => line.StartsWith('{'))];
            process.WaitForExit();
            return (lines, process.ExitCode == 0 ? null : Fault(errors.Result.Trim().Split('\n')));
        }
        catch (Win32Exception missing)
        {
            return ([], missing.Message);
        }
    }
}
