using System.Text.Json.Nodes;
using Unroll.Autograd;
using Unroll.Evaluation;
using Unroll.Formats;
using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Losses of quantiles and distributions: golden vectors, the formulas as they stand, slopes by differences.</summary>
public sealed class LikelihoodTests
{
    /// <summary>Of the array's largest value: arithmetic is in double precision, predictions and results are not.</summary>
    private const double Tolerance = 5e-7;

    public static TheoryData<string> Cases => Golden.Names("forecast_losses");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient(string name)
    {
        var golden = Golden.Case("forecast_losses", name);
        var loss = TrainingRegistry.Losses.Read(JsonNode.Parse(golden.Options.GetRawText()), "test");
        GoldenCheck.Run(
            golden, inputs => loss.Call(inputs["prediction"], inputs["target"], inputs.GetValueOrDefault("sample_weight")), Tolerance, "loss");
    }

    [Theory]
    [InlineData(Distribution.Gaussian)]
    [InlineData(Distribution.StudentT)]
    [InlineData(Distribution.NegativeBinomial)]
    public void Values_are_those_of_the_formulas_and_slopes_those_of_differences(Distribution distribution)
    {
        const float step = 1f / 2048; // exact in 32 bits; scales are 0.05 and more, so that differences of fourth order are good to 1e-7
        var random = new Rng(4);
        var outputs = new float[LikelihoodKernel.Outputs(distribution)];
        double[] slopes = new double[3], unused = new double[3];
        for (var trial = 0; trial < 300; trial++)
        {
            for (var k = 0; k < outputs.Length; k++) outputs[k] = MathF.Round(((6 * random.NextSingle()) - 3) * 64) / 64;
            var y = distribution == Distribution.NegativeBinomial ? random.NextInt32(30) : (4 * random.NextNormal()) + outputs[0];
            var value = LikelihoodKernel.Value(distribution, outputs, y, slopes);
            Assert.Equal(Formula(distribution, outputs, y), value, 1e-9 * Math.Max(1, Math.Abs(value)));
            for (var k = 0; k < outputs.Length; k++)
            {
                var middle = outputs[k];
                double At(int steps)
                {
                    outputs[k] = middle + (steps * step);
                    return LikelihoodKernel.Value(distribution, outputs, y, unused);
                }

                var difference = ((8 * (At(1) - At(-1))) - At(2) + At(-2)) / (12 * step);
                outputs[k] = middle;
                Assert.Equal(difference, slopes[k], 2e-6 * Math.Max(1, Math.Abs(slopes[k])));
            }
        }
    }

    [Fact]
    public void Far_outputs_keep_the_answer()
    {
        Span<double> slopes = stackalloc double[3];
        // Many degrees of freedom: the normal distribution.
        Span<double> normal = stackalloc double[3];
        var gaussian = LikelihoodKernel.Value(Distribution.Gaussian, [0.5f, 1], 2, normal);
        foreach (var freedom in new[] { 1e9f, 1e20f, 3e38f })
        {
            Assert.Equal(gaussian, LikelihoodKernel.Value(Distribution.StudentT, [0.5f, 1, freedom], 2, slopes), 1e-8);
            Assert.Equal(normal[0], slopes[0], 1e-8);
            Assert.Equal(normal[1], slopes[1], 1e-8);
        }

        // A shape of 1e-6: the Poisson distribution, but for some millionths.
        var mean = LikelihoodKernel.Softplus(3) + 1e-6;
        var poisson = mean - (5 * Math.Log(mean)) + LogGamma.Of(6);
        Assert.Equal(poisson, LikelihoodKernel.Value(Distribution.NegativeBinomial, [3, -200], 5, slopes), 1e-5);
        Assert.Equal(1 - (5 / mean), slopes[0] * (1 + Math.Exp(-3)), 1e-5);
        foreach (var distribution in Enum.GetValues<Distribution>())
        {
            foreach (var (a, b, c) in new[] { (-1e30f, -1e30f, -1e30f), (1e30f, 1e30f, 1e30f), (0, -1e30f, 1e30f), (1e30f, -1e30f, 0), (-1e30f, 1e30f, 0) })
            {
                float[] outputs = [a, b, c];
                var value = LikelihoodKernel.Value(distribution, outputs.AsSpan(0, LikelihoodKernel.Outputs(distribution)), 3, slopes);
                Assert.True(double.IsFinite(value), $"{distribution} of {a}, {b}, {c}: {value}");
                foreach (var slope in slopes[..LikelihoodKernel.Outputs(distribution)]) Assert.True(double.IsFinite(slope), $"{distribution} of {a}, {b}, {c}: slope {slope}");
            }
        }
    }

    [Fact]
    public void Gradients_are_those_of_elementary_operations()
    {
        var target = Drawn([3, 4, 2], 1);
        Same(
            Drawn([3, 4, 4], 2), prediction => Loss.Likelihood(Distribution.Gaussian).Call(prediction, target),
            prediction =>
            {
                var both = prediction.Reshape(3, 4, 2, 2);
                var deviation = both.Slice(3, 1, 1).Reshape(3, 4, 2).Activate(Activation.Softplus) + 1e-6f;
                var z = (target - both.Slice(3, 0, 1).Reshape(3, 4, 2)) / deviation;
                return (deviation.Log() + (0.5f * z.Square()) + 0.91893853f).Mean();
            });
        Same(
            Drawn([3, 4, 6], 3), prediction => Loss.Quantile(0.1f, 0.5f, 0.75f).Call(prediction, target),
            prediction =>
            {
                var error = target.Reshape(3, 4, 2, 1) - prediction.Reshape(3, 4, 2, 3);
                var levels = Tensor.From(0.1f, 0.5f, 0.75f);
                return ((levels * error.Relu()) + ((1 - levels) * (-error).Relu())).Mean();
            });
    }

    [Fact]
    public void Masked_entries_may_hold_anything()
    {
        var mask = Tensor.From(new float[,] { { 1, 0 }, { 1, 1 } });
        foreach (var loss in new[] { Loss.Quantile(0.5f, 0.9f), Loss.Likelihood(Distribution.Gaussian), Loss.Likelihood(Distribution.NegativeBinomial) })
        {
            Tensor prediction = Drawn([2, 2, 2], 5), target = Tensor.Full([2, 2, 1], 3);
            var expected = loss.Call(prediction, target, null, mask).ToScalar();
            (prediction.Values[2], prediction.Values[3], target.Values[1]) = (float.NaN, float.NaN, -0.5f);
            Assert.Equal(expected, loss.Call(prediction, target, null, mask).ToScalar());
        }
    }

    [Fact]
    public void Errors_say_how_to_mend_them()
    {
        static void Says<T>(string message, Action action)
            where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);

        Says<OptionException>(
            "Loss quantile needs levels in (0, 1) that rise, but got [0.5, 0.1]. Give it levels such as [0.1, 0.5, 0.9].",
            () => Loss.Quantile(0.5f, 0.1f));
        Assert.Throws<OptionException>(() => Loss.Quantile());
        Assert.Throws<OptionException>(() => Loss.Quantile(0.5f, 1));
        Assert.Throws<OptionException>(() => Loss.Quantile(float.NaN));
        Says<ShapeException>(
            "Loss quantile cannot hold predictions [4, 3] against targets [4, 2]: it needs 2 outputs for each target, for the levels 0.1, 0.9. " +
            "Give the last layer 4 units or reshape the targets.",
            () => Loss.Quantile(0.1f, 0.9f).Call(Tensor.Zeros(4, 3), Tensor.Zeros(4, 2)));
        Says<ShapeException>(
            "Loss studentT cannot hold predictions [4, 7, 2] against targets [4, 7]: it needs 3 outputs for each target, for the studentT distribution. " +
            "Give the last layer 3 units or reshape the targets.",
            () => Loss.Likelihood(Distribution.StudentT).Call(Tensor.Zeros(4, 7, 2), Tensor.Zeros(4, 7)));
        Says<ShapeException>(
            "Loss negativeBinomial got the target 0.5, but its targets are counts: 0, 1, 2 and so on. Feed them as they are, not scaled.",
            () => Loss.Likelihood(Distribution.NegativeBinomial).Call(Tensor.Zeros(2, 2), Tensor.From(1, 0.5f)));
        Assert.Throws<OptionException>(() => TrainingRegistry.Losses.Read("quantile", "training.loss"));
        Assert.Throws<OptionException>(() => TrainingRegistry.Losses.Read(JsonNode.Parse("""{"kind": "quantile", "levels": [2]}"""), "training.loss"));
    }

    [Fact]
    public void Files_know_them_by_name()
    {
        foreach (var (loss, text) in new[]
        {
            (Loss.Quantile(0.25f, 0.5f), """{"kind":"quantile","levels":[0.25,0.5]}"""), (Loss.Likelihood(Distribution.Gaussian), "\"gaussian\""),
            (Loss.Likelihood(Distribution.StudentT), "\"studentT\""), (Loss.Likelihood(Distribution.NegativeBinomial), "\"negativeBinomial\""),
        })
        {
            Assert.Equal(text, TrainingRegistry.Losses.Write(loss).ToJsonString());
            Assert.Equal(text, TrainingRegistry.Losses.Write(TrainingRegistry.Losses.Read(JsonNode.Parse(text), "test")).ToJsonString());
        }
    }

    [Fact]
    public void Metrics_compare_medians_and_means()
    {
        var y = Tensor.From(new float[,] { { 1, 2 }, { 3, 4 } });
        double Mae(Loss loss, params float[] bias)
        {
            Sequential model = [new Dense(bias.Length) { KernelInitializer = Initializer.Zeros }];
            model.Build([1]);
            bias.CopyTo(model.Parameters[1].Value.Values);
            model.Compile(new Sgd(), loss, Metric.MeanAbsoluteError);
            return model.Evaluate(Tensor.Zeros(2, 1), y)["mae"];
        }

        Assert.Equal(1, Mae(Loss.Quantile(0.1f, 0.4f, 0.9f), 9, 2, 9, 9, 2.5f, 9), 1e-6); // of 2 and 2.5
        Assert.Equal(1, Mae(Loss.Likelihood(Distribution.Gaussian), 2, 9, 2.5f, 9), 1e-6);
    }

    private static Tensor Drawn(Shape shape, ulong seed)
    {
        var tensor = new Tensor(shape);
        new Rng(seed).FillUniform(tensor.Values, -2, 2);
        return tensor;
    }

    private static void Same(Tensor prediction, Func<Tensor, Tensor> fused, Func<Tensor, Tensor> elementary)
    {
        prediction.RequiresGradient = true;
        (float Value, float[] Gradient) Run(Func<Tensor, Tensor> loss)
        {
            prediction.ClearGradient();
            var tape = new Tape();
            using (tape.Record())
            {
                var value = loss(prediction);
                tape.Backward(value);
                return (value.ToScalar(), prediction.Gradient!.ToArray());
            }
        }

        var (expected, actual) = (Run(elementary), Run(fused));
        Assert.Equal(expected.Value, actual.Value, 2e-6 * Math.Max(1, Math.Abs(expected.Value)));
        Near.Arrays(Near.Doubles(expected.Gradient), actual.Gradient, 2e-6, "gradient", floor: 0.01);
    }

    /// <summary>-ln p(y) as textbooks have it, with the logarithm of the gamma function of the statistics.</summary>
    private static double Formula(Distribution distribution, float[] outputs, double y)
    {
        var (mean, scale, freedom) = LikelihoodKernel.Parameters(distribution, outputs);
        switch (distribution)
        {
            case Distribution.Gaussian:
                return (0.5 * Math.Pow((y - mean) / scale, 2)) + (0.5 * Math.Log(2 * Math.PI)) + Math.Log(scale);
            case Distribution.StudentT:
                var z = (y - mean) / scale;
                return LogGamma.Of(freedom / 2) - LogGamma.Of((freedom + 1) / 2) + (0.5 * Math.Log(freedom * Math.PI)) + Math.Log(scale)
                    + ((freedom + 1) / 2 * Math.Log(1 + (z * z / freedom)));
            default:
                var r = 1 / scale;
                return LogGamma.Of(y + 1) + LogGamma.Of(r) - LogGamma.Of(y + r) - (y * Math.Log(scale * mean)) + ((y + r) * Math.Log(1 + (scale * mean)));
        }
    }
}
