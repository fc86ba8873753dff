using Unroll.Kernels;

namespace Unroll;

/// <summary>Steps scaled by the sum of all squared gradients so far; Duchi et al. 2011.</summary>
/// <remarks><code>a += g²;  w -= rate g / √(a + ε)</code></remarks>
/// <param name="learningRate">Size of a step. Default: 0.001.</param>
public sealed class Adagrad(float learningRate = 0.001f) : Optimizer(learningRate)
{
    /// <summary>What the sum starts from. Default: 0.1.</summary>
    public float InitialAccumulator { get; init; } = 0.1f;

    /// <summary>Keeps the division finite. Default: 1e-7.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    internal override int SlotCount => 1;

    private protected override float InitialSlot => InitialAccumulator;

    private protected override IEnumerable<(string Option, float Value, OptionRange Range)> Ranges =>
    [
        (nameof(InitialAccumulator), InitialAccumulator, OptionRange.NotNegative),
        (nameof(Epsilon), Epsilon, OptionRange.NotNegative),
    ];

    private protected override float? IdleFactor => 1;

    private protected override void Update(UpdateArrays arrays) =>
        UpdateKernel.Run(new AdagradRule(LearningRate, Epsilon), arrays);
}
