namespace Unroll.Evaluation;

/// <summary>The order of an autoregression by Akaike's information criterion.</summary>
/// <remarks>
/// All orders are nested, so one Cholesky factor of the moments of the lags, taken in their order, gives the residuals of
/// every order: RSS[p] = RSS[p - 1] - z[p]^2. The moments of neighbouring lags differ in two products, so all of them cost
/// n p + p^2 instead of n p^2.
/// </remarks>
internal static class AutoregressiveOrder
{
    // What is smaller than this share of its moment is rounding: a lag that the others explain, or a perfect fit.
    private const double Rounding = 1e-12;

    /// <summary>The order from 1 to the highest whose criterion is least; the first that fits perfectly.</summary>
    /// <param name="series">More than twice as many values as the highest order.</param>
    /// <param name="highest">The highest order, at least 1.</param>
    internal static int ByAic(ReadOnlySpan<double> series, int highest)
    {
        var moments = Moments(series, highest);
        var count = series.Length - highest;
        var residual = moments[0][0];
        var perfect = Rounding * residual;
        if (residual <= 0) return 1;

        // factor[i][j] is L of moments = L L', z = L^-1 of the moments with the value itself.
        var factor = new double[highest + 1][];
        var z = new double[highest + 1];
        var (best, least) = (1, double.PositiveInfinity);
        for (var order = 1; order <= highest; order++)
        {
            var row = factor[order] = new double[order + 1];
            for (var j = 1; j < order; j++)
                row[j] = factor[j][j] > 0 ? (moments[order][j] - Product(row, factor[j], j)) / factor[j][j] : 0;
            var pivot = moments[order][order] - Product(row, row, order);
            if (pivot > Rounding * moments[order][order])
            {
                row[order] = Math.Sqrt(pivot);
                z[order] = (moments[order][0] - Product(row, z, order)) / row[order];
                residual -= z[order] * z[order];
            }

            if (residual <= perfect) return order;
            var criterion = (count * Math.Log(residual / count)) + (2 * (order + 1));
            if (criterion < least) (best, least) = (order, criterion);
        }

        return best;
    }

    // moments[i][j] = sum over t of (x[t - i] - mean of lag i) (x[t - j] - mean of lag j), for j <= i and t from the highest order on.
    private static double[][] Moments(ReadOnlySpan<double> series, int highest)
    {
        var x = series.ToArray();
        var mean = StraightLine.Mean(series);
        for (var t = 0; t < x.Length; t++) x[t] -= mean;
        var (n, count) = (x.Length, x.Length - highest);
        var sums = new double[highest + 1];
        var moments = new double[highest + 1][];
        for (var i = 0; i <= highest; i++)
        {
            moments[i] = new double[i + 1];
            for (var t = highest; t < n; t++)
            {
                sums[i] += x[t - i];
                moments[i][0] += x[t] * x[t - i];
            }
        }

        // One step back in both lags: a product comes in at the front, one goes out at the end.
        for (var i = 1; i <= highest; i++)
        {
            for (var j = 1; j <= i; j++)
                moments[i][j] = moments[i - 1][j - 1] + (x[highest - i] * x[highest - j]) - (x[n - i] * x[n - j]);
        }

        for (var i = 0; i <= highest; i++)
        {
            for (var j = 0; j <= i; j++) moments[i][j] -= sums[i] * sums[j] / count;
        }

        return moments;
    }

    private static double Product(double[] a, double[] b, int end)
    {
        var sum = 0.0;
        for (var j = 1; j < end; j++) sum += a[j] * b[j];
        return sum;
    }
}
