namespace Unroll.Tests.Evaluation.Statistics;

internal static class Close
{
    /// <summary>The relative error that the statistics promise.</summary>
    internal const double Relative = 1e-11;

    internal static void To(double expected, double actual, double relative = Relative) => Assert.True(
        Math.Abs(actual - expected) <= relative * Math.Abs(expected),
        $"Expected {expected:R} to within {relative:0e-00} relative, got {actual:R}.");
}
