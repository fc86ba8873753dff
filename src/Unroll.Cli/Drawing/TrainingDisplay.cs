using Spectre.Console;

namespace Unroll.Cli.Drawing;

/// <summary>
/// Shows a training run as it goes. On a terminal a line lives at the bottom, redrawn in place; elsewhere only whole
/// lines are written, without escape codes. Runs of many epochs leave a line for some of them only.
/// </summary>
/// <remarks>
/// Costs one look at the clock for each step. A redraw reads the metrics so far, which some metrics have to work for:
/// drawing waits at least twenty times as long as the last drawing took, so that it never takes a share that is felt.
/// </remarks>
internal sealed class TrainingDisplay : Callback
{
    private const int ManyEpochs = 60;
    private const int LinesOfMany = 30;
    private const int BarWidth = 20;
    private const int WaitShare = 20;
    private const string ClearLine = "\r\u001b[2K";

    private static readonly TimeSpan LiveEvery = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(10);

    private readonly IAnsiConsole console;
    private readonly TimeProvider clock;
    private readonly bool live;
    private readonly TimeSpan every;
    private long runStart;
    private long epochStart;
    private long due;
    private long lastLine;
    private int lastEpoch;
    private double learningRate;
    private bool drawn;

    /// <summary>Makes a display.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="terminal">Whether a person watches.</param>
    /// <param name="clock">The clock; null: the system's.</param>
    public TrainingDisplay(IAnsiConsole console, bool terminal, TimeProvider? clock = null)
    {
        this.console = console;
        this.clock = clock ?? TimeProvider.System;
        live = terminal && console.Profile.Capabilities.Ansi;
        every = live ? LiveEvery : PlainEvery;
    }

    /// <inheritdoc/>
    public override void OnTrainStart(TrainingRun run)
    {
        runStart = epochStart = lastLine = clock.GetTimestamp();
        due = lastLine + Ticks(every);
        learningRate = run.Optimizer.LearningRate;
        (lastEpoch, drawn) = (run.InitialEpoch, false);
    }

    /// <inheritdoc/>
    public override void OnEpochStart(TrainingRun run) => epochStart = clock.GetTimestamp();

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run)
    {
        var now = clock.GetTimestamp();
        if (now < due) return;
        DrawUnderWay(run, now);
        var end = clock.GetTimestamp();
        due = end + Math.Max(Ticks(every), WaitShare * (end - now));
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run, EpochRecord record)
    {
        if (IsTold(run, record.Epoch) || clock.GetElapsedTime(lastLine) >= PlainEvery) WriteFinished(run, record);
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingRun run)
    {
        var epochs = run.History.Epochs;
        if (epochs.Count > 0 && epochs[^1].Epoch > lastEpoch) WriteFinished(run, epochs[^1]);
        Clear();
        if (EpochLine.Stopped(run.History, run.Epochs) is { } message) WriteLine(message);
    }

    private static bool IsTold(TrainingRun run, int epoch)
    {
        var count = run.Epochs - run.InitialEpoch;
        return count <= ManyEpochs || epoch == run.InitialEpoch + 1 || epoch == run.Epochs ||
            epoch % Math.Max(1, (int)Math.Round((double)count / LinesOfMany)) == 0;
    }

    private void DrawUnderWay(TrainingRun run, long now)
    {
        var seconds = clock.GetElapsedTime(epochStart, now).TotalSeconds;
        string[] names = ["loss", .. run.Model.Metrics.Select(metric => metric.Name)];
        var figures = names.Select(name => EpochLine.Figure(name, run.Figure(name)));
        var progress = new EpochProgress(run.Epoch, run.Epochs, [.. figures])
        {
            SamplesPerSecond = run.Samples / seconds,
            SecondsLeft = SecondsLeft(run, now),
        };
        if (live)
        {
            // One column stays free: a full last column makes some terminals go to the next line.
            var bar = Bar((double)run.Step / run.Steps);
            console.Write(new ControlCode("\r"));
            console.Write(new Text(EpochLine.UnderWay(progress, bar, console.Profile.Width - 1)));
            console.Write(new ControlCode("\u001b[K"));
            drawn = true;
        }
        else
        {
            WriteLine(EpochLine.UnderWay(progress, $"step {run.Step}/{run.Steps}", int.MaxValue));
        }
    }

    // Whole epochs count with their validation; within the first epoch, only its steps can be counted.
    private double SecondsLeft(TrainingRun run, long now)
    {
        var finished = run.Epoch - 1 - run.InitialEpoch;
        var toCome = run.Epochs - run.Epoch + 1;
        var inEpoch = clock.GetElapsedTime(epochStart, now).TotalSeconds;
        var epoch = finished > 0
            ? clock.GetElapsedTime(runStart, epochStart).TotalSeconds / finished
            : inEpoch * run.Steps / run.Step;
        return Math.Max(0, (epoch * toCome) - Math.Min(inEpoch, epoch));
    }

    private string Bar(double share)
    {
        var full = (int)(share * BarWidth);
        var (done, open) = console.Profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        var bar = new string(done, full) + new string(open, BarWidth - full);
        return $"{bar} {NumberText.Whole(Math.Floor(share * 100)),3}%";
    }

    private void WriteFinished(TrainingRun run, EpochRecord record)
    {
        WriteLine(EpochLine.Finished(record, run.Epochs, learningRate));
        learningRate = record.Figures.GetValueOrDefault("learning_rate", learningRate);
        lastEpoch = record.Epoch;
    }

    private void WriteLine(string line)
    {
        Clear();
        // Not through the console: it would fold the line at a width that a file does not have.
        console.Profile.Out.Writer.WriteLine(line);
        console.Profile.Out.Writer.Flush();
        lastLine = clock.GetTimestamp();
        if (!live) due = lastLine + Ticks(PlainEvery);
    }

    private void Clear()
    {
        if (drawn) console.Write(new ControlCode(ClearLine));
        drawn = false;
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
