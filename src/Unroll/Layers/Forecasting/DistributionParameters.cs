using Unroll.Kernels;

namespace Unroll;

/// <summary>The distribution of one target, by what a model put out for it.</summary>
/// <remarks>
/// <code>
/// var y = model.Predict(x);                                             // [samples, horizon, outputs], trained with a likelihood
/// var next = new DistributionParameters(Distribution.StudentT, y.Values[..3]);
/// var (low, high) = (next.Quantile(0.05), next.Quantile(0.95));
/// </code>
/// </remarks>
public readonly struct DistributionParameters
{
    private readonly double scale;
    private readonly double freedom;

    /// <summary>Reads the outputs.</summary>
    /// <param name="distribution">Which distribution the model was trained with.</param>
    /// <param name="outputs">The outputs of one target: two, or three of <see cref="Distribution.StudentT"/>.</param>
    /// <exception cref="ShapeException">There are more or fewer.</exception>
    public DistributionParameters(Distribution distribution, ReadOnlySpan<float> outputs)
    {
        var needed = LikelihoodKernel.Outputs(distribution);
        if (outputs.Length != needed)
            throw new ShapeException($"A {distribution} distribution has {needed} outputs for each target, but {outputs.Length} were given.");
        Distribution = distribution;
        (Mean, scale, freedom) = LikelihoodKernel.Parameters(distribution, outputs);
    }

    /// <summary>Which distribution it is.</summary>
    public Distribution Distribution { get; }

    /// <summary>The mean.</summary>
    public double Mean { get; }

    /// <summary>The standard deviation.</summary>
    public double Deviation => Distribution switch
    {
        Distribution.Gaussian => scale,
        Distribution.StudentT => scale * Math.Sqrt(freedom / (freedom - 2)),
        _ => Math.Sqrt(Mean + (scale * Mean * Mean)),
    };

    /// <summary>The value below which a share of all lies; of counts the least that at least this share does not exceed.</summary>
    /// <param name="level">The share, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not in (0, 1).</exception>
    public double Quantile(double level)
    {
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "A level must be in (0, 1).");
        return Distribution switch
        {
            Distribution.Gaussian => Mean + (scale * NormalDistribution.Quantile(level)),
            Distribution.StudentT => Mean + (scale * StudentDistribution.Quantile(level, freedom)),
            _ => Count(level),
        };
    }

    /// <summary>A draw.</summary>
    /// <param name="random">Where it comes from; it moves on.</param>
    public double Sample(ref Rng random) => Distribution switch
    {
        Distribution.Gaussian => Mean + (scale * random.NextNormal()),
        // normal / √(χ² / ν), χ² being twice a gamma draw of shape ν / 2
        Distribution.StudentT => Mean + (scale * random.NextNormal() / Math.Sqrt(2 * random.NextGamma(freedom / 2) / freedom)),
        _ => random.NextPoisson(random.NextGamma(1 / scale) * scale * Mean),
    };

    /// <summary>P(count &lt;= k) = I(1 / (1 + αμ); 1/α, k + 1): the first k that reaches the level, by halving.</summary>
    private double Count(double level)
    {
        double r = 1 / scale, odds = scale * Mean, low = -1, high = 1;
        bool Reaches(double k) => BetaFunction.Regularized(r, k + 1, 1 / (1 + odds), odds / (1 + odds)) >= level;
        while (!Reaches(high)) (low, high) = (high, 2 * high);
        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            if (middle <= low) break; // no count between two neighbours of double precision
            if (Reaches(middle)) high = middle;
            else low = middle;
        }

        return high;
    }
}
