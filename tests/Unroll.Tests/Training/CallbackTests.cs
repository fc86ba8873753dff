using System.Globalization;
using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>What follows a training run, changes it and ends it.</summary>
public sealed class CallbackTests
{
    /// <summary>A run whose loss goes through given values: the target's only weight is what the callback sets it to.</summary>
    private static (History History, Sequential Model) Run(double[] losses, params Callback[] callbacks)
    {
        var model = Problems.Compiled(new Sgd(0.5f), Loss.MeanAbsoluteError, new Dense(1) { UseBias = false });
        model.Build([1]);
        var next = new LambdaCallback { EpochStart = run => run.Model.Parameters[0].Value.Values[0] = (float)losses[run.Epoch - 1] };
        var still = new LambdaCallback { TrainStart = run => run.Optimizer.LearningRate = 1e-30f };
        var restoring = callbacks.Any(callback => callback is LearningRateSchedule or ReduceOnPlateau) ? (Callback[])[next] : [next, still];
        var history = model.Fit(Tensor.Full([1, 1], 1), Tensor.Zeros(1, 1), new() { Epochs = losses.Length, Callbacks = [.. restoring, .. callbacks] });
        return (history, model);
    }

    [Theory]
    [InlineData(0, 0, 3)]
    [InlineData(1, 0, 3)]
    [InlineData(2, 0, 6)]
    [InlineData(3, 0, 7)]
    [InlineData(2, 1.5, 4)]
    public void Early_stopping_waits(int patience, double delta, int epochs)
    {
        var stopping = new EarlyStopping { Monitor = "loss", Patience = patience, MinDelta = delta };
        var (history, _) = Run([9, 5, 6, 4, 5, 6, 7], stopping);
        Assert.Equal(epochs, history.Epochs.Count);
        Assert.Equal(StopReason.Stopped, history.StopReason);
        Assert.Equal(delta > 0 ? 2 : patience < 2 ? 2 : 4, stopping.BestEpoch);
    }

    [Fact]
    public void Early_stopping_says_why_and_restores_the_best()
    {
        var (history, model) = Run([9, 5, 6, 7, 8], new EarlyStopping { Monitor = "loss", Patience = 2, RestoreBestWeights = true });
        Assert.Equal("loss was best in epoch 2, and not better in 2 since", history.StopMessage);
        Assert.Equal(5, model.Parameters[0].Value.ToScalar());
        (history, model) = Run([9, 5, 6], new EarlyStopping { Monitor = "loss", Patience = 5, RestoreBestWeights = true });
        Assert.Equal((StopReason.Completed, 5f), (history.StopReason, model.Parameters[0].Value.ToScalar()));
    }

    [Theory]
    [InlineData("val_f1", 2)]
    [InlineData("val_bleu", 2)]
    [InlineData("val_label_accuracy", 2)]
    [InlineData("val_errors", 1)]
    public void Figures_of_ones_own_can_be_watched(string figure, int best)
    {
        var own = new LambdaCallback { Validated = (run, figures) => figures[figure] = run.Epoch == 2 ? 9 : 5 + run.Epoch };
        var stopping = new EarlyStopping { Monitor = figure, Patience = 1 };
        var (history, _) = Run([1, 1, 1, 1], own, stopping);
        Assert.Equal(best, stopping.BestEpoch);
        Assert.Equal(6, history[figure][0]);
        Assert.Equal("learning_rate", history.Epochs[0].Figures.Keys.Last());
    }

    [Fact]
    public void What_is_not_there_cannot_be_watched() => Assert.Equal(
        "EarlyStopping watches 'val_loss', but the run has only: loss, learning_rate. Set ValidationSplit or ValidationData, or watch another figure.",
        Assert.Throws<OptionException>(() => Run([1, 2], new EarlyStopping())).Message);

    [Fact]
    public void Checkpoints_of_every_epoch_or_of_the_best()
    {
        using var folder = new TemporaryFolder();
        Run([3, 1, 2], new ModelCheckpoint(folder["{epoch}"]), new ModelCheckpoint(folder["best"]) { SaveBestOnly = true, Monitor = "loss" });
        Assert.Equal(["1", "2", "3", "best"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        float Weight(string file) => ModelFile.Load(folder[file]).Model.Parameters[0].Value.ToScalar();
        Assert.Equal((3, 1, 2, 1), (Weight("1"), Weight("2"), Weight("3"), Weight("best")));
    }

    [Fact]
    public void A_plateau_lowers_the_rate()
    {
        var losses = new double[] { 9, 8, 9, 9, 9, 9, 9 };
        var (history, _) = Run(losses, new ReduceOnPlateau { Monitor = "loss", Factor = 0.5f, Patience = 2, MinLearningRate = 0.2f });
        Assert.Equal([0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2f], history["learning_rate"]);
        (history, _) = Run(losses, new ReduceOnPlateau { Monitor = "loss", Factor = 0.5f, Patience = 1, Cooldown = 2 });
        Assert.Equal([0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125], history["learning_rate"]);
    }

    [Fact]
    public void Schedules()
    {
        var losses = new double[5];
        Assert.Equal([0.5, 0.5, 0.25, 0.25, 0.125], Run(losses, LearningRateSchedule.Step(2, 0.5f)).History["learning_rate"]);
        Assert.Equal([0.5, 0.25, 0.125, 0.0625, 0.03125], Run(losses, LearningRateSchedule.Exponential(0.5f)).History["learning_rate"]);
        var cosine = Run(losses, LearningRateSchedule.Cosine(1, 4, 0.5f)).History["learning_rate"];
        Assert.Equal([1, 0.926777, 0.75, 0.573223, 0.5], cosine.Select(rate => Math.Round(rate, 6)));
        Assert.Equal([1, 2, 3, 4, 5], Run(losses, new LearningRateSchedule((epoch, _) => epoch)).History["learning_rate"]);
    }

    [Fact]
    public void Csv_log_holds_every_epoch_and_goes_on_when_resumed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["log"], "old");
        Run([0.5, 0.25], new CsvLog(folder["log"]));
        var lines = File.ReadAllLines(folder["log"]);
        Assert.Equal("epoch,seconds,loss,learning_rate", lines[0]);
        Assert.Equal(["1", "2"], lines.Skip(1).Select(line => line.Split(',')[0]));
        Assert.Equal(["0.5", "0.25"], lines.Skip(1).Select(line => line.Split(',')[2]));
        var model = Problems.Compiled(new Sgd(), Loss.MeanSquaredError, new Dense(1));
        model.Fit(Tensor.Zeros(1, 1), Tensor.Zeros(1, 1), new() { Epochs = 4, InitialEpoch = 2, Callbacks = [new CsvLog(folder["log"])] });
        Assert.Equal(["epoch", "1", "2", "3", "4"], File.ReadAllLines(folder["log"]).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run()
    {
        var (history, _) = Run([1, double.NaN, 3], new StopOnNaN());
        Assert.Equal((StopReason.NotFinite, "the loss became NaN in step 1 of epoch 2"), (history.StopReason, history.StopMessage!));
    }

    [Fact]
    public void Functions_are_called_in_order()
    {
        var calls = new List<string>();
        var model = Problems.Compiled(new Sgd(), Loss.MeanSquaredError, new Dense(1));
        model.Fit(Tensor.Zeros(3, 1), Tensor.Zeros(3, 1), new()
        {
            Epochs = 2,
            BatchSize = 2,
            Callbacks =
            [
                new LambdaCallback
                {
                    TrainStart = _ => calls.Add("start"), EpochStart = run => calls.Add($"epoch {run.Epoch}"),
                    StepEnd = run => calls.Add($"step {run.Step} of {run.Steps}, {run.Samples}"),
                    EpochEnd = (_, record) => calls.Add($"end {record.Epoch}"), TrainEnd = run => calls.Add($"{run.History.StopReason}"),
                },
            ],
        });
        Assert.Equal(
            ["start", "epoch 1", "step 1 of 2, 2", "step 2 of 2, 3", "end 1", "epoch 2", "step 1 of 2, 2", "step 2 of 2, 3", "end 2", "Completed"], calls);
    }

    [Fact]
    public void Cancelled_it_keeps_what_it_learnt_and_tells_progress()
    {
        using var source = new CancellationTokenSource();
        var told = new Told(progress =>
        {
            if (progress is { Epoch: 2, Step: 1 }) source.Cancel();
        });
        var model = Problems.Compiled(new Sgd(0.1f), Loss.MeanSquaredError, new Dense(1) { UseBias = false, KernelInitializer = Initializer.Zeros });
        var history = model.Fit(
            Tensor.Full([6, 1], 1), Tensor.Full([6, 1], 1), new() { Epochs = 9, BatchSize = 3, Cancellation = source.Token, Progress = told });
        Assert.Equal((StopReason.Cancelled, "cancelled in epoch 2, after step 1 of 2"), (history.StopReason, history.StopMessage!));
        Assert.Single(history.Epochs);
        Assert.Equal(1 - Math.Pow(0.8, 3), model.Parameters[0].Value.ToScalar(), 1e-6); // three steps towards 1
        Assert.Equal(["1/9 1/2 3", "1/9 2/2 6", "2/9 1/2 3"], told.Heard);
        var fault = Assert.Throws<KeyNotFoundException>(() => history["val_loss"]);
        Assert.Equal("The history has no figure 'val_loss'. It has: loss, learning_rate.", fault.Message);
    }

    private sealed class Told(Action<TrainingProgress> then) : IProgress<TrainingProgress>
    {
        public List<string> Heard { get; } = [];

        public void Report(TrainingProgress value)
        {
            Heard.Add(string.Create(CultureInfo.InvariantCulture, $"{value.Epoch}/{value.Epochs} {value.Step}/{value.Steps} {value.Samples}"));
            then(value);
        }
    }
}
