namespace Unroll.Tests.Docs;

public sealed class ReadmeTests
{
    [Fact]
    public void The_code_shown_is_this_code() => Markdown.AssertSame("README.md");

    [Fact]
    public void And_it_runs()
    {
        var random = new Rng(1);
        Tensor xTrain = Tensor.Zeros(40, 6), yTrain = Tensor.Zeros(40, 1);
        random.FillUniform(xTrain.Values, 0, 100);
        for (var i = 0; i < xTrain.Length; i++) xTrain.Values[i] = MathF.Floor(xTrain.Values[i]);
        for (var i = 0; i < yTrain.Length; i++) yTrain.Values[i] = i % 2;

        // <sample>
        Sequential model = [new Embedding(10_000, 8), new Lstm(32), new Dense(1) { Activation = Activation.Sigmoid }];
        model.Compile(new RmsProp(), Loss.BinaryCrossentropy, Metric.Accuracy);
        var history = model.Fit(xTrain, yTrain, new() { Epochs = 30, BatchSize = 128, ValidationSplit = 0.2, Callbacks = [new EarlyStopping()] });
        Console.WriteLine(model.Summary());
        // </sample>

        Assert.InRange(history.Epochs.Count, 1, 30);
        Assert.Equal(85_281, model.ParameterCount);
    }
}
