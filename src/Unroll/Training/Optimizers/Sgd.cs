using Unroll.Kernels;

namespace Unroll;

/// <summary>Stochastic gradient descent, with momentum and Nesterov's variant (Sutskever et al. 2013).</summary>
/// <remarks><code>v = momentum v - rate g;  w += v, or w += momentum v - rate g (Nesterov)</code></remarks>
/// <param name="learningRate">Size of a step. Default: 0.01.</param>
public sealed class Sgd(float learningRate = 0.01f) : Optimizer(learningRate)
{
    /// <summary>Share of the last step that goes on. Default: 0.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether to look ahead by the momentum. Default: false. Ignored without momentum.</summary>
    public bool Nesterov { get; init; }

    internal override int SlotCount => Momentum == 0 ? 0 : 1;

    private protected override IEnumerable<(string Option, float Value, OptionRange Range)> Ranges =>
    [
        (nameof(Momentum), Momentum, OptionRange.Share),
    ];

    private protected override float? IdleFactor => Momentum == 0 ? 1 : null;

    private protected override void Update(UpdateArrays arrays) =>
        UpdateKernel.Run(new SgdRule(LearningRate, Momentum, Nesterov), arrays);
}
