using System.Diagnostics;

namespace Unroll.Evaluation;

/// <summary>The regularised incomplete beta function I_x(a, b) and its inverse in x.</summary>
internal static class IncompleteBeta
{
    // Beyond this log-odds, x or 1 - x is no longer a normal number.
    private const double LargestLogOdds = 708;
    private const int MaxSteps = 200;

    /// <summary>I_x(a, b): the probability that a beta(a, b) variable is at most x.</summary>
    /// <param name="x">0 to 1.</param>
    /// <param name="a">First shape, more than 0.</param>
    /// <param name="b">Second shape, more than 0.</param>
    internal static double Regularized(double x, double a, double b)
    {
        Debug.Assert(x is >= 0 and <= 1 && a > 0 && b > 0);
        return Regularized(x, 1 - x, a, b);
    }

    /// <summary>The x at which I_x(a, b) is a given probability.</summary>
    /// <param name="probability">0 to 1.</param>
    /// <param name="a">First shape, more than 0.</param>
    /// <param name="b">Second shape, more than 0.</param>
    internal static double Inverse(double probability, double a, double b)
    {
        Debug.Assert(probability is >= 0 and <= 1 && a > 0 && b > 0);
        if (probability is 0 or 1) return probability;

        // Always the smaller tail: there the logarithm of the probability is well conditioned.
        return probability <= 0.5
            ? Logistic(LogOddsAt(probability, a, b))
            : Logistic(-LogOddsAt(1 - probability, b, a));
    }

    /// <summary>The same where y = 1 - x is known better than x tells: near x = 1.</summary>
    internal static double Regularized(double x, double y, double a, double b)
    {
        if (x <= 0) return 0;
        if (y <= 0) return 1;
        return x <= (a + 1) / (a + b + 2)
            ? Front(x, y, a, b) / Fraction(x, a, b)
            : 1 - (Front(y, x, b, a) / Fraction(y, b, a));
    }

    // x^a y^b / (a B(a, b)).
    private static double Front(double x, double y, double a, double b) => SlopeInLogOdds(x, y, a, b) / a;

    // x^a y^b / B(a, b), the derivative of I_x(a, b) by ln(x / y). Stirling's formula is put into B(a, b), and what
    // is left is the distance of x from its mean a / (a + b): terms as large as ln gamma(a + b) never appear.
    private static double SlopeInLogOdds(double x, double y, double a, double b)
    {
        var n = a + b;
        // Both excesses are the same number but for its sign: x n - a = b - y n.
        var excess = x <= y ? (x * n) - a : b - (y * n);
        var exponent = Deviance(x * n / a, excess, a) + Deviance(y * n / b, -excess, b)
            + LogGamma.StirlingRemainder(n) - LogGamma.StirlingRemainder(a) - LogGamma.StirlingRemainder(b);
        return Math.Sqrt(a * (b / n) / (2 * Math.PI)) * Math.Exp(exponent);
    }

    // shape (ln ratio - (ratio - 1)), where excess = shape (ratio - 1).
    private static double Deviance(double ratio, double excess, double shape)
    {
        var u = excess / shape;
        return u is < -0.5 or > 0.5 ? (shape * Math.Log(ratio)) - excess : shape * LogOnePlus.MinusArgument(u);
    }

    // The continued fraction of I_x(a, b) / Front, as 1 + d1/(1 + d2/(1 + ...)) with
    // d(2m) = m (b - m) x / ((a + 2m - 1)(a + 2m)) and
    // d(2m + 1) = -(a + m)(a + b + m) x / ((a + 2m)(a + 2m + 1)).
    private static double Fraction(double x, double a, double b)
    {
        var fraction = new ContinuedFraction(1);
        for (var m = 0; m < ContinuedFraction.MaxTerms; m++)
        {
            var place = a + (2.0 * m);
            fraction.Add(-(a + m) / place * ((a + b + m) / (place + 1)) * x, 1);
            var next = m + 1.0;
            if (!fraction.Add(next / (place + 1) * ((b - next) / (place + 2)) * x, 1)) return fraction.Value;
        }

        throw new ArithmeticException($"The incomplete beta function did not converge at x = {x}, a = {a}, b = {b}.");
    }

    // Newton's method on ln I as a function of the log-odds t of x, with bisection whenever it leaves the bracket.
    // In the lower tail ln I is nearly the line a t, so few steps are needed.
    private static double LogOddsAt(double probability, double a, double b)
    {
        var (lower, upper) = (-LargestLogOdds, LargestLogOdds);
        var t = Math.Clamp(Math.Log(a / b), lower, upper);
        for (var step = 0; step < MaxSteps; step++)
        {
            var (x, y) = (Logistic(t), Logistic(-t));
            var value = Regularized(x, y, a, b);
            if (value < probability) lower = t;
            else upper = t;

            var next = t - (Math.Log(value / probability) * value / SlopeInLogOdds(x, y, a, b));
            if (!(next > lower && next < upper)) next = lower + ((upper - lower) / 2);
            var done = Math.Abs(next - t) <= 1e-15 * Math.Max(1, Math.Abs(t));
            t = next;
            if (done) break;
        }

        return t;
    }

    private static double Logistic(double t) => 1 / (1 + Math.Exp(-t));
}
