namespace Unroll.Kernels;

/// <summary>Student's t distribution in double precision.</summary>
internal static class StudentDistribution
{
    /// <summary>The density at x.</summary>
    /// <param name="x">The place.</param>
    /// <param name="freedom">Degrees of freedom, more than 0.</param>
    public static double Density(double x, double freedom) => Math.Exp(
        GammaFunction.Log((freedom + 1) / 2) - GammaFunction.Log(freedom / 2) - (0.5 * Math.Log(freedom * Math.PI))
        - (0.5 * (freedom + 1) * GammaFunction.LogOnePlus(x * x / freedom)));

    /// <summary>The probability of a value below x: half of the regularised incomplete beta function of ν / (ν + x²) with ν/2 and 1/2.</summary>
    /// <param name="x">The place.</param>
    /// <param name="freedom">Degrees of freedom, more than 0.</param>
    public static double Cumulative(double x, double freedom)
    {
        if (freedom > 1e7) return NormalDistribution.Cumulative(x); // closer than 1e-8
        var tail = BetaFunction.Regularized(freedom / 2, 0.5, freedom / (freedom + (x * x)), x * x / (freedom + (x * x))) / 2;
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>The value below which a share of all lies.</summary>
    /// <param name="level">The share, in (0, 1).</param>
    /// <param name="freedom">Degrees of freedom, more than 0.</param>
    public static double Quantile(double level, double freedom) =>
        NormalDistribution.Solve(level, x => Cumulative(x, freedom), x => Density(x, freedom));
}
