namespace Unroll.Kernels;

/// <summary>
/// Distributions by the outputs of a model: their parameters, and the negative logarithm of the likelihood of a value with its
/// slopes. All in double precision, written so that neither large outputs nor parameters near a limit lose the answer.
/// </summary>
internal static class LikelihoodKernel
{
    /// <summary>The most outputs that a target has.</summary>
    public const int MostOutputs = 3;

    /// <summary>Added to parameters that must not be zero.</summary>
    public const double Smallest = 1e-6;

    /// <summary>Number of outputs for each target.</summary>
    public static int Outputs(Distribution distribution) => distribution == Distribution.StudentT ? 3 : 2;

    /// <summary>The parameters: mean, then deviation, scale or shape, then degrees of freedom.</summary>
    /// <param name="distribution">Which distribution.</param>
    /// <param name="outputs">The outputs of one target.</param>
    public static (double Mean, double Scale, double Freedom) Parameters(Distribution distribution, ReadOnlySpan<float> outputs) => (
        distribution == Distribution.NegativeBinomial ? Softplus(outputs[0]) + Smallest : outputs[0],
        Softplus(outputs[1]) + Smallest,
        distribution == Distribution.StudentT ? 2 + Softplus(outputs[2]) : 0);

    /// <summary>-ln p(y) and its slopes by the outputs.</summary>
    /// <param name="distribution">Which distribution.</param>
    /// <param name="outputs">The outputs of one target.</param>
    /// <param name="y">The value.</param>
    /// <param name="slopes">One for each output.</param>
    public static double Value(Distribution distribution, ReadOnlySpan<float> outputs, double y, Span<double> slopes)
    {
        var (mean, scale, freedom) = Parameters(distribution, outputs);
        var value = distribution switch
        {
            Distribution.Gaussian => Gaussian(mean, scale, y, slopes),
            Distribution.StudentT => StudentT(mean, scale, freedom, y, slopes),
            _ => NegativeBinomial(mean, scale, y, slopes),
        };
        if (distribution == Distribution.NegativeBinomial) slopes[0] *= Sigmoid(outputs[0]);
        slopes[1] *= Sigmoid(outputs[1]);
        if (distribution == Distribution.StudentT) slopes[2] *= Sigmoid(outputs[2]);
        return value;
    }

    /// <summary>ln(1 + e^x), without overflow.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + GammaFunction.LogOnePlus(Math.Exp(-Math.Abs(x)));

    /// <summary>The slope of softplus.</summary>
    private static double Sigmoid(double x)
    {
        var e = Math.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>ln σ + z²/2 + ln(2π)/2, with z = (y - μ) / σ.</summary>
    private static double Gaussian(double mean, double deviation, double y, Span<double> slopes)
    {
        var z = (y - mean) / deviation;
        (slopes[0], slopes[1]) = (-z / deviation, (1 - (z * z)) / deviation);
        return Math.Log(deviation) + (0.5 * z * z) + GammaFunction.HalfLogTwoPi;
    }

    /// <summary>ln Γ(ν/2) - ln Γ((ν + 1)/2) + ln(νπ)/2 + ln σ + (ν + 1)/2 ln(1 + z²/ν), gammas by what Stirling leaves.</summary>
    private static double StudentT(double mean, double scale, double freedom, double y, Span<double> slopes)
    {
        var z = (y - mean) / scale;
        double h = 1 / freedom, tail = GammaFunction.LogOnePlus(z * z * h);
        var pull = (freedom + 1) * z / (freedom + (z * z));
        var (low, high) = (GammaFunction.Remainder(freedom / 2, out var slopeLow), GammaFunction.Remainder((freedom + 1) / 2, out var slopeHigh));
        slopes[0] = -pull / scale;
        slopes[1] = (1 - (pull * z)) / scale;
        slopes[2] = 0.5 * (tail - (pull * z * h) - GammaFunction.LogOnePlus(h) + (h / (1 + h)) - slopeHigh + slopeLow);
        return GammaFunction.HalfLogTwoPi + 0.5 - (0.5 * freedom * GammaFunction.LogOnePlus(h)) - high + low + Math.Log(scale) + (0.5 * (freedom + 1) * tail);
    }

    /// <summary>
    /// -ln [Γ(y + r) / (Γ(y + 1) Γ(r)) (αμ)^y / (1 + αμ)^(y + r)] with r = 1/α. By what Stirling's formula leaves, powers of α
    /// cancel: (y + r) [ln(1 + αμ) - ln(1 + αy)] + …, the bracket being -ln(1 + u) with u = α (y - μ) / (1 + αμ).
    /// </summary>
    private static double NegativeBinomial(double mean, double shape, double y, Span<double> slopes)
    {
        double r = 1 / shape, both = 1 + (shape * mean), u = shape * (y - mean) / both;
        var (low, high) = (GammaFunction.Remainder(r, out var slopeLow), GammaFunction.Remainder(y + r, out var slopeHigh));
        var log = u > -0.5 ? GammaFunction.LogOnePlus(u) : GammaFunction.LogOnePlus(shape * y) - Math.Log(both); // 1 + u = (1 + αy) / (1 + αμ)
        slopes[0] = (mean - y) / (mean * both);
        // r² (ψ(y + r) - ln(y + r) - ψ(r) + ln r + ln(1 + u) - u)
        slopes[1] = r * r * (slopeHigh - (0.5 / (y + r)) - slopeLow + (0.5 / r) + GammaFunction.LogOnePlusMinus(u, log));
        return y - (y * Math.Log(mean)) + GammaFunction.Log(y + 1) + low - high
            + (0.5 * GammaFunction.LogOnePlus(shape * y)) - ((y + r) * log);
    }
}
