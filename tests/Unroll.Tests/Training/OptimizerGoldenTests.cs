using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Optimizers against golden vectors: the weights after each of five steps, and clipped gradients.</summary>
[Collection(nameof(GlobalState))]
public sealed class OptimizerGoldenTests
{
    /// <summary>Of the largest weight: five steps of a few roundings; the centred variance loses another digit.</summary>
    private const double Tolerance = 2e-6;

    public static TheoryData<string> Cases => Golden.Names("optimizers");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps(string name)
    {
        var golden = Golden.Case("optimizers", name);
        Forced.Everywhere([1], () =>
        {
            if (golden.Op.StartsWith("clip", StringComparison.Ordinal)) CheckClipping(golden);
            else CheckSteps(golden);
        });
    }

    private static void CheckSteps(GoldenCase golden)
    {
        var parameter = new Parameter("weight", golden.Input("parameter"), trainable: true);
        var gradients = golden.Input("gradients");
        var expected = golden.Outputs["parameters"];
        var (steps, width) = (expected.Shape[0], expected.Shape[1]);
        var optimizer = Make(golden);
        for (var step = 0; step < steps; step++)
        {
            Give(parameter, gradients.Rows(step, 1).Values);
            optimizer.Step([parameter]);
            Assert.Null(parameter.Value.Gradient);
            Near.Arrays(expected.Values.AsSpan(step * width, width), parameter.Value.Values, Tolerance, $"step {step + 1}");
        }

        Assert.Equal(steps, optimizer.Iterations);
    }

    /// <summary>A step of rate 1 from zero leaves the negative of the clipped gradient.</summary>
    private static void CheckClipping(GoldenCase golden)
    {
        var limit = golden.Number("limit");
        Parameter[] parameters = [.. golden.Inputs.Values.Select(gradient => new Parameter("weight", new Tensor(gradient.Shape), trainable: true))];
        foreach (var (parameter, gradient) in parameters.Zip(golden.Inputs.Values)) Give(parameter, gradient.ToTensor().Values);
        var optimizer = golden.Op switch
        {
            "clip_by_value" => new Sgd(1) { ClipValue = limit },
            "clip_by_norm" => new Sgd(1) { ClipNorm = limit },
            _ => new Sgd(1) { GlobalClipNorm = limit },
        };
        optimizer.Step(parameters);
        foreach (var (parameter, (name, clipped)) in parameters.Zip(golden.Outputs))
            Near.Arrays(Array.ConvertAll(clipped.Values, value => -value), parameter.Value.Values, Tolerance, name);
    }

    /// <summary>Makes values the gradient of a weight: that of their product.</summary>
    private static void Give(Parameter parameter, ReadOnlySpan<float> gradient)
    {
        var tape = new Tape();
        using (tape.Record()) tape.Backward((parameter.Value * new Tensor(parameter.Value.Shape, gradient.ToArray())).Sum());
    }

    private static Optimizer Make(GoldenCase golden)
    {
        var rate = golden.Number("learning_rate");
        return golden.Op switch
        {
            "sgd" => new Sgd(rate) { Momentum = golden.Number("momentum"), Nesterov = golden.Flag("nesterov") },
            "rmsprop" => new RmsProp(rate)
            {
                Rho = golden.Number("rho"),
                Momentum = golden.Number("momentum"),
                Epsilon = golden.Number("epsilon"),
                Centered = golden.Flag("centered"),
            },
            "adagrad" => new Adagrad(rate) { InitialAccumulator = golden.Number("initial_accumulator"), Epsilon = golden.Number("epsilon") },
            "adam" => new Adam(rate)
            {
                Beta1 = golden.Number("beta_1"),
                Beta2 = golden.Number("beta_2"),
                Epsilon = golden.Number("epsilon"),
                AmsGrad = golden.Flag("amsgrad"),
            },
            "adamw" => new AdamW(rate)
            {
                Beta1 = golden.Number("beta_1"),
                Beta2 = golden.Number("beta_2"),
                Epsilon = golden.Number("epsilon"),
                WeightDecay = golden.Number("weight_decay"),
            },
            "nadam" => new Nadam(rate) { Beta1 = golden.Number("beta_1"), Beta2 = golden.Number("beta_2"), Epsilon = golden.Number("epsilon") },
            _ => throw new ArgumentOutOfRangeException(nameof(golden), golden.Op, "no such optimizer"),
        };
    }
}
