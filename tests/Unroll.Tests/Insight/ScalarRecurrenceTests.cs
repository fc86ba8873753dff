using Unroll.Insight;

namespace Unroll.Tests.Insight;

public sealed class ScalarRecurrenceTests
{
    [Fact]
    public void A_linear_unit_multiplies_by_its_weight() =>
        Assert.All(new ScalarRecurrence(Activation.Linear, -0.5).Log10Gradients(2000).Index(), at => Assert.Equal(at.Index * Math.Log10(0.5), at.Item, 1e-8));

    [Theory]
    [InlineData(Activation.Sigmoid, 5, -1)]
    [InlineData(Activation.Sigmoid, -3, 0.5)]
    [InlineData(Activation.Tanh, 0.9, 0.1)]
    [InlineData(Activation.Tanh, 1.5, 0)]
    public void Gradients_are_differences_of_the_state(Activation activation, double weight, double bias)
    {
        const double Step = 1e-6;
        var logs = new ScalarRecurrence(activation, weight, bias, 0.3).Log10Gradients(8);
        for (var n = 0; n <= 8; n++)
            Assert.Equal(Math.Abs(After(0.3 + Step, n) - After(0.3 - Step, n)) / (2 * Step), Math.Pow(10, logs[n]), 1e-6);

        double After(double h, int steps)
        {
            for (var n = 0; n < steps; n++) h = activation == Activation.Tanh ? Math.Tanh((weight * h) + bias) : 1 / (1 + Math.Exp(-((weight * h) + bias)));
            return h;
        }
    }

    [Fact]
    public void A_bound_holds_and_is_reached_where_the_slope_is_largest()
    {
        foreach (var weight in new[] { 0.5, 1, 4, 10 })
        {
            var tanh = new ScalarRecurrence(Activation.Tanh, weight);
            var logs = tanh.Log10Gradients(50);
            for (var n = 1; n <= 50; n++) Assert.True(logs[n] < tanh.Log10Bound(n));
        }

        var atZero = new ScalarRecurrence(Activation.Tanh, 3, start: 0);
        Assert.Equal(atZero.Log10Bound(40), atZero.Log10Gradients(40)[40], 1e-9);
        var half = new ScalarRecurrence(Activation.Sigmoid, 2, bias: -1); // h = 1/2 stays where it is, at the steepest place
        Assert.Equal(half.Log10Bound(40), half.Log10Gradients(40)[40], 1e-9);
    }

    [Fact]
    public void Other_activations_are_refused() => Assert.StartsWith(
        "A scalar recurrence takes Sigmoid, Tanh or Linear, but got Relu.",
        Assert.Throws<OptionException>(() => new ScalarRecurrence(Activation.Relu, 1)).Message, StringComparison.Ordinal);
}
