using Unroll.Autograd;

namespace Unroll.Tests.Support;

/// <summary>Runs a golden case of one output: forward, backward, both compared.</summary>
internal static class GoldenCheck
{
    /// <param name="golden">The case.</param>
    /// <param name="compute">Its output, from its inputs by name.</param>
    /// <param name="tolerance">Of the largest value of each array.</param>
    /// <param name="output">The name of the output.</param>
    public static void Run(GoldenCase golden, Func<IReadOnlyDictionary<string, Tensor>, Tensor> compute, double tolerance, string output = "output")
    {
        var inputs = golden.Inputs.ToDictionary(input => input.Key, input => input.Value.ToTensor());
        foreach (var name in golden.Gradients.Keys) inputs[name].RequiresGradient = true;
        var tape = new Tape();
        using (tape.Record())
        {
            var result = compute(inputs);
            var expected = golden.Outputs[output];
            Assert.Equal(expected.Shape, result.Shape);
            Near.Arrays(expected.Values, result.Values, tolerance, output);
            tape.Backward((result * golden.Cotangents[output].ToTensor()).Sum());
        }

        foreach (var (name, expected) in golden.Gradients)
            Near.Arrays(expected.Values, inputs[name].Gradient!.Values, tolerance, "gradient of " + name);
    }
}
