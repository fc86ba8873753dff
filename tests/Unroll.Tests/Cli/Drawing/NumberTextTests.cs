using Unroll.Cli.Drawing;

namespace Unroll.Tests.Cli.Drawing;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.748, "0.7480")]
    [InlineData(1, "1.000")]
    [InlineData(9.99996, "10.00")]
    [InlineData(-12.3456, "-12.35")]
    [InlineData(1234.5678, "1235")]
    [InlineData(123456, "123456")]
    [InlineData(2_500_000, "2.500e6")]
    [InlineData(0.0005, "0.0005000")]
    [InlineData(0.0000123, "1.230e-5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Figures_have_four_significant_digits(double value, string text) => Assert.Equal(text, NumberText.Figure(value));

    [Theory]
    [InlineData(0.214, "0.21 s")]
    [InlineData(9.999, "10.0 s")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(59.97, "1 min 0 s")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(7440, "2 h 4 min")]
    public void Durations_are_in_the_unit_that_fits(double seconds, string text) => Assert.Equal(text, NumberText.Duration(seconds));

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(41.2, "0:42")]
    [InlineData(725, "12:05")]
    [InlineData(3723, "1:02:03")]
    [InlineData(100_000, "27:46:40")]
    [InlineData(double.PositiveInfinity, "?")]
    public void Times_to_wait_count_down(double seconds, string text) => Assert.Equal(text, NumberText.Clock(seconds));
}
