using System.Diagnostics;

namespace Unroll.Evaluation;

/// <summary>The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x).</summary>
internal static class IncompleteGamma
{
    /// <summary>P(a, x): the probability that a gamma variable of shape a and scale 1 is at most x.</summary>
    /// <param name="a">The shape, more than 0.</param>
    /// <param name="x">0 or more.</param>
    internal static double Lower(double a, double x)
    {
        Debug.Assert(a > 0 && x >= 0);
        return x < a + 1 ? Series(a, x) : 1 - Fraction(a, x);
    }

    /// <summary>Q(a, x): the probability that a gamma variable of shape a and scale 1 is above x.</summary>
    /// <param name="a">The shape, more than 0.</param>
    /// <param name="x">0 or more.</param>
    internal static double Upper(double a, double x)
    {
        Debug.Assert(a > 0 && x >= 0);
        return x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);
    }

    // P = x^a e^-x / gamma(a + 1) (1 + x/(a + 1) + x^2/((a + 1)(a + 2)) + ...).
    private static double Series(double a, double x)
    {
        if (x == 0) return 0;
        var (term, sum) = (1.0, 1.0);
        for (var k = 1; k < ContinuedFraction.MaxTerms; k++)
        {
            term *= x / (a + k);
            sum += term;
            if (term <= 1e-17 * sum) return Front(a, x) / a * sum;
        }

        throw new ArithmeticException($"The incomplete gamma function did not converge at a = {a}, x = {x}.");
    }

    // Q = x^a e^-x / gamma(a) / (x + 1 - a - 1 (1 - a)/(x + 3 - a - 2 (2 - a)/(x + 5 - a - ...))).
    private static double Fraction(double a, double x)
    {
        if (double.IsPositiveInfinity(x)) return 0;
        var fraction = new ContinuedFraction(x + 1 - a);
        for (var k = 1; k < ContinuedFraction.MaxTerms; k++)
        {
            if (!fraction.Add(-k * (k - a), x + (2.0 * k) + 1 - a)) return Front(a, x) / fraction.Value;
        }

        throw new ArithmeticException($"The incomplete gamma function did not converge at a = {a}, x = {x}.");
    }

    // x^a e^-x / gamma(a), with Stirling's formula put into gamma(a) so that only the distance of x from a is left.
    private static double Front(double a, double x)
    {
        var u = (x - a) / a;
        var deviance = u is < -0.5 or > 0.5 ? (a * Math.Log(x / a)) - (x - a) : a * LogOnePlus.MinusArgument(u);
        return Math.Sqrt(a / (2 * Math.PI)) * Math.Exp(deviance - LogGamma.StirlingRemainder(a));
    }
}
