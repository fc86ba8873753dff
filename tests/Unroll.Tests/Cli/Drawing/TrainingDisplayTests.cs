using System.Text.RegularExpressions;
using Unroll.Cli.Drawing;

namespace Unroll.Tests.Cli.Drawing;

public sealed class TrainingDisplayTests
{
    [Fact]
    public void A_finished_epoch_is_one_line()
    {
        var record = new EpochRecord(3, 0.21, new Dictionary<string, double>
        {
            ["loss"] = 0.49214,
            ["accuracy"] = 0.7834,
            ["val_loss"] = 0.5143,
            ["val_accuracy"] = 0.748,
            ["learning_rate"] = 0.001,
        });
        Assert.Equal(
            "epoch 3/30  0.21 s  loss 0.4921  accuracy 0.7834  val_loss 0.5143  val_accuracy 0.7480",
            EpochLine.Finished(record, 30, learningRate: 0.001));
        Assert.EndsWith("  learning_rate 0.001000", EpochLine.Finished(record, 30, learningRate: 0.01), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_gets_a_line_for_each_epoch_and_no_escapes()
    {
        var text = Train(epochs: 3, terminal: false);
        Assert.Equal(3, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Matches(@"\Aepoch 1/3  [0-9.]+ s  loss [0-9.e-]+  mae [0-9.e-]+\nepoch 2/3  .*\nepoch 3/3  .*\n\z", text);
        Assert.DoesNotMatch("[\r\u001b]", text);
    }

    [Fact]
    public void Of_many_epochs_some_are_told()
    {
        var lines = Train(epochs: 300, terminal: false).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(31, lines.Length);
        Assert.StartsWith("epoch 1/300 ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("epoch 10/300 ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("epoch 300/300 ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ends_early_tells_its_last_epoch_and_why()
    {
        var text = Train(epochs: 300, terminal: false, stopIn: 17);
        Assert.EndsWith("\nstopped after epoch 17 of 300: enough\n", text, StringComparison.Ordinal);
        Assert.Contains("\nepoch 17/300 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_cancelled_in_its_first_epoch_says_so()
    {
        var history = new History { StopReason = StopReason.Cancelled };
        Assert.Equal("stopped before the end of the first epoch: cancelled", EpochLine.Stopped(history, 5));
        Assert.Null(EpochLine.Stopped(new History(), 5));
    }

    [Fact]
    public void A_long_epoch_tells_of_itself_every_ten_seconds()
    {
        // Four steps of 4 seconds in each epoch: a line in the third, none in the others.
        var lines = Train(epochs: 1, terminal: false, secondsOfStep: 4).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"\Aepoch 1/1  step 3/4  loss [0-9.e-]+  mae [0-9.e-]+  0\.5 samples/s  0:04 left\z", lines[0]);
    }

    [Fact]
    public void A_terminal_has_a_line_that_is_redrawn_ten_times_a_second()
    {
        // 80 steps of 25 ms: a drawing in every fourth step.
        var text = Train(epochs: 20, terminal: true, secondsOfStep: 0.025);
        Assert.Equal(20, Regex.Count(text, "\r.*━.*\u001b\\[K"));
        Assert.Equal(20, Regex.Count(text, "\nepoch|\u001b\\[2Kepoch"));
        Assert.DoesNotContain("━\n", text, StringComparison.Ordinal);
        Assert.Matches("100%  loss [0-9.e-]+  mae [0-9.e-]+  80 samples/s  0:00 left", text);
    }

    [Fact]
    public void A_narrow_terminal_gets_what_fits()
    {
        var progress = new EpochProgress(3, 30, ["loss 0.5000", "accuracy 0.7500"]) { SamplesPerSecond = 1234.4, SecondsLeft = 61 };
        Assert.Equal(
            "epoch 3/30  ###-  loss 0.5000  accuracy 0.7500  1,234 samples/s  1:01 left", EpochLine.UnderWay(progress, "###-", 80));
        Assert.Equal("epoch 3/30  ###-  loss 0.5000  1:01 left", EpochLine.UnderWay(progress, "###-", 41));
        Assert.Equal("epoch 3", EpochLine.UnderWay(progress, "###-", 7));
    }

    private static string Train(int epochs, bool terminal, double secondsOfStep = 0, int stopIn = 0)
    {
        var (console, text) = terminal ? Consoles.Terminal() : Consoles.Plain();
        console.Profile.Capabilities.Unicode = true;
        var clock = new Clock();
        Sequential model = [new Dense(1)];
        model.Compile(new Sgd(), Loss.MeanSquaredError, Metric.MeanAbsoluteError);
        model.Fit(new Tensor([8, 1], [1, 2, 3, 4, 5, 6, 7, 8]), Tensor.Zeros(8, 1), new FitOptions
        {
            Epochs = epochs,
            BatchSize = 2,
            Callbacks = [new Pace(clock, secondsOfStep, stopIn), new TrainingDisplay(console, terminal, clock)],
        });
        return text.ToString();
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * TimestampFrequency);
    }

    private sealed class Pace(Clock clock, double secondsOfStep, int stopIn) : Callback
    {
        public override void OnStepEnd(TrainingRun run) => clock.Seconds += secondsOfStep;

        public override void OnEpochEnd(TrainingRun run, EpochRecord record)
        {
            if (record.Epoch == stopIn) run.Stop("enough");
        }
    }
}
