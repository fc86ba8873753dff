using Unroll.Data.Grids;

namespace Unroll.Forecasting;

/// <summary>What the training part of a grid teaches: mean and standard deviation, of all values and of each place.</summary>
internal sealed record GridScale
{
    private GridScale()
    {
    }

    /// <summary>The mean of all values.</summary>
    public required double Mean { get; init; }

    /// <summary>Their standard deviation (of the whole population); 1 where all are the same.</summary>
    public required double Deviation { get; init; }

    /// <summary>The mean of each place.</summary>
    public required float[] Means { get; init; }

    /// <summary>The standard deviation of each place.</summary>
    public required float[] Deviations { get; init; }

    /// <summary>Learns from the first times.</summary>
    /// <param name="grids">The values.</param>
    /// <param name="times">How many times train, at least 1.</param>
    public static GridScale Of(GridSeries grids, int times)
    {
        var places = grids.Rows * grids.Columns;
        double[] means = new double[places], variances = new double[places];
        for (var time = 0; time < times; time++)
        {
            var field = grids.Field(time);
            for (var place = 0; place < places; place++) means[place] += (double)field[place] / times;
        }

        for (var time = 0; time < times; time++)
        {
            var field = grids.Field(time);
            for (var place = 0; place < places; place++) variances[place] += (field[place] - means[place]) * (field[place] - means[place]) / times;
        }

        var mean = means.Average();
        var variance = variances.Average() + means.Average(one => (one - mean) * (one - mean)); // within places and between them
        return new GridScale
        {
            Mean = mean,
            Deviation = variance > 1e-12 * mean * mean ? Math.Sqrt(variance) : 1, // a rounded mean leaves a tiny variance
            Means = [.. means.Select(value => (float)value)],
            Deviations = [.. variances.Select(value => (float)Math.Sqrt(value))],
        };
    }
}
