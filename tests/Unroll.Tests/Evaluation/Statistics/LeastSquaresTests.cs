using Unroll.Evaluation;

namespace Unroll.Tests.Evaluation.Statistics;

public class LeastSquaresTests
{
    // Anscombe's first quartet (1973), published line: y = 3.00 + 0.500 x.
    [Fact]
    public void A_line_through_published_points_is_found()
    {
        double[] x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
        double[] y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

        var (intercept, slopes) = LeastSquares.Fit([x], y);

        // By hand: Sxy / Sxx = 55.01 / 110, and 82.51 / 11 - 9 * slope.
        Close.To(55.01 / 110, slopes[0]);
        Close.To((82.51 / 11) - (9 * 55.01 / 110), intercept);
    }

    [Fact]
    public void An_exact_plane_is_recovered()
    {
        double[] a = [1, 2, 3, 4, 5, 7];
        double[] b = [2, -1, 4, 0, 3, 3];
        var y = a.Zip(b, (p, q) => 0.5 - (2 * p) + (3 * q)).ToArray();

        var (intercept, slopes) = LeastSquares.Fit([a, b], y);

        Assert.Equal(0.5, intercept, 1e-12);
        Assert.Equal(-2, slopes[0], 1e-12);
        Assert.Equal(3, slopes[1], 1e-12);
    }

    [Fact]
    public void Columns_that_say_the_same_share_one_slope()
    {
        double[] a = [1, 2, 3, 4, 5];
        double[] twice = [2, 4, 6, 8, 10];
        double[] constant = [0.1, 0.1, 0.1, 0.1, 0.1];

        var (intercept, slopes) = LeastSquares.Fit([a, constant, twice], [3, 5, 7, 9, 11]);

        Assert.Equal(1, intercept, 1e-12);
        Assert.Equal(2, slopes[0] + (2 * slopes[2]), 1e-12);
        Assert.Equal(0, slopes[1]);
        Assert.Contains(0.0, new[] { slopes[0], slopes[2] });
    }

    [Fact]
    public void A_large_offset_costs_no_precision_of_the_slope()
    {
        var x = Enumerable.Range(0, 50).Select(t => 1e6 + Math.Sin(t)).ToArray();
        var y = x.Select(value => 4 * (value - 1e6)).ToArray();

        var (_, slopes) = LeastSquares.Fit([x], y);

        Assert.Equal(4, slopes[0], 1e-8); // x is known to 1e-16 * 1e6 = 1e-10 only.
    }

    [Fact]
    public void Residuals_are_orthogonal_to_every_column()
    {
        var rng = new Random(7);
        var columns = Enumerable.Range(0, 4).Select(_ => Draw(rng, 30)).ToArray();
        var y = Draw(rng, 30);
        var copies = columns.Select(column => (double[])column.Clone()).ToArray();

        var (intercept, slopes) = LeastSquares.Fit(copies, (double[])y.Clone());

        var residuals = y.Select((v, i) => v - intercept - slopes.Select((s, j) => s * columns[j][i]).Sum()).ToArray();
        Assert.Equal(0, residuals.Sum(), 1e-12);
        foreach (var column in columns) Assert.Equal(0, column.Zip(residuals, (a, b) => a * b).Sum(), 1e-12);
    }

    private static double[] Draw(Random rng, int count) =>
        Enumerable.Range(0, count).Select(_ => rng.NextDouble()).ToArray();
}
