using System.Globalization;

namespace Unroll.Forecasting;

/// <summary>How far a method's forecasts of grids were off, over all places, origins and steps, in the unit of the values.</summary>
/// <param name="name">The method.</param>
/// <param name="horizon">Steps ahead.</param>
internal sealed class GridErrors(string name, int horizon)
{
    private readonly double[] squares = new double[horizon];
    private readonly double[] sizes = new double[horizon];
    private readonly long[] counts = new long[horizon];
    private readonly List<double> origins = [];

    /// <summary>What it is called.</summary>
    public string Name => name;

    /// <summary>For each origin, the root mean squared error of all its places and steps.</summary>
    public IReadOnlyList<double> ByOrigin => origins;

    /// <summary>rmse and mae over all, and rmse_1, rmse_2 … by steps ahead.</summary>
    public IReadOnlyDictionary<string, double> Figures
    {
        get
        {
            var figures = new Dictionary<string, double>
            {
                ["rmse"] = Math.Sqrt(squares.Sum() / counts.Sum()),
                ["mae"] = sizes.Sum() / counts.Sum(),
            };
            for (var step = 0; step < horizon && horizon > 1; step++)
                figures["rmse_" + (step + 1).ToString(CultureInfo.InvariantCulture)] = Math.Sqrt(squares[step] / counts[step]);
            return figures;
        }
    }

    /// <summary>The same with the mean absolute error by step.</summary>
    public MethodErrors ToMethod() => new(name, Figures, [.. sizes.Zip(counts, (size, count) => size / count)]);

    /// <summary>Adds the forecasts of one origin.</summary>
    /// <param name="actual">What came, by step.</param>
    /// <param name="said">What was said, by step.</param>
    public void Add(Func<int, ReadOnlySpan<float>> actual, Func<int, ReadOnlySpan<float>> said)
    {
        var before = squares.Sum();
        var places = 0;
        for (var step = 0; step < horizon; step++)
        {
            var truth = actual(step);
            var forecast = said(step);
            places = truth.Length;
            counts[step] += places;
            for (var place = 0; place < places; place++)
            {
                var error = (double)truth[place] - forecast[place];
                squares[step] += error * error;
                sizes[step] += Math.Abs(error);
            }
        }

        origins.Add(Math.Sqrt((squares.Sum() - before) / ((long)places * horizon)));
    }
}
