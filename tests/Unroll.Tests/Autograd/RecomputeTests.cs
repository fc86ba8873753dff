using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Segments that are computed again on the way back, against keeping all steps.</summary>
public sealed class RecomputeTests
{
    /// <summary>Of the array's largest value: weights add up the same products in another order.</summary>
    private const double Tolerance = 2e-6;

    public static MatrixTheoryData<string, bool, bool, int> Variants => new(Enum.GetNames<Cell>(), [false, true], [false, true], [1, 4, 11, 12, 99]);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Outputs_have_the_same_bits_and_gradients_the_same_value(string cell, bool masked, bool reverse, int steps)
    {
        // Eleven units and a batch of 5 take the inputs first, a batch of 9 takes them step by step.
        foreach (var batch in new[] { 5, 9 })
        {
            var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), batch, 11, 3, 11, seed: 21, masked) with { Reverse = reverse };
            problem = problem with { Dropout = masked ? problem.DrawDropout(0.3f) : null };
            var kept = problem.Run();
            var again = (problem with { RecomputeSteps = steps }).Run();
            Assert.Equal(kept.Sequence, again.Sequence);
            Assert.Equal(kept.Hidden, again.Hidden);
            Assert.Equal(kept.Cell, again.Cell);
            foreach (var ((name, expected), (_, actual)) in kept.All().Zip(again.All()))
                Near.Arrays(Near.Doubles(expected), actual, Tolerance, name);
        }
    }

    [Theory]
    [InlineData(typeof(Lstm))]
    [InlineData(typeof(Gru))]
    [InlineData(typeof(SimpleRnn))]
    public void Memory_is_less_than_a_tenth(Type layer)
    {
        Assert.InRange((double)MemoryOf(layer, 50) / MemoryOf(layer, 0), 0.001, 0.1);
    }

    private static long MemoryOf(Type kind, int recompute)
    {
        Recurrent layer = kind == typeof(Lstm) ? new Lstm(24) { RecomputeSteps = recompute }
            : kind == typeof(Gru) ? new Gru(24) { RecomputeSteps = recompute }
            : new SimpleRnn(24) { RecomputeSteps = recompute };
        Sequential model = [layer, new Dense(1)];
        var x = Tensor.Zeros(4, 2500, 4);
        new Rng(3).FillNormal(x.Values, 1);
        var tape = new Tape();
        model.Build([2500, 4], 5);
        for (var step = 0; step < 2; step++) // the first measures what a step needs
        {
            using var recorded = tape.Record();
            var loss = model.Call(x, new Pass(true, new Rng(1))).Values.Sum();
            tape.Backward(loss);
        }

        return tape.Workspace.Bytes;
    }
}
