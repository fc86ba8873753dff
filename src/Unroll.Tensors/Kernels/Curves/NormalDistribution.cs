namespace Unroll.Kernels;

/// <summary>The standard normal distribution in double precision.</summary>
internal static class NormalDistribution
{
    /// <summary>e^(-x²/2) / √(2π)</summary>
    public static double Density(double x) => Math.Exp(-0.5 * x * x) * 0.39894228040143267794;

    /// <summary>
    /// The probability of a value below x, to about 1e-15: the Taylor series around 0 near the middle, the
    /// continued fraction of Mills' ratio in the tails.
    /// </summary>
    public static double Cumulative(double x)
    {
        var size = Math.Abs(x);
        if (size < 3)
        {
            double term = x, sum = x;
            for (var k = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); k++) sum += term *= x * x / ((2 * k) + 1);
            return 0.5 + (Density(x) * sum);
        }

        if (size > 38) return x < 0 ? 0 : 1;
        var fraction = size;
        for (var k = 120; k >= 1; k--) fraction = size + (k / fraction);
        var tail = Density(x) / fraction;
        return x < 0 ? tail : 1 - tail;
    }
}
