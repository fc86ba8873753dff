namespace Unroll;

/// <summary>A distribution whose parameters a model puts out, one set for each target.</summary>
/// <remarks>softplus(x) = log(1 + e^x); deviations, scales, means of counts and shapes are 1e-6 more, so that none is zero.</remarks>
public enum Distribution
{
    /// <summary>The normal distribution. Outputs m, a: mean m, deviation softplus(a).</summary>
    Gaussian,

    /// <summary>Student's t, with heavier tails. Outputs m, a, b: mean m, scale softplus(a), degrees of freedom 2 + softplus(b).</summary>
    StudentT,

    /// <summary>
    /// Of counts. Outputs a, b: mean μ = softplus(a), shape α = softplus(b), variance μ + α μ²; Salinas et al. 2020, section 3.1.
    /// </summary>
    NegativeBinomial,
}
