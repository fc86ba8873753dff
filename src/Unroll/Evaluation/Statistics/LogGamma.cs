using System.Diagnostics;

namespace Unroll.Evaluation;

/// <summary>The logarithm of the gamma function, and what Stirling's formula leaves of it.</summary>
internal static class LogGamma
{
    /// <summary>ln(2 pi) / 2.</summary>
    internal const double HalfLogTwoPi = 0.918938533204672741780;

    private const double EulerGamma = 0.577215664901532860607;
    private const double StirlingFrom = 10;
    private const int SeriesTerms = 30;

    // zeta(k) - 1 for k = 2 to SeriesTerms + 1.
    private static readonly double[] ZetaMinusOne = BuildZetaMinusOne();

    /// <summary>ln gamma(x), to about 1e-14 relative, also beside its zeros at 1 and 2.</summary>
    /// <param name="x">More than 0.</param>
    internal static double Of(double x)
    {
        Debug.Assert(x > 0);
        if (x >= StirlingFrom) return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + AsymptoticSeries(x);
        if (x < 0.5) return AtOnePlus(x) - Math.Log(x);
        if (x < 1.5) return AtOnePlus(x - 1);

        // gamma(x) = (x - 1)(x - 2)...r gamma(r), down to r in [1.5, 2.5).
        var product = 1.0;
        while (x >= 2.5)
        {
            x -= 1;
            product *= x;
        }

        return Math.Log(product) + AtTwoPlus(x - 2);
    }

    /// <summary>ln gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2): what Stirling's formula leaves.</summary>
    /// <param name="x">More than 0.</param>
    internal static double StirlingRemainder(double x) => x >= StirlingFrom
        ? AsymptoticSeries(x)
        : Of(x) - (((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi);

    // The coefficients are B(2k) / (2k (2k - 1)), B the Bernoulli numbers; at x = 10 the first term
    // left out is 6e-16.
    private static double AsymptoticSeries(double x)
    {
        var square = 1 / (x * x);
        var sum = -691.0 / 360360;
        sum = (sum * square) + (1.0 / 1188);
        sum = (sum * square) - (1.0 / 1680);
        sum = (sum * square) + (1.0 / 1260);
        sum = (sum * square) - (1.0 / 360);
        sum = (sum * square) + (1.0 / 12);
        return sum / x;
    }

    // ln gamma(1 + z) = ln gamma(2 + z) - ln(1 + z), written so that z near 0 loses nothing.
    private static double AtOnePlus(double z) => AtTwoPlus(z) - z - LogOnePlus.MinusArgument(z);

    // ln gamma(2 + z) = z (1 - gamma) + sum over k >= 2 of (-1)^k (zeta(k) - 1) z^k / k, for |z| <= 1/2:
    // the terms fall at least as fast as 1/4^k.
    private static double AtTwoPlus(double z)
    {
        var sum = 0.0;
        for (var k = SeriesTerms + 1; k >= 2; k--)
        {
            var coefficient = ZetaMinusOne[k - 2] / k;
            sum = (sum * z) + (k % 2 == 0 ? coefficient : -coefficient);
        }

        return z * (1 - EulerGamma + (sum * z));
    }

    // Euler-Maclaurin: the first terms one by one, then the integral of the rest and its corrections.
    private static double[] BuildZetaMinusOne()
    {
        const int first = 20;
        var values = new double[SeriesTerms];
        for (var k = 2; k < SeriesTerms + 2; k++)
        {
            var power = Math.Pow(first, -k);
            var sum = (power * first / (k - 1)) + (power / 2) + (power * k / (12.0 * first));
            sum -= power * k * (k + 1) * (k + 2) / (720.0 * first * first * first);
            sum += power * k * (k + 1) * (k + 2) * (k + 3.0) * (k + 4.0) / (30240.0 * Math.Pow(first, 5));
            for (var n = first - 1; n >= 2; n--) sum += Math.Pow(n, -k);
            values[k - 2] = sum;
        }

        return values;
    }
}
