namespace Unroll;

/// <summary>Which connections the variance of a weight is divided by.</summary>
public enum Fan
{
    /// <summary>The number of inputs.</summary>
    In,

    /// <summary>The number of outputs.</summary>
    Out,

    /// <summary>The mean of both.</summary>
    Average,
}

/// <summary>
/// Draws whose variance is a scale divided by the number of connections, so that signals neither grow nor fade from
/// layer to layer: the family that Glorot, He and LeCun initialisation belong to.
/// </summary>
/// <param name="scale">The variance times the number of connections.</param>
/// <param name="fan">Which connections count.</param>
/// <param name="isUniform">Uniform draws; else normal ones, cut at two standard deviations as Keras does.</param>
public sealed class VarianceScaling(float scale, Fan fan, bool isUniform) : Initializer
{
    /// <summary>The standard deviation of a standard normal cut at ±2.</summary>
    private const double CutDeviation = 0.87962566103423978;

    /// <summary>The variance times the number of connections.</summary>
    public float Scale { get; } = NotNegative(scale, "scale");

    /// <summary>Which connections count.</summary>
    public Fan Fan { get; } = fan;

    /// <summary>Uniform draws; else normal ones, cut at two standard deviations.</summary>
    public bool IsUniform { get; } = isUniform;

    /// <inheritdoc/>
    public override void Fill(Tensor weight, Rng random)
    {
        var variance = Scale / Connections(weight.Shape);
        if (IsUniform)
        {
            var limit = (float)Math.Sqrt(3 * variance);
            random.FillUniform(weight.Values, -limit, limit);
            return;
        }

        var deviation = Math.Sqrt(variance) / CutDeviation;
        foreach (ref var value in weight.Values)
        {
            double draw;
            do draw = random.NextNormal();
            while (Math.Abs(draw) > 2);
            value = (float)(draw * deviation);
        }
    }

    private double Connections(Shape shape)
    {
        if (shape.Rank == 0) return 1;
        double inputs = shape.Rank == 1 ? shape[0] : shape[^2], outputs = shape[^1], field = 1;
        for (var axis = 0; axis < shape.Rank - 2; axis++) field *= shape[axis];
        return Math.Max(1, field * Fan switch { Fan.In => inputs, Fan.Out => outputs, _ => (inputs + outputs) / 2 });
    }
}
