namespace Unroll.Tests.Training;

/// <summary>Options out of range: refused before training starts, all of an optimizer at once.</summary>
public sealed class OptimizerOptionTests
{
    public static TheoryData<Func<Optimizer>, string> Faults => new()
    {
        { () => new Sgd { Momentum = 1 }, "Sgd: Momentum must be in [0, 1), but is 1." },
        {
            () => new RmsProp { Rho = -0.1f, Momentum = 2, Epsilon = -1 },
            "RmsProp: Rho must be in [0, 1), but is -0.1; Momentum must be in [0, 1), but is 2; Epsilon must be 0 or more, but is -1."
        },
        {
            () => new Adagrad { InitialAccumulator = -1, ClipNorm = 0 },
            "Adagrad: ClipNorm must be more than 0, or left out, but is 0; InitialAccumulator must be 0 or more, but is -1."
        },
        { () => new Adam { Beta1 = float.NaN }, "Adam: Beta1 must be in [0, 1), but is NaN." },
        { () => new Nadam { Beta2 = 1 }, "Nadam: Beta2 must be in [0, 1), but is 1." },
        {
            () => new AdamW { WeightDecay = -1, GlobalClipNorm = -2, ClipValue = float.NaN },
            "AdamW: GlobalClipNorm must be more than 0, or left out, but is -2; ClipValue must be more than 0, or left out, but is NaN; " +
            "WeightDecay must be 0 or more, but is -1."
        },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Every_fault_is_named(Func<Optimizer> make, string message)
    {
        Sequential model = [new Dense(1)];
        Assert.Equal(message, Assert.Throws<OptionException>(() => model.Compile(make(), Loss.MeanSquaredError)).Message);
        Assert.Equal(message, Assert.Throws<OptionException>(() => make().Step([])).Message);
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Learning_rates(float rate)
    {
        var fault = Assert.Throws<OptionException>(() => new Adam(rate));
        Assert.Equal(FormattableString.Invariant($"Adam: LearningRate must be 0 or more, but is {rate}."), fault.Message);
        var adam = new Adam { LearningRate = 0 };
        Assert.Throws<OptionException>(() => adam.LearningRate = rate);
    }

    [Fact]
    public void Initializers()
    {
        Assert.Equal("An initializer's limit must be 0 or more, but is -1.", Refused(() => Initializer.Uniform(-1)));
        Assert.Equal("An initializer's deviation must be 0 or more, but is NaN.", Refused(() => Initializer.Normal(float.NaN)));
        Assert.Equal("An initializer's value must be a finite number, but is NaN.", Refused(() => Initializer.Constant(float.NaN)));
        Assert.Equal("An initializer's gain must be a finite number, but is NaN.", Refused(() => new OrthogonalInitializer(float.NaN)));
        Assert.Equal("An initializer's scale must be 0 or more, but is -2.", Refused(() => new VarianceScaling(-2, Fan.In, true)));

        static string Refused(Func<Initializer> make) => Assert.Throws<OptionException>(make).Message;
    }
}
