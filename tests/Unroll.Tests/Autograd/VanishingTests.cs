using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Gradients that vanish over many steps end as zeros and not as subnormal numbers, which processors are slow with.</summary>
public sealed class VanishingTests
{
    public static MatrixTheoryData<string, int> Sizes => new(Enum.GetNames<Cell>(), [9, 20]);

    /// <summary>Five units: a batch of 9 has units in the lanes, one of 20 rows.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void No_gradient_is_subnormal(string cell, int batch)
    {
        var problem = SequenceProblem.Random(Enum.Parse<Cell>(cell), batch, 1500, 3, 5, seed: 41) with { OfSequence = null };
        var gradient = problem.Run().Gradients["x"];
        Assert.Contains(gradient, value => MathF.Abs(value) > 1e-3f);
        Assert.Contains(gradient, value => value == 0);
        Assert.DoesNotContain(gradient, float.IsSubnormal);
    }
}
