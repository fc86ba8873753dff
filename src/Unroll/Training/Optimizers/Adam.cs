using Unroll.Kernels;

namespace Unroll;

/// <summary>What the optimizers with moving means of gradient and squared gradient share.</summary>
public abstract class AdamFamily : Optimizer
{
    private protected AdamFamily(float learningRate)
        : base(learningRate)
    {
    }

    /// <summary>How much of the mean gradient is kept from step to step. Default: 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>How much of the mean squared gradient is kept from step to step. Default: 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Keeps the division finite. Default: 1e-7.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    internal override int SlotCount => 2;

    private protected override IEnumerable<(string Option, float Value, OptionRange Range)> Ranges =>
    [
        (nameof(Beta1), Beta1, OptionRange.Share),
        (nameof(Beta2), Beta2, OptionRange.Share),
        (nameof(Epsilon), Epsilon, OptionRange.NotNegative),
    ];

    private protected AdamRule Rule { get; set; }

    /// <summary>Adam's rule for the present step, with the bias of young means taken out of the rate.</summary>
    private protected AdamRule Plain(float keep, bool amsGrad) => new()
    {
        Beta1 = Beta1,
        Beta2 = Beta2,
        Epsilon = Epsilon,
        FromMean = (float)(LearningRate * Math.Sqrt(1 - Math.Pow(Beta2, Iterations)) / (1 - Math.Pow(Beta1, Iterations))),
        FromGradient = 0,
        Scale = 1,
        Keep = keep,
        AmsGrad = amsGrad,
    };

    private protected override void Update(UpdateArrays arrays) =>
        UpdateKernel.Run(Rule, arrays);
}

/// <summary>Steps along a moving mean of the gradient, scaled by one of its square; Kingma and Ba 2015.</summary>
/// <remarks><code>m = β₁ m + (1 - β₁) g;  v = β₂ v + (1 - β₂) g²;  w -= rate √(1 - β₂ᵗ) / (1 - β₁ᵗ) m / (√v + ε)</code></remarks>
/// <param name="learningRate">Size of a step. Default: 0.001.</param>
public sealed class Adam(float learningRate = 0.001f) : AdamFamily(learningRate)
{
    /// <summary>Whether the largest mean square so far is used (Reddi et al. 2018). Default: false.</summary>
    public bool AmsGrad { get; init; }

    internal override int SlotCount => AmsGrad ? 3 : 2;

    private protected override void OnStep() => Rule = Plain(1, AmsGrad);
}

/// <summary>Adam with weights that shrink by themselves; Loshchilov and Hutter 2019.</summary>
/// <remarks><code>w -= rate decay w, then as <see cref="Adam"/></code></remarks>
/// <param name="learningRate">Size of a step. Default: 0.001.</param>
public sealed class AdamW(float learningRate = 0.001f) : AdamFamily(learningRate)
{
    /// <summary>How much a weight shrinks in a step, before the learning rate. Default: 0.004.</summary>
    public float WeightDecay { get; init; } = 0.004f;

    private protected override IEnumerable<(string Option, float Value, OptionRange Range)> Ranges =>
        [.. base.Ranges, (nameof(WeightDecay), WeightDecay, OptionRange.NotNegative)];

    private protected override void OnStep() => Rule = Plain(1 - (LearningRate * WeightDecay), amsGrad: false);
}

/// <summary>Adam with Nesterov's look ahead and a momentum that warms up; Dozat 2016.</summary>
/// <remarks>
/// <code>
/// uₜ = β₁ (1 - 0.96ᵗ / 2),  Π the product of all u so far
/// m' = uₜ₊₁ m / (1 - Π uₜ₊₁) + (1 - uₜ) g / (1 - Π);  w -= rate m' / (√(v / (1 - β₂ᵗ)) + ε)
/// </code>
/// </remarks>
/// <param name="learningRate">Size of a step. Default: 0.001.</param>
public sealed class Nadam(float learningRate = 0.001f) : AdamFamily(learningRate)
{
    private double product = 1;
    private long multiplied;

    private protected override void OnStep()
    {
        if (multiplied > Iterations) (product, multiplied) = (1, 0);
        while (multiplied < Iterations) product *= Momentum(++multiplied);
        var (now, next) = (Momentum(Iterations), Momentum(Iterations + 1));
        Rule = Plain(1, amsGrad: false) with
        {
            FromMean = (float)(LearningRate * next / (1 - (product * next))),
            FromGradient = (float)(LearningRate * (1 - now) / (1 - product)),
            Scale = (float)(1 / (1 - Math.Pow(Beta2, Iterations))),
        };
    }

    private double Momentum(long step) => Beta1 * (1 - (0.5 * Math.Pow(0.96, step)));
}
