using System.Text.Json.Nodes;
using Unroll.Formats;

namespace Unroll.Tests.Layers;

/// <summary>What initialisers draw: mean, deviation and limits; what they make of shapes.</summary>
public sealed class InitializerTests
{
    private const int Inputs = 300, Outputs = 100;

    /// <summary>Name, expected variance of a [300, 100] weight, and the largest magnitude in deviations.</summary>
    public static TheoryData<string, double, double> Scaled => new()
    {
        { "glorotUniform", 2.0 / (Inputs + Outputs), Math.Sqrt(3) },
        { "glorotNormal", 2.0 / (Inputs + Outputs), 2 / 0.87962566 },
        { "heUniform", 2.0 / Inputs, Math.Sqrt(3) },
        { "heNormal", 2.0 / Inputs, 2 / 0.87962566 },
        { "leCunUniform", 1.0 / Inputs, Math.Sqrt(3) },
        { "leCunNormal", 1.0 / Inputs, 2 / 0.87962566 },
    };

    [Theory]
    [MemberData(nameof(Scaled))]
    public void Variances_are_those_of_the_papers(string name, double variance, double limit)
    {
        var values = Filled(name, Inputs, Outputs).Values.ToArray();
        var deviation = Math.Sqrt(variance);

        // Of 30,000 draws the mean has a deviation of 0.6 % of theirs, the variance one of 0.6 % or less.
        Assert.InRange(values.Average() / deviation, -0.025, 0.025);
        Assert.InRange(values.Average(value => (double)value * value) / variance, 0.97, 1.03);
        Assert.InRange(values.Max(Math.Abs) / deviation, 0.98 * limit, 1.0001 * limit);
        Assert.Equal(values, Filled(name, Inputs, Outputs).Values.ToArray());
    }

    [Fact]
    public void An_identity_stands_in_every_gate()
    {
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 1], Filled("identity", 3, 3).ToArray());
        Assert.Equal([1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1], Filled("identity", 2, 6).ToArray());
        Assert.Equal([-0.5f, 0, 0, -0.5f], Filled("""{"kind": "identity", "gain": -0.5}""", 2, 2).ToArray());
        Assert.Equal([2, 0, 0, 2], LayerRegistryCopy(new IdentityInitializer(2), 2));
    }

    [Fact]
    public void An_identity_keeps_the_state_of_a_simple_network()
    {
        var layer = new SimpleRnn(3) { RecurrentInitializer = Initializer.Identity, Activation = Activation.Relu };
        layer.Build([4, 2], new Rng(1));
        var state = new HiddenState(Tensor.From(new float[,] { { 1, 2, 3 } }));
        Assert.Equal([1, 2, 3], layer.Run(Tensor.Zeros(1, 4, 2), state).Last.ToArray());
        new Gru(3) { RecurrentInitializer = Initializer.Identity }.Build([4, 2], new Rng(1));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 7)]
    public void An_identity_of_other_shapes_is_refused(int rows, int columns)
    {
        var fault = Assert.Throws<OptionException>(() => Filled("identity", rows, columns));
        Assert.Equal(
            "An identity initializer needs a matrix [units, units], or [units, gates * units] for an identity in each gate, but the weight has " +
            $"shape [{rows}, {columns}]. Use it for recurrent kernels.", fault.Message);
        Assert.Throws<OptionException>(() => Initializer.Identity.Fill(Tensor.Zeros(4), new Rng(1)));
        Assert.Contains("An initializer's gain must be a finite number", Assert.Throws<OptionException>(() => new IdentityInitializer(float.NaN)).Message);
    }

    private static Tensor Filled(string initializer, int rows, int columns)
    {
        var node = initializer[0] == '{' ? JsonNode.Parse(initializer) : JsonValue.Create(initializer);
        var weight = Tensor.Full([rows, columns], float.NaN);
        LayerRegistry.Initializers.Read(node, "test").Fill(weight, new Rng(5));
        return weight;
    }

    private static float[] LayerRegistryCopy(Initializer initializer, int units) => Filled(LayerRegistry.Initializers.Write(initializer).ToJsonString(), units, units).ToArray();
}
