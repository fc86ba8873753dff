using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>The LSTM's options keep what the plain LSTM promises: the same bits whatever the width, the threads and the rows beside.</summary>
[Collection(nameof(GlobalState))]
public sealed class LstmVariantTests
{
    [Theory]
    [MemberData(nameof(LstmVariants.Cases), MemberType = typeof(LstmVariants))]
    public void The_same_bits_everywhere(string variant, bool masked, bool reverse)
    {
        var problem = LstmVariants.Of(variant, SequenceProblem.Random(Cell.Lstm, 30, 6, 3, 37, seed: 11, masked) with { Reverse = reverse });
        var whole = problem.Run();
        Forced.Everywhere([1, 2], () =>
        {
            foreach (var ((name, expected), (_, actual)) in whole.All().Zip(problem.Run().All())) Near.Bits(expected, actual, name);
        });
        foreach (var ((name, expected), (_, actual)) in whole.All().Zip((problem with { RecomputeSteps = 4 }).Run().All()))
        {
            if (name.StartsWith("gradient", StringComparison.Ordinal)) Near.Arrays(Near.Doubles(expected), actual, 2e-6, name + ", computed again");
            else Near.Bits(expected, actual, name + ", computed again");
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_normalised_gru_has_the_same_bits_everywhere(bool masked, bool reverse)
    {
        var problem = (SequenceProblem.Random(Cell.GruAfter, 30, 6, 3, 37, seed: 11, masked) with { Reverse = reverse }).Normalised();
        var whole = problem.Run();
        Forced.Everywhere([1, 2], () =>
        {
            foreach (var ((name, expected), (_, actual)) in whole.All().Zip(problem.Run().All())) Near.Bits(expected, actual, name);
        });
    }
}
