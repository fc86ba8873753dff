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

    /// <summary>The value below which a share of all lies.</summary>
    /// <param name="level">The share, in (0, 1).</param>
    public static double Quantile(double level) => Solve(level, Cumulative, Density);

    /// <summary>The quantile of a distribution that is symmetric about 0: Newton's steps, halving where one leaves what is known.</summary>
    /// <param name="level">The share below, in (0, 1).</param>
    /// <param name="cumulative">The probability of a value below.</param>
    /// <param name="density">Its slope.</param>
    internal static double Solve(double level, Func<double, double> cumulative, Func<double, double> density)
    {
        if (level == 0.5) return 0;
        if (level > 0.5) return -Solve(1 - level, cumulative, density);
        double low = -1, high = 0;
        while (cumulative(low) > level) (low, high) = (2 * low, low);
        var x = 0.5 * (low + high);
        for (var step = 0; step < 200 && high - low > 1e-15 * -low; step++)
        {
            var error = cumulative(x) - level;
            if (error == 0) break;
            if (error > 0) high = x;
            else low = x;
            var next = x - (error / density(x));
            if (!(next > low && next < high)) next = 0.5 * (low + high);
            if (Math.Abs(next - x) < 1e-15 * Math.Abs(x)) return next;
            x = next;
        }

        return x;
    }
}
