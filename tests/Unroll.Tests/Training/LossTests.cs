namespace Unroll.Tests.Training;

/// <summary>Weights of samples and classes, and what losses say to targets that do not fit.</summary>
public sealed class LossTests
{
    [Fact]
    public void Targets_that_do_not_fit()
    {
        Says(
            "Loss meanSquaredError cannot hold predictions [4, 2] against targets [4, 3]: it needs targets of the same shape. " +
            "Change the last layer's units or reshape the targets.",
            () => Loss.MeanSquaredError.Call(Tensor.Zeros(4, 2), Tensor.Zeros(4, 3)));
        Says(
            "Loss sparseCategoricalCrossentropy cannot hold predictions [4, 3] against targets [4, 3]: it needs one class number for each row of 3 " +
            "probabilities. Change the last layer's units or reshape the targets.",
            () => Loss.SparseCategoricalCrossentropy.Call(Tensor.Zeros(4, 3), Tensor.Zeros(4, 3)));
        Says(
            "Loss sparseCategoricalCrossentropy got the class 3, but the model has classes 0 to 2.",
            () => Loss.SparseCategoricalCrossentropy.Call(Tensor.Full([1, 3], 1), Tensor.From(3)));
        Says(
            "Sample weights [3] do not fit predictions [4, 2]: give one for each sample or each step.",
            () => Loss.MeanSquaredError.Call(Tensor.Zeros(4, 2), Tensor.Zeros(4, 2), Tensor.Zeros(3)));
        Assert.Throws<ShapeException>(() => Loss.MeanSquaredError.Call(Tensor.Zeros(1, 1), Tensor.Zeros()));
        Assert.Throws<ShapeException>(() => Loss.MeanSquaredError.Call(Tensor.Zeros(), Tensor.Zeros()));
        Assert.Equal(
            "The custom loss 'mine' takes neither sample weights nor a mask. Use a built-in loss or weigh inside the function.",
            Assert.Throws<OptionException>(() => Loss.Custom("mine", (p, t) => (p - t).Sum()).Call(Tensor.Zeros(1, 1), Tensor.Zeros(1, 1), Tensor.Zeros(1))).Message);
    }

    [Fact]
    public void Smoothed_classes_are_softened_distributions()
    {
        const float smoothing = 0.3f;
        var logits = new Tensor([3, 4], [0.5f, -1, 2, 0.25f, 3, 1, -2, 0, 80, -80, 0, 1]);
        float[] classes = [2, 0, 1];
        var soft = Tensor.Full([3, 4], smoothing / 4);
        for (var row = 0; row < 3; row++) soft[row, (int)classes[row]] += 1 - smoothing;
        var (expected, gradient) = Of(Loss.CategoricalCrossentropyFromLogits, soft);
        var (loss, own) = Of(Loss.SmoothedCrossentropy(smoothing), new Tensor([3], classes));
        Assert.Equal(expected, loss, 1e-5f * expected);
        for (var i = 0; i < own.Length; i++) Assert.Equal(gradient[i], own[i], 1e-6f);
        Assert.Equal(
            Of(Loss.SparseCategoricalCrossentropyFromLogits, new Tensor([3], classes)).Gradient, Of(Loss.SmoothedCrossentropy(0), new Tensor([3], classes)).Gradient);
        Assert.Equal("Loss smoothedCrossentropy: smoothing must be in [0, 1), but is 1.", Assert.Throws<OptionException>(() => Loss.SmoothedCrossentropy(1)).Message);

        (float Loss, float[] Gradient) Of(Loss function, Tensor target)
        {
            var x = logits.Clone();
            x.RequiresGradient = true;
            var tape = new Unroll.Autograd.Tape();
            using (tape.Record())
            {
                var value = function.Call(x, target);
                tape.Backward(value);
                return (value.ToScalar(), x.Gradient!.ToArray());
            }
        }
    }

    [Fact]
    public void A_last_axis_of_one_may_be_missing_in_targets() =>
        Assert.Equal(2.5f, Loss.MeanSquaredError.Call(new Tensor([2, 1], [1, 2]), Tensor.Zeros(2)).ToScalar());

    [Fact]
    public void Class_weights_are_sample_weights_by_class()
    {
        var (x, y) = Problems.Majorities(30);
        float[] Train(FitOptions options)
        {
            var model = Problems.Compiled(new Sgd(0.5f), Loss.BinaryCrossentropy, new Embedding(10, 3), new Flatten(), new Dense(1) { Activation = Activation.Sigmoid });
            model.Fit(x, y, options);
            return Problems.Weights(model);
        }

        var samples = Tensor.Full([30], 0.5f);
        var both = samples.Clone();
        for (var row = 0; row < 30; row++) both.Values[row] *= y.Values[row] == 1 ? 4 : 0.25f;
        var classes = new Dictionary<int, float> { [0] = 0.25f, [1] = 4 };
        Assert.Equal(Train(new() { SampleWeights = both }), Train(new() { SampleWeights = samples, ClassWeights = classes }));
        Assert.NotEqual(Train(new()), Train(new() { ClassWeights = classes }));
        var fault = Assert.Throws<OptionException>(() => Train(new() { ClassWeights = new Dictionary<int, float> { [0] = 1 } }));
        Assert.Equal("ClassWeights has no weight for class 1, which the targets contain.", fault.Message);
    }

    [Fact]
    public void Samples_of_weight_zero_teach_nothing()
    {
        Tensor x = Tensor.Full([2, 1], 1), y = Column(3, 100), weights = Tensor.From(1, 0);
        var model = Problems.Compiled(new Sgd(0.5f), Loss.MeanSquaredError, new Dense(1) { UseBias = false, KernelInitializer = Initializer.Zeros });
        model.Fit(x, y, new() { SampleWeights = weights });
        Assert.Equal(1.5f, model.Parameters[0].Value.ToScalar()); // 0.5 * 2 * 3 / 2 samples
    }

    private static Tensor Column(params float[] values) => new([values.Length, 1], values);

    private static void Says(string message, Func<Tensor> action) => Assert.Equal(message, Assert.Throws<ShapeException>(action).Message);
}
