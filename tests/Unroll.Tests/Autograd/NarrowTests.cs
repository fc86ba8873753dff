using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Layers with few units, whose kernels have rows of the batch in their lanes, against the kernels of all others.</summary>
public sealed class NarrowTests
{
    /// <summary>Of the array's largest value: weights add up the same products in another order.</summary>
    private const double Tolerance = 3e-6;

    public static MatrixTheoryData<string, bool, bool, int> Variants => new(Enum.GetNames<Cell>(), [false, true], [false, true], [1, 3, 8]);

    public static TheoryData<string> Cells => [.. Enum.GetNames<Cell>()];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Outputs_have_the_bits_of_the_other_kernels(string cell, bool masked, bool reverse, int units)
    {
        foreach (var batch in new[] { 16, 37, 150 })
        {
            foreach (var dropped in new[] { false, true })
            {
                var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), batch, 6, 5, units, seed: 31, masked) with { Reverse = reverse };
                if (dropped) problem = problem with { Dropout = problem.DrawDropout(0.3f) };
                var narrow = problem.Run();
                var other = (problem with { RecomputeSteps = 99 }).Run(); // which the narrow kernels leave to the others
                Assert.Equal(other.Sequence, narrow.Sequence);
                Assert.Equal(other.Hidden, narrow.Hidden);
                Assert.Equal(other.Cell, narrow.Cell);
                foreach (var name in new[] { "x", "initial_hidden", "initial_cell" })
                {
                    if (other.Gradients.TryGetValue(name, out var gradient)) Assert.Equal(gradient, narrow.Gradients[name]);
                }

                foreach (var ((name, expected), (_, actual)) in other.All().Zip(narrow.All()))
                    Near.Arrays(Near.Doubles(expected), actual, Tolerance, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Other_activations_and_missing_biases_work(string cell)
    {
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), 20, 6, 5, 3, seed: 32) with
        { Activation = Activation.Softsign, Gate = Activation.HardSigmoid, Bias = null };
        var narrow = problem.Run();
        var other = (problem with { RecomputeSteps = 99 }).Run();
        foreach (var ((name, expected), (_, actual)) in other.All().Zip(narrow.All()))
            Near.Arrays(Near.Doubles(expected), actual, Tolerance, name);
    }
}
