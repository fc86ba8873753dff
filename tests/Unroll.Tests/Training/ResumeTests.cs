using Unroll.Formats;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Runs that are interrupted and go on, and steps whose gradients are put together.</summary>
public sealed class ResumeTests
{
    private static readonly Tensor X = Numbers(1, 50, 3), Y = Numbers(2, 50, 2);

    private static Tensor Numbers(ulong seed, params ReadOnlySpan<int> lengths)
    {
        var x = new Tensor(new Shape(lengths));
        new Rng(seed).FillNormal(x.Values);
        return x;
    }

    private static Sequential Model()
    {
        Sequential model = [new Dense(8) { Activation = Activation.Tanh }, new Dropout(0.3f), new Dense(2)];
        model.Compile(new Adam(0.01f), Loss.MeanSquaredError);
        return model;
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void A_run_goes_on_as_if_it_had_not_been_interrupted(int steps)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "checkpoint.safetensors");
        var options = new FitOptions { Epochs = 3, BatchSize = 8, Seed = 4 };
        var whole = Model();
        whole.Fit(X, Y, options);

        var broken = Model();
        using var cancellation = new CancellationTokenSource();
        var stop = new LambdaCallback
        {
            StepEnd = run =>
            {
                if (run.Epoch == 2 && run.Step == steps) cancellation.Cancel();
            },
        };
        var history = broken.Fit(X, Y, options with { Callbacks = [new ModelCheckpoint(file) { EverySteps = 1 }, stop], Cancellation = cancellation.Token });
        Assert.Equal(steps == 7 ? new TrainingPosition(2, 0) : new TrainingPosition(1, steps), history.Position);

        var loaded = ModelFile.Load(file);
        loaded.Model.Fit(X, Y, options with { InitialEpoch = loaded.Position.Epochs, InitialStep = loaded.Position.Steps });
        foreach (var (expected, actual) in whole.Parameters.Zip(loaded.Model.Parameters)) Near.Bits(expected.Value.Values, actual.Value.Values, expected.Name);
    }

    [Fact]
    public void Steps_put_together_are_as_one_of_larger_batches()
    {
        Sequential Plain()
        {
            Sequential model = [new Dense(8) { Activation = Activation.Tanh, KernelRegularizer = new Regularizer { L2 = 0.01f } }, new Dense(2)];
            model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
            return model;
        }

        var (large, small) = (Plain(), Plain());
        large.Fit(X.Rows(0, 48).Clone(), Y.Rows(0, 48).Clone(), new FitOptions { Epochs = 4, BatchSize = 24, Shuffle = false });
        small.Fit(X.Rows(0, 48).Clone(), Y.Rows(0, 48).Clone(), new FitOptions { Epochs = 4, BatchSize = 8, AccumulateSteps = 3, Shuffle = false });
        Assert.Equal(large.Optimizer.Iterations, small.Optimizer.Iterations);
        foreach (var (a, b) in large.Parameters.Zip(small.Parameters)) Near.Arrays([.. a.Value.ToArray().Select(value => (double)value)], b.Value.Values, 1e-5, a.Name);
    }

    [Fact]
    public void The_last_steps_of_an_epoch_make_a_smaller_group()
    {
        var model = Model();
        model.Fit(X, Y, new FitOptions { BatchSize = 8, AccumulateSteps = 3 }); // 7 steps
        Assert.Equal(3, model.Optimizer.Iterations);
    }

    [Fact]
    public void Faults_say_how_to_mend_them()
    {
        var model = Model();
        Assert.Equal(
            "Fit: InitialStep must be 0 or more, but is -1; AccumulateSteps must be at least 1, but is 0.",
            Assert.Throws<OptionException>(() => model.Fit(X, Y, new FitOptions { InitialStep = -1, AccumulateSteps = 0 })).Message);
        Assert.Equal(
            "InitialStep is 7, but an epoch has 7 steps. Give a number below that.",
            Assert.Throws<OptionException>(() => model.Fit(X, Y, new FitOptions { BatchSize = 8, InitialStep = 7 })).Message);
    }
}
