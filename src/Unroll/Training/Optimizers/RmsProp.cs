using Unroll.Kernels;

namespace Unroll;

/// <summary>Steps scaled by a moving mean of the squared gradient; Tieleman and Hinton 2012.</summary>
/// <remarks><code>v = rho v + (1 - rho) g²;  w -= rate g / √(v + ε)</code></remarks>
/// <param name="learningRate">Size of a step. Default: 0.001.</param>
public sealed class RmsProp(float learningRate = 0.001f) : Optimizer(learningRate)
{
    /// <summary>How much of the mean is kept from step to step. Default: 0.9.</summary>
    public float Rho { get; init; } = 0.9f;

    /// <summary>Share of the last step that goes on. Default: 0.</summary>
    public float Momentum { get; init; }

    /// <summary>Keeps the division finite. Default: 1e-7.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    /// <summary>Whether the squared mean gradient is taken off the mean square (Graves 2013). Default: false.</summary>
    public bool Centered { get; init; }

    internal override int SlotCount => Centered ? 3 : Momentum == 0 ? 1 : 2;

    private protected override IEnumerable<(string Option, float Value, OptionRange Range)> Ranges =>
    [
        (nameof(Rho), Rho, OptionRange.Share),
        (nameof(Momentum), Momentum, OptionRange.Share),
        (nameof(Epsilon), Epsilon, OptionRange.NotNegative),
    ];

    private protected override float? IdleFactor => Momentum == 0 ? Rho : null;

    private protected override void Update(UpdateArrays arrays) =>
        UpdateKernel.Run(new RmsPropRule(LearningRate, Rho, Momentum, Epsilon, Centered), arrays);
}
