using System.Text.Json.Serialization;
using Unroll.Formats;

namespace Unroll;

/// <summary>How the values of a new weight are drawn.</summary>
[JsonConverter(typeof(InitializerConverter))]
public abstract class Initializer
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = new ConstantInitializer(0);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = new ConstantInitializer(1);

    /// <summary>Uniform in ±√(6 / (inputs + outputs)); Glorot and Bengio 2010.</summary>
    public static Initializer GlorotUniform { get; } = new VarianceScaling(1, Fan.Average, isUniform: true);

    /// <summary>Normal, cut at two deviations, with variance 2 / (inputs + outputs); Glorot and Bengio 2010.</summary>
    public static Initializer GlorotNormal { get; } = new VarianceScaling(1, Fan.Average, isUniform: false);

    /// <summary>Uniform in ±√(6 / inputs); He et al. 2015.</summary>
    public static Initializer HeUniform { get; } = new VarianceScaling(2, Fan.In, isUniform: true);

    /// <summary>Normal, cut at two deviations, with variance 2 / inputs; He et al. 2015.</summary>
    public static Initializer HeNormal { get; } = new VarianceScaling(2, Fan.In, isUniform: false);

    /// <summary>Uniform in ±√(3 / inputs); LeCun et al. 1998.</summary>
    public static Initializer LeCunUniform { get; } = new VarianceScaling(1, Fan.In, isUniform: true);

    /// <summary>Normal, cut at two deviations, with variance 1 / inputs; LeCun et al. 1998.</summary>
    public static Initializer LeCunNormal { get; } = new VarianceScaling(1, Fan.In, isUniform: false);

    /// <summary>The identity, one for each gate; Le, Jaitly and Hinton 2015.</summary>
    public static Initializer Identity { get; } = new IdentityInitializer();

    /// <summary>An orthogonal matrix; Saxe et al. 2014.</summary>
    public static Initializer Orthogonal { get; } = new OrthogonalInitializer(1);

    /// <summary>Uniform in ±<paramref name="limit"/>; Keras draws embeddings so, with 0.05.</summary>
    /// <param name="limit">The largest magnitude.</param>
    public static Initializer Uniform(float limit) => new UniformInitializer(limit);

    /// <summary>Normal with mean 0.</summary>
    /// <param name="deviation">Standard deviation.</param>
    public static Initializer Normal(float deviation) => new NormalInitializer(deviation);

    /// <summary>All the same.</summary>
    /// <param name="value">The value.</param>
    public static Initializer Constant(float value) => new ConstantInitializer(value);

    /// <summary>Fills a weight. Of a matrix, the first axis counts as inputs and the last as outputs.</summary>
    /// <param name="weight">What to fill.</param>
    /// <param name="random">Source of the draws.</param>
    public abstract void Fill(Tensor weight, Rng random);

    /// <summary>A number of an initializer that has to be finite.</summary>
    private protected static float Finite(float value, string option) => float.IsFinite(value)
        ? value
        : throw new OptionException($"An initializer's {option} must be a finite number, but is {value}.", option);

    /// <summary>A number of an initializer that has to be 0 or more.</summary>
    private protected static float NotNegative(float value, string option) => value is >= 0 and < float.PositiveInfinity
        ? value
        : throw new OptionException($"An initializer's {option} must be 0 or more, but is {value}.", option);
}

/// <summary>All values the same.</summary>
/// <param name="value">The value.</param>
public sealed class ConstantInitializer(float value) : Initializer
{
    /// <summary>The value.</summary>
    public float Value { get; } = Finite(value, "value");

    /// <inheritdoc/>
    public override void Fill(Tensor weight, Rng random) => weight.Values.Fill(Value);
}

/// <summary>Uniform around zero.</summary>
/// <param name="limit">The largest magnitude.</param>
public sealed class UniformInitializer(float limit) : Initializer
{
    /// <summary>The largest magnitude.</summary>
    public float Limit { get; } = NotNegative(limit, "limit");

    /// <inheritdoc/>
    public override void Fill(Tensor weight, Rng random) => random.FillUniform(weight.Values, -Limit, Limit);
}

/// <summary>Normal around zero.</summary>
/// <param name="deviation">Standard deviation.</param>
public sealed class NormalInitializer(float deviation) : Initializer
{
    /// <summary>Standard deviation.</summary>
    public float Deviation { get; } = NotNegative(deviation, "deviation");

    /// <inheritdoc/>
    public override void Fill(Tensor weight, Rng random) => random.FillNormal(weight.Values, Deviation);
}
