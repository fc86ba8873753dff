namespace Unroll;

/// <content>Draws from distributions, by rejection: each takes as many numbers of the stream as it needs.</content>
public partial struct Rng
{
    /// <summary>The next draw from the gamma distribution of scale 1 (Marsaglia and Tsang 2000).</summary>
    /// <param name="shape">Its shape, which is its mean; more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is not more than 0.</exception>
    public double NextGamma(double shape)
    {
        if (!(shape > 0)) throw new ArgumentOutOfRangeException(nameof(shape), shape, "The shape must be more than 0.");
        // A shape below 1 is one more than itself, times a power of a uniform draw.
        if (shape < 1) return NextGamma(shape + 1) * Math.Pow(1 - NextDouble(), 1 / shape);
        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = NextNormal();
            var root = 1 + (c * x);
            if (root <= 0) continue;
            var v = root * root * root;
            if (Math.Log(1 - NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) return d * v;
        }
    }

    /// <summary>The next draw from the Poisson distribution.</summary>
    /// <remarks>
    /// Small means by the product of uniform draws (Knuth), larger ones by halves: the m-th of m arrivals comes at a gamma draw,
    /// and before or behind it the rest is Poisson or binomial again (Ahrens and Dieter 1974).
    /// </remarks>
    /// <param name="mean">The mean, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is negative or not finite.</exception>
    public double NextPoisson(double mean)
    {
        if (mean is not (>= 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean must be 0 or more, and finite.");
        double count = 0;
        while (mean > 16)
        {
            var arrivals = Math.Floor(mean * 0.875);
            var time = NextGamma(arrivals);
            if (time > mean) return count + NextBinomial(arrivals - 1, mean / time);
            count += arrivals;
            mean -= time;
        }

        for (var product = 1 - NextDouble(); product > Math.Exp(-mean); product *= 1 - NextDouble()) count++;
        return count;
    }

    /// <summary>The next number of successes among many trials; halved by the middle one of sorted uniform draws, a beta draw.</summary>
    private double NextBinomial(double trials, double share)
    {
        double count = 0;
        while (trials > 16)
        {
            double lower = Math.Floor(trials / 2) + 1, upper = trials + 1 - lower;
            double a = NextGamma(lower), middle = a / (a + NextGamma(upper));
            if (middle <= share)
            {
                count += lower;
                (trials, share) = (upper - 1, (share - middle) / (1 - middle));
            }
            else
            {
                (trials, share) = (lower - 1, share / middle);
            }
        }

        for (var trial = 0; trial < trials; trial++) count += NextDouble() < share ? 1 : 0;
        return count;
    }
}
