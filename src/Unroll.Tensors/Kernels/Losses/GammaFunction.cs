namespace Unroll.Kernels;

/// <summary>The logarithm of the gamma function with its slope, by Stirling's series.</summary>
/// <remarks>ln Γ(x) = (x - 1/2) ln x - x + ln(2π)/2 + s(x); s falls like 1 / (12 x), so that differences of it keep their digits.</remarks>
internal static class GammaFunction
{
    /// <summary>ln(2π) / 2</summary>
    public const double HalfLogTwoPi = 0.918938533204672741780;

    /// <summary>From here on the series is good to 1e-16.</summary>
    private const double SeriesFrom = 10;

    /// <summary>ln Γ(x), for x > 0.</summary>
    public static double Log(double x) => ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + Remainder(x, out _);

    /// <summary>s(x), for x > 0, and its slope s'(x) = ψ(x) - ln x + 1 / (2 x).</summary>
    public static double Remainder(double x, out double slope)
    {
        if (x >= SeriesFrom) return Series(x, out slope);
        // Γ(x) = Γ(x + n) / (x (x + 1) … (x + n - 1))
        double product = 1, reciprocals = 0, y = x;
        for (; y < SeriesFrom; y++)
        {
            product *= y;
            reciprocals += 1 / y;
        }

        var above = Series(y, out var slopeAbove);
        slope = slopeAbove + Math.Log(y / x) - (0.5 / y) + (0.5 / x) - reciprocals;
        return above + ((y - 0.5) * Math.Log(y)) - ((x - 0.5) * Math.Log(x)) - (y - x) - Math.Log(product);
    }

    /// <summary>ln(1 + x), exact for small x.</summary>
    public static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 || double.IsPositiveInfinity(sum) ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>ln(1 + x) - x, exact for small x.</summary>
    /// <param name="x">More than -1.</param>
    /// <param name="log">ln(1 + x)</param>
    public static double LogOnePlusMinus(double x, double log)
    {
        if (Math.Abs(x) > 0.05) return log - x;
        var sum = 0.0;
        for (var k = 13; k >= 2; k--) sum = ((k % 2 == 0 ? -1.0 : 1.0) / k) + (x * sum);
        return x * x * sum;
    }

    /// <summary>Σ B(2k) / (2k (2k - 1) x^(2k - 1)), B the Bernoulli numbers.</summary>
    private static double Series(double x, out double slope)
    {
        ReadOnlySpan<double> coefficients = [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156];
        double square = 1 / (x * x), sum = 0, weighted = 0;
        for (var k = coefficients.Length - 1; k >= 0; k--)
        {
            sum = (sum * square) + coefficients[k];
            weighted = (weighted * square) + (((2 * k) + 1) * coefficients[k]);
        }

        slope = -weighted * square;
        return sum / x;
    }
}
