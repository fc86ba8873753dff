namespace Unroll.Forecasting;

/// <summary>What a model says of one target of one window, in the target's transform.</summary>
/// <param name="At">Where the window stands.</param>
/// <param name="Target">Which target.</param>
/// <param name="Unit">What one unit of the window's scale is.</param>
/// <param name="Values">By step.</param>
/// <param name="Quantiles">By level of <see cref="Forecast.Levels"/> and step, before calibration.</param>
internal sealed record WindowForecast(WindowOrigin At, int Target, double Unit, double[] Values, double[][] Quantiles)
{
    /// <summary>Tells a calibration what each quantile was off by, where the truth is known.</summary>
    public void Teach(Calibration calibration, PreparedSeries series, ForecastOptions options)
    {
        Span<double> off = stackalloc double[Forecast.Levels.Count];
        for (var step = 0; step < Values.Length; step++)
        {
            var truth = series.Level(Target, At.Origin + options.Gap + step);
            if (double.IsNaN(truth)) continue;
            for (var level = 0; level < off.Length; level++) off[level] = (truth - Quantiles[level][step]) / Unit;
            calibration.Add(step, off);
        }
    }

    /// <summary>The forecast in the target's unit, its quantiles moved by what they were off by before.</summary>
    /// <param name="offsets">By step and level; null: none are known, so there are no quantiles.</param>
    public Forecast Finish(PreparedSeries series, ForecastOptions options, Func<int, ReadOnlySpan<double>>? offsets)
    {
        var (steps, levels) = (Values.Length, Forecast.Levels.Count);
        double[][] quantiles = offsets is null ? [] : [.. Enumerable.Range(0, levels).Select(_ => new double[steps])];
        var sorted = new double[levels];
        for (var step = 0; step < steps && offsets is not null; step++)
        {
            var moved = offsets(step);
            for (var level = 0; level < levels; level++) sorted[level] = Quantiles[level][step] + (moved[level] * Unit);
            Array.Sort(sorted); // quantiles of neighbouring levels may have crossed
            for (var level = 0; level < levels; level++) quantiles[level][step] = series.RestoreValue(sorted[level]);
        }

        var first = At.Origin + options.Gap;
        return new Forecast(
            series.Series.Id, options.Targets[Target], At.Origin, [.. Enumerable.Range(first, steps).Select(series.Series.Label)],
            [.. Values.Select(series.RestoreValue)], quantiles);
    }
}
