using Unroll.Kernels;
using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Losses against golden vectors: their value, their gradient, and the loss of every entry.</summary>
public sealed class LossGoldenTests
{
    /// <summary>Of the array's largest value: arithmetic is in double precision, predictions and results are not.</summary>
    private const double Tolerance = 5e-7;

    public static TheoryData<string> Cases => Golden.Names("losses");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient(string name)
    {
        var golden = Golden.Case("losses", name);
        var loss = Of(golden);
        GoldenCheck.Run(
            golden, inputs => loss.Call(inputs["prediction"], inputs["target"], inputs.GetValueOrDefault("sample_weight")), Tolerance, "loss");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_entry(string name)
    {
        var golden = Golden.Case("losses", name);
        var (prediction, target) = (golden.Input("prediction"), golden.Input("target"));
        var expected = golden.Outputs["per_sample"].Values;
        var (width, step) = (prediction.Length / expected.Length, target.Length / expected.Length);
        var actual = new float[expected.Length];
        for (var e = 0; e < actual.Length; e++)
        {
            actual[e] = (float)LossKernel.Entry<Lanes128>(
                Function(golden), prediction.Values.Slice(e * width, width), target.Values.Slice(e * step, step),
                new float[width], 1, golden.Op == "huber" ? [golden.Number("delta")] : []);
        }

        Near.Arrays(expected, actual, Tolerance, "per_sample");
    }

    private static LossFunction Function(GoldenCase golden)
    {
        var logits = golden.Options.TryGetProperty("from_logits", out var flag) && flag.GetBoolean() ? "FromLogits" : "";
        return Enum.Parse<LossFunction>(golden.Op.Replace("_", "", StringComparison.Ordinal) + logits, ignoreCase: true);
    }

    private static Loss Of(GoldenCase golden) => Function(golden) switch
    {
        LossFunction.BinaryCrossentropy => Loss.BinaryCrossentropy,
        LossFunction.BinaryCrossentropyFromLogits => Loss.BinaryCrossentropyFromLogits,
        LossFunction.CategoricalCrossentropy => Loss.CategoricalCrossentropy,
        LossFunction.CategoricalCrossentropyFromLogits => Loss.CategoricalCrossentropyFromLogits,
        LossFunction.SparseCategoricalCrossentropy => Loss.SparseCategoricalCrossentropy,
        LossFunction.SparseCategoricalCrossentropyFromLogits => Loss.SparseCategoricalCrossentropyFromLogits,
        LossFunction.MeanSquaredError => Loss.MeanSquaredError,
        LossFunction.MeanAbsoluteError => Loss.MeanAbsoluteError,
        LossFunction.LogCosh => Loss.LogCosh,
        _ => Loss.Huber(golden.Number("delta")),
    };
}
