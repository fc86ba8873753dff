namespace Unroll.Evaluation;

/// <summary>The part of ln(1 + u) that decides how fast a probability falls away from its mean.</summary>
internal static class LogOnePlus
{
    /// <summary>ln(1 + u) - u, to full relative precision for small u.</summary>
    /// <param name="u">More than -1.</param>
    internal static double MinusArgument(double u)
    {
        if (u is < -0.5 or > 0.5) return Math.Log(1 + u) - u;

        // With r = u / (2 + u): ln(1 + u) = 2 (r + r^3/3 + r^5/5 + ...) and 2 r - u = -u r.
        var r = u / (2 + u);
        var square = r * r;
        var power = r * square;
        var sum = 0.0;
        for (var k = 3; k < 60; k += 2)
        {
            var term = power / k;
            sum += term;
            if (Math.Abs(term) <= 1e-17 * Math.Abs(sum)) break;
            power *= square;
        }

        return (2 * sum) - (u * r);
    }
}
