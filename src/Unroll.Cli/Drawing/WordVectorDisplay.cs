using Spectre.Console;
using Unroll.Language;

namespace Unroll.Cli.Drawing;

/// <summary>
/// Shows the training of word vectors as it goes: on a terminal in a line that is redrawn and cleared in the end, elsewhere in a line now and then.
/// </summary>
/// <param name="console">Where to write.</param>
/// <param name="terminal">Whether a person watches.</param>
internal sealed class WordVectorDisplay(IAnsiConsole console, bool terminal) : IProgress<Word2VecProgress>
{
    private const int BarWidth = 20;
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(10);

    private readonly bool live = terminal && console.Profile.Capabilities.Ansi;
    private long last = TimeProvider.System.GetTimestamp();

    /// <summary>The last report.</summary>
    public Word2VecProgress Last { get; private set; }

    /// <inheritdoc/>
    public void Report(Word2VecProgress value)
    {
        Last = value;
        if (live)
        {
            console.Write(new ControlCode($"\r{Line(value, $"{Bar(value.Share)} ")}\u001b[K"));
        }
        else if (TimeProvider.System.GetElapsedTime(last) >= PlainEvery)
        {
            console.Profile.Out.Writer.WriteLine(Line(value, ""));
            last = TimeProvider.System.GetTimestamp();
        }
    }

    /// <summary>Leaves the line for others.</summary>
    public void End()
    {
        if (live) console.Write(new ControlCode("\r\u001b[2K"));
    }

    private static string Line(Word2VecProgress value, string bar) =>
        $"epoch {value.Epoch}/{value.Epochs} {bar}{NumberText.Whole(Math.Floor(100 * value.Share)),3}%  " +
        $"{NumberText.Count(value.WordsPerSecond)} words/s  loss {NumberText.Figure(value.Loss)}";

    private string Bar(double share)
    {
        var full = (int)(share * BarWidth);
        var (done, open) = console.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        return new string(done, full) + new string(open, BarWidth - full);
    }
}
