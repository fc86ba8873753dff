using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>Forecasts by a model that feeds back draws of its own: many paths into the future, and what they have in common.</summary>
internal static class PathSampler
{
    /// <summary>Draws paths for the windows of a batch. What is drawn for a window depends on where it stands alone.</summary>
    public static IEnumerable<WindowForecast> Sample(Forecaster forecaster, ForecastWindows windows, Batch batch, int start, int count)
    {
        for (var window = 0; window < count; window++)
        {
            var at = windows.Origins[start + window];
            var mask = batch.Mask is null ? null : Repeated(batch.Mask, window, forecaster.Paths);
            var input = new MaskedTensor(Repeated(batch.Input, window, forecaster.Paths), mask);
            var random = new Rng(0).Derive("paths").Derive((ulong)at.Series).Derive((ulong)at.Origin);
            var paths = forecaster.Model.Predict(input, forecaster.Paths, new Pass(Training: false, random) { Sampling = true });
            for (var target = 0; target < forecaster.Options.Targets.Count; target++)
                yield return Read(forecaster.Options, windows, paths, start + window, window, target);
        }
    }

    /// <param name="paths">[paths, horizon, targets]</param>
    private static WindowForecast Read(ForecastOptions options, ForecastWindows windows, Tensor paths, int number, int window, int target)
    {
        var at = windows.Origins[number];
        var series = windows.Series[at.Series];
        var scale = windows.Scales[(window * options.Targets.Count) + target];
        var (count, steps, targets) = (paths.Shape[0], options.Horizon, options.Targets.Count);
        var byStep = new double[steps][];
        for (var step = 0; step < steps; step++) byStep[step] = new double[count];
        var drawn = new double[steps];
        for (var path = 0; path < count; path++)
        {
            for (var step = 0; step < steps; step++) drawn[step] = scale.Restore(paths.Values[(((path * steps) + step) * targets) + target]);
            series.RestoreLevels(target, at.Origin, drawn);
            for (var step = 0; step < steps; step++) byStep[step][path] = drawn[step];
        }

        foreach (var values in byStep) Array.Sort(values);
        double[][] quantiles = [.. Forecast.Levels.Select(level => byStep.Select(values => At(values, level)).ToArray())];
        return new WindowForecast(at, target, series.ScaleOf(target) * scale.Size, [.. byStep.Select(values => At(values, 0.5))], quantiles);
    }

    private static double At(double[] sorted, double level)
    {
        var rank = level * (sorted.Length - 1);
        var below = (int)rank;
        return sorted[below] + ((rank - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }

    private static Tensor Repeated(Tensor batch, int row, int times)
    {
        var one = batch.Rows(row, 1).Values;
        var all = new Tensor(batch.Shape.With(0, times));
        for (var copy = 0; copy < times; copy++) one.CopyTo(all.Values[(copy * one.Length)..]);
        return all;
    }
}
