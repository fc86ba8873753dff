using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class LogGammaTests
{
    // Computed with 60 digits by mpmath 1.3 from the double nearest to x.
    [Theory]
    [InlineData(0.001, 6.90717888538385366)]
    [InlineData(0.3, 1.09579799481807556)]
    [InlineData(1.0001, -0.000057713342220471268)]
    [InlineData(2.00001, 4.2278755976483596e-6)]
    [InlineData(3.7, 1.42807232666538813)]
    [InlineData(25.5, 56.3891676437199467)]
    [InlineData(1234567.25, 16081752.1656291223)]
    public void Log_gamma_matches_high_precision_values(double x, double expected) =>
        Close.To(expected, LogGamma.Of(x));

    [Fact]
    public void Log_gamma_of_whole_numbers_is_the_log_of_the_factorial()
    {
        var factorial = 1.0;
        for (var n = 1; n <= 20; n++)
        {
            factorial *= n;
            Close.To(Math.Log(factorial), LogGamma.Of(n + 1), factorial == 1 ? 0 : Close.Relative);
        }
    }

    [Fact]
    public void Log_gamma_of_a_half_is_half_the_log_of_pi() => Close.To(Math.Log(Math.PI) / 2, LogGamma.Of(0.5));

    // gamma(x) gamma(1 - x) = pi / sin(pi x).
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(0.499)]
    public void Log_gamma_obeys_the_reflection_formula(double x) =>
        Close.To(Math.Log(Math.PI / Math.Sin(Math.PI * x)), LogGamma.Of(x) + LogGamma.Of(1 - x));

    [Fact]
    public void Pieces_of_log_gamma_meet()
    {
        foreach (var seam in new[] { 0.5, 1.5, 2.5, 10 })
            Close.To(LogGamma.Of(Math.BitDecrement(seam)), LogGamma.Of(seam), 1e-13);
    }
}
