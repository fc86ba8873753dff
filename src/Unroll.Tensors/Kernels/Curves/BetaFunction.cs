namespace Unroll.Kernels;

/// <summary>The regularised incomplete beta function, which sums tails of Student's t and of the negative binomial distribution.</summary>
internal static class BetaFunction
{
    /// <summary>I(x; a, b), by its continued fraction on the side where that is short.</summary>
    /// <param name="a">More than 0.</param>
    /// <param name="b">More than 0.</param>
    /// <param name="x">In [0, 1].</param>
    /// <param name="rest">1 - x, given apart so that it keeps its digits.</param>
    public static double Regularized(double a, double b, double x, double rest)
    {
        if (x <= 0 || rest <= 0) return x <= 0 ? 0 : 1;
        if (x > (a + 1) / (a + b + 2)) return 1 - Regularized(b, a, rest, x);
        var front = Math.Exp(GammaFunction.Log(a + b) - GammaFunction.Log(a) - GammaFunction.Log(b) + (a * Math.Log(x)) + (b * Math.Log(rest))) / a;
        return front / Fraction(a, b, x);
    }

    /// <summary>1 + d1 / (1 + d2 / (1 + …)), by Lentz's method.</summary>
    private static double Fraction(double a, double b, double x)
    {
        double above = 1, below = 0, value = 1;
        for (var k = 1; k <= 10_000; k++)
        {
            var m = k / 2;
            var d = k % 2 == 0
                ? m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)))
                : -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            below = 1 / (1 + (d * below));
            above = 1 + (d / above);
            value *= above * below;
            if (Math.Abs((above * below) - 1) < 1e-15) break;
        }

        return value;
    }
}
