using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace Unroll.Cli.Commands;

/// <summary>The <c>unroll</c> command: what it understands, and what it exits with.</summary>
internal static class CommandLine
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>Something failed that the user cannot mend.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or bad input, or the user ended it; the message on standard error says which.</summary>
    public const int Refused = 2;

    /// <summary>Parses and runs a command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"unroll: {Plain(parsed)}");
            await Console.Error.WriteLineAsync("Try `unroll --help`, or `unroll COMMAND --help`.");
            return Refused;
        }

        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Cancel(signal, cancellation));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Cancel(signal, cancellation));
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, cancellation.Token);
        }
        catch (UnrollException fault)
        {
            await Console.Error.WriteLineAsync($"unroll: {fault.Message}");
            return Refused;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("unroll: ended before it was done, as asked.");
            return Refused;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync(
                $"unroll: failed: {fault.Message} ({fault.GetType().Name}). This is a fault of Unroll's; please report it.");
            if (Environment.GetEnvironmentVariable("UNROLL_TRACE") == "1") await Console.Error.WriteLineAsync(fault.ToString());
            return Failed;
        }
    }

    /// <summary>A command of its own name: a root command would take that of the file it was started from.</summary>
    private static Command Root() => new("unroll", "Recurrent neural networks from the command line: train, judge and use them, and look into them.")
    {
        new HelpOption(),
        new VersionOption { Action = new VersionAction() },
        TrainCommand.Create(),
        EvaluateCommand.Create(),
        PredictCommand.Create(),
        ForecastCommand.Create(),
        GenerateCommand.Create(),
        SuggestCommand.Create(),
        TranslateCommand.Translate(),
        TranslateCommand.Summarize(),
        ClassifyCommand.Create(),
        TagCommand.Create(),
        EmbedCommand.Create(),
        SummaryCommand.Create(),
        TraceCommand.Create(),
        GradientsCommand.Create(),
        RecipesCommand.Create(),
        DataCommand.Create(),
    };

    /// <summary>Prints version and what the arithmetic runs on: <c>unroll 0.1.0 (512-bit vectors, 2 threads, .NET 10.0.0)</c>.</summary>
    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);
            var vectors = Compute.VectorBits == 1 ? "no vectors" : $"{Compute.VectorBits}-bit vectors";
            var threads = Compute.Threads == 1 ? "1 thread" : $"{Compute.Threads} threads";
            parseResult.InvocationConfiguration.Output.WriteLine($"unroll {version} ({vectors}, {threads}, .NET {Environment.Version})");
            return Fine;
        }
    }

    /// <summary>One fault is enough; that a command is missing says less than what stands in its place.</summary>
    /// <remarks>The parser names .NET types; a person does not think in them.</remarks>
    private static string Plain(ParseResult parsed)
    {
        var messages = parsed.Errors.Select(error => error.Message).ToArray();
        var message = messages.FirstOrDefault(text => !text.StartsWith("Required command", StringComparison.Ordinal)) ?? messages[0];
        var type = message.IndexOf(" as expected type", StringComparison.Ordinal);
        if (type < 0) return message;
        return message[..type] + (message.Contains("System.Double", StringComparison.Ordinal) ? ": it takes a number." : ": it takes a whole number.");
    }

    /// <summary>The first signal ends the work in order; the second one ends the process.</summary>
    private static void Cancel(PosixSignalContext signal, CancellationTokenSource cancellation)
    {
        signal.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    }
}
