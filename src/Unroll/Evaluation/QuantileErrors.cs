namespace Unroll.Evaluation;

/// <summary>How far forecast quantiles were from what came.</summary>
/// <remarks>
/// With y the actual values and f the forecast of the quantile q, the pinball loss is q (y - f) where y is above f and
/// (1 - q) (f - y) where it is below: in expectation it is least for the true quantile (Koenker, Bassett, Regression
/// quantiles, 1978).
/// <para>One line of use: <c>var errors = QuantileErrors.From(actual, [low, median, high], [0.1, 0.5, 0.9]);</c></para>
/// </remarks>
public sealed record QuantileErrors
{
    private QuantileErrors(double[] levels, double[] pinball, double[] below, double weight, int count) =>
        (Levels, Pinball, Below, Weight, Count) = (levels, pinball, below, weight, count);

    /// <summary>Number of values that were forecast.</summary>
    public int Count { get; }

    /// <summary>The quantiles q, each between 0 and 1, in the order given.</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <summary>The mean pinball loss of each quantile, in the unit of the series; that of the median is half the MAE.</summary>
    public IReadOnlyList<double> Pinball { get; }

    /// <summary>The share of actual values at or below each quantile, 0 to 1: close to its level for an honest forecast.</summary>
    public IReadOnlyList<double> Below { get; }

    /// <summary>The mean pinball loss over all quantiles, in the unit of the series.</summary>
    public double MeanPinball => Pinball.Average();

    /// <summary>
    /// Weighted quantile loss, the mean over all quantiles of 2 sum(pinball) / sum(|y|), without unit: for the median alone it is
    /// the WAPE as a share. NaN if all actual values are 0. Salinas et al., DeepAR (2020), where it is called rho-risk.
    /// </summary>
    public double WeightedQuantileLoss => Weight > 0 ? 2 * MeanPinball / Weight : double.NaN;

    /// <summary>
    /// Continuous ranked probability score from quantiles, twice <see cref="MeanPinball"/>, in the unit of the series: near the
    /// integral it stands for where the quantiles are many and evenly spaced, (k - 1/2) / n. <see cref="Evaluation.Crps"/> has it from samples.
    /// </summary>
    public double Crps => 2 * MeanPinball;

    // mean(|y|).
    private double Weight { get; }

    /// <summary>Measures quantiles.</summary>
    /// <param name="actual">What came, in order of time.</param>
    /// <param name="quantiles">For each level the forecasts of all times.</param>
    /// <param name="levels">The quantiles, each between 0 and 1.</param>
    /// <exception cref="ShapeException">Lengths differ, or there are no values or levels.</exception>
    /// <exception cref="OptionException">A value is not a finite number, or a level out of range.</exception>
    public static QuantileErrors From(ReadOnlySpan<double> actual, IReadOnlyList<double[]> quantiles, IReadOnlyList<double> levels)
    {
        if (levels.Count == 0 || quantiles.Count != levels.Count)
        {
            throw new ShapeException(
                $"{quantiles.Count} rows of quantiles cannot be read with {levels.Count} levels. Give one row of forecasts for each level.");
        }

        SeriesChecks.NotEmpty(actual, "actual");
        SeriesChecks.Finite(actual, "actual");
        var (pinball, below, weight, n) = (new double[levels.Count], new double[levels.Count], 0.0, actual.Length);
        foreach (var y in actual) weight += Math.Abs(y) / n;
        for (var k = 0; k < levels.Count; k++)
        {
            SeriesChecks.Share(levels[k], nameof(levels));
            SeriesChecks.SameLength(actual, quantiles[k].Length, "forecasts of a quantile");
            SeriesChecks.Finite(quantiles[k], "quantile");
            for (var t = 0; t < n; t++)
            {
                pinball[k] += PinballLoss(actual[t], quantiles[k][t], levels[k]) / n;
                if (actual[t] <= quantiles[k][t]) below[k] += 1.0 / n;
            }
        }

        return new QuantileErrors([.. levels], pinball, below, weight, n);
    }

    private static double PinballLoss(double actual, double forecast, double level) =>
        actual >= forecast ? level * (actual - forecast) : (1 - level) * (forecast - actual);
}
