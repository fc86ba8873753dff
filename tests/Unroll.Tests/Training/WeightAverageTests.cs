using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

public sealed class WeightAverageTests
{
    private static readonly Tensor X = new([4, 1], [1, 2, 3, 4]);
    private static readonly Tensor Y = new([4, 1], [3, 5, 7, 9]);

    private static (Sequential Model, List<float[]> Weights, List<double> Judged) Run(WeightAverage? average, int epochs, params Callback[] more)
    {
        Sequential model = [new Dense(1)];
        model.Compile(new Sgd(0.02f), Loss.MeanSquaredError);
        List<float[]> weights = [];
        List<double> judged = [];
        var watch = new LambdaCallback { StepEnd = run => weights.Add(Flat(run.Model)), EpochEnd = (_, record) => judged.Add(record.Figures["val_loss"]) };
        Callback[] own = average is null ? [] : [average];
        model.Fit(new Unroll.Data.TensorDataset(X, Y), new FitOptions
        { Epochs = epochs, BatchSize = 1, ValidationData = new Unroll.Data.TensorDataset(X, Y), Callbacks = [.. own, .. more, watch] });
        return (model, weights, judged);
    }

    private static float[] Flat(Model model) => [.. model.Parameters.SelectMany(parameter => parameter.Value.ToArray())];

    [Fact]
    public void The_model_ends_with_the_mean_of_all_steps_and_training_does_not_notice()
    {
        var (plain, expected, _) = Run(null, 6);
        var (model, weights, judged) = Run(new WeightAverage { Start = 3 }, 6);
        for (var step = 0; step < expected.Count; step++) Near.Bits(expected[step], weights[step], $"step {step}");
        var averaged = weights.Skip(8).ToArray();
        var means = Enumerable.Range(0, 2).Select(i => averaged.Average(step => (double)step[i])).ToArray();
        Near.Arrays(means, Flat(model), 1e-6, "mean");
        Assert.Equal(model.Evaluate(X, Y)["loss"], judged[^1], 6);
        Assert.NotEqual(plain.Evaluate(X, Y)["loss"], judged[^1], 6);
    }

    [Fact]
    public void A_decay_makes_an_exponential_average()
    {
        var (model, weights, _) = Run(new WeightAverage { Start = 1, Decay = 0.5f }, 2);
        var expected = Array.ConvertAll(weights[0], value => (double)value);
        for (var step = 1; step < weights.Count; step++)
        {
            for (var i = 0; i < 2; i++) expected[i] += Math.Max(0.5, 1.0 / (step + 1)) * (weights[step][i] - expected[i]);
        }

        Near.Arrays(expected, Flat(model), 1e-6, "average");
    }

    [Fact]
    public void The_average_begins_when_the_figure_is_not_better_any_more()
    {
        var average = new WeightAverage { Patience = 2, MinDelta = 1e9 }; // nothing is ever better by so much, so the first epoch stays best
        List<bool> active = [];
        Run(average, 5, new LambdaCallback { EpochEnd = (_, _) => active.Add(average.IsActive) });
        Assert.Equal([false, false, true, true, true], active.Select((_, i) => active[i]));
    }

    [Fact]
    public void Early_stopping_keeps_averaged_weights()
    {
        var stopping = new EarlyStopping { Patience = 100, RestoreBestWeights = true };
        var (model, _, judged) = Run(new WeightAverage { Start = 2 }, 8, stopping);
        Assert.Equal(judged.Min(), model.Evaluate(X, Y)["loss"], 6);
    }

    [Fact]
    public void An_average_that_begins_at_an_epoch_needs_no_figure_to_watch()
    {
        Sequential model = [new Dense(1)];
        model.Compile(new Sgd(0.02f), Loss.MeanSquaredError);
        var average = new WeightAverage { Start = 1 };
        model.Fit(X, Y, new FitOptions { Epochs = 2, Callbacks = [average] });
        Assert.True(average.IsActive);
        Assert.Contains(
            "WeightAverage watches 'val_loss'",
            Assert.Throws<OptionException>(() => model.Fit(X, Y, new FitOptions { Callbacks = [new WeightAverage()] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decay_out_of_range_is_refused() => Assert.Equal(
        "WeightAverage: Decay must be in [0, 1), but is 1.",
        Assert.Throws<OptionException>(() => Run(new WeightAverage { Decay = 1 }, 1)).Message);
}
