using System.CommandLine;
using Spectre.Console;

namespace Unroll.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class Shared
{
    public static Option<string?> DataOption() => new("--data")
    { Description = "Folder of the data sets. Default: UNROLL_DATA, else a folder in your home.", HelpName = "DIR" };

    public static Option<string?> JsonOption() => new("--json") { Description = "Write the figures to this file, for other programs.", HelpName = "FILE" };

    public static Option<string?> InputOption() => new("--input")
    {
        Description = "A CSV file with the model's columns, texts, one a line, or an array of NumPy's (*.npy). Default: the test part of the model's data.",
        HelpName = "FILE",
    };

    public static Option<int?> ThreadsOption() => new("--threads")
    { Description = "Threads that work together; results do not depend on it. Default: all cores.", HelpName = "N" };

    public static Argument<string> ModelArgument() => new("model") { Description = "A model.safetensors, or the run directory it stands in." };

    /// <summary>Where drawings go: with colours on a terminal, plain text elsewhere.</summary>
    public static IAnsiConsole Drawings => Console.IsOutputRedirected
        ? AnsiConsole.Create(new AnsiConsoleSettings
        { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No })
        : AnsiConsole.Console;

    public static void UseThreads(int? threads)
    {
        if (threads is { } count) Compute.Threads = count;
    }
}
