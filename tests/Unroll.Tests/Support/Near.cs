namespace Unroll.Tests.Support;

/// <summary>Comparisons of float results with exact ones.</summary>
internal static class Near
{
    /// <summary>
    /// Every value within <paramref name="tolerance"/> times the largest magnitude of the array (at least
    /// <paramref name="floor"/>, below which rounding of the operands, not of the result, decides).
    /// </summary>
    public static void Arrays(
        ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what, double floor = 0.1)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} values instead of {expected.Length}");
        var scale = floor;
        foreach (var value in expected) scale = Math.Max(scale, Math.Abs(value));
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i])) continue;
            var error = Math.Abs(expected[i] - actual[i]);
            if (!(error <= tolerance * scale)) Assert.Fail($"{what}[{i}]: {actual[i]:G9} instead of {expected[i]:G9}, error {error / scale:G3} of the scale {scale:G3}");
        }
    }

    /// <summary>The same bits, value by value.</summary>
    public static void Bits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} values instead of {expected.Length}");
        for (var i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"{what}[{i}]: {actual[i]:G9} instead of {expected[i]:G9}");
        }
    }

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < values.Length; i++) doubles[i] = values[i];
        return doubles;
    }
}
