using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>w -= rate g, with momentum and Nesterov's variant.</summary>
internal readonly struct SgdRule(float rate, float momentum, bool nesterov) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V weight, V gradient, ref V velocity, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        var step = gradient * V.All(-rate);
        if (momentum == 0) return weight + step;
        velocity = V.MultiplyAdd(velocity, V.All(momentum), step);
        return weight + (nesterov ? V.MultiplyAdd(velocity, V.All(momentum), step) : velocity);
    }
}

/// <summary>w -= rate g / √(v + ε) with v the moving mean of g², optionally centred, optionally with momentum.</summary>
internal readonly struct RmsPropRule(float rate, float rho, float momentum, float epsilon, bool centered) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V weight, V gradient, ref V square, ref V velocity, ref V mean)
        where V : struct, ILanes<V>
    {
        V keep = V.All(rho), take = V.All(1 - rho);
        square = V.MultiplyAdd(take, gradient * gradient, keep * square);
        var variance = square;
        if (centered)
        {
            mean = V.MultiplyAdd(take, gradient, keep * mean);
            variance -= mean * mean;
        }

        var step = V.All(rate) * gradient / V.Sqrt(variance + V.All(epsilon));
        if (momentum == 0) return weight - step;
        velocity = V.MultiplyAdd(velocity, V.All(momentum), step);
        return weight - velocity;
    }
}

/// <summary>w -= rate g / √(a + ε) with a the sum of all g².</summary>
internal readonly struct AdagradRule(float rate, float epsilon) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V weight, V gradient, ref V sum, ref V second, ref V third)
        where V : struct, ILanes<V>
    {
        sum = V.MultiplyAdd(gradient, gradient, sum);
        return weight - (V.All(rate) * gradient / V.Sqrt(sum + V.All(epsilon)));
    }
}

/// <summary>
/// w = keep w - (fromMean m + fromGradient g) / (√(scale v) + ε) with m and v the moving means of g and g²: Adam,
/// AdamW and Nadam, whose factors differ from step to step. Optionally with the largest v so far (AMSGrad).
/// </summary>
internal readonly struct AdamRule : IUpdateRule
{
    public required float Beta1 { get; init; }

    public required float Beta2 { get; init; }

    public required float Epsilon { get; init; }

    /// <summary>Factor of the mean in the step.</summary>
    public required float FromMean { get; init; }

    /// <summary>Factor of the gradient itself in the step (Nesterov's look ahead).</summary>
    public required float FromGradient { get; init; }

    /// <summary>Factor of the mean square under the root.</summary>
    public required float Scale { get; init; }

    /// <summary>What is left of the weight before the step (weight decay).</summary>
    public required float Keep { get; init; }

    public required bool AmsGrad { get; init; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V weight, V gradient, ref V mean, ref V square, ref V largest)
        where V : struct, ILanes<V>
    {
        mean = V.MultiplyAdd(V.All(1 - Beta1), gradient, V.All(Beta1) * mean);
        square = V.MultiplyAdd(V.All(1 - Beta2), gradient * gradient, V.All(Beta2) * square);
        var under = square;
        if (AmsGrad) under = largest = V.Max(largest, square);
        var direction = V.MultiplyAdd(V.All(FromMean), mean, V.All(FromGradient) * gradient);
        return (V.All(Keep) * weight) - (direction / (V.Sqrt(V.All(Scale) * under) + V.All(Epsilon)));
    }
}
