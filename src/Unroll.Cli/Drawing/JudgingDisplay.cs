using Spectre.Console;
using Unroll.Forecasting;

namespace Unroll.Cli.Drawing;

/// <summary>
/// Says what is done after training, once it has taken a second: on a terminal in a line that is redrawn and cleared in the end, elsewhere in
/// a line now and then.
/// </summary>
/// <param name="console">Where to write.</param>
/// <param name="terminal">Whether a person watches.</param>
internal sealed class JudgingDisplay(IAnsiConsole console, bool terminal) : IProgress<JudgingProgress>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LiveEvery = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(10);

    private readonly bool live = terminal && console.Profile.Capabilities.Ansi;
    private long due;

    /// <inheritdoc/>
    public void Report(JudgingProgress value)
    {
        var clock = TimeProvider.System;
        var now = clock.GetTimestamp();
        if (due == 0) due = now + Ticks(Soon);
        if (value.Share >= 1 && live) console.Write(new ControlCode("\r\u001b[2K"));
        if (now < due || value.Share >= 1) return;
        var line = $"{value.What}, {NumberText.Whole(Math.Floor(100 * value.Share))} %";
        if (live) console.Write(new ControlCode($"\r{line}\u001b[K"));
        else console.Profile.Out.Writer.WriteLine(line);
        due = now + Ticks(live ? LiveEvery : PlainEvery);
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
}
