namespace Unroll.Evaluation;

/// <summary>Ordinary least squares with an intercept, by Householder reflections with column pivoting.</summary>
/// <remarks>
/// Columns and target are centred first, so the intercept never competes with the slopes. A column that is constant
/// or a combination of others (to within rounding) gets the slope 0, so collinear data give a finite answer that
/// fits as well as any other.
/// </remarks>
internal static class LeastSquares
{
    // A column is left out once what the others do not explain of it is below this share of its size.
    private const double RankTolerance = 1e-13;

    /// <summary>The intercept and slopes that minimise the sum of squared residuals.</summary>
    /// <param name="columns">The explaining variables, each as long as <paramref name="target"/>; overwritten.</param>
    /// <param name="target">The variable to explain; overwritten.</param>
    internal static (double Intercept, double[] Slopes) Fit(double[][] columns, double[] target)
    {
        var sizes = Array.ConvertAll(columns, Norm);
        var means = Array.ConvertAll(columns, Centre);
        var intercept = Centre(target);
        var order = Enumerable.Range(0, columns.Length).ToArray();
        var diagonal = new double[columns.Length];
        var rank = Triangulate(columns, target, sizes, order, diagonal);

        var slopes = SolveTriangle(columns, target, order, diagonal, rank);
        for (var j = 0; j < slopes.Length; j++) intercept -= slopes[j] * means[j];
        return (intercept, slopes);
    }

    // Turns the columns, in the order of their remaining length, into an upper triangle; the same reflections are
    // applied to the target. Returns how many columns are independent.
    private static int Triangulate(
        double[][] columns, double[] target, double[] sizes, int[] order, double[] diagonal)
    {
        var most = Math.Min(columns.Length, target.Length);
        for (var k = 0; k < most; k++)
        {
            BringLongestForward(columns, sizes, order, k);
            var column = columns[order[k]];
            var length = Norm(column.AsSpan(k));
            if (length <= RankTolerance * sizes[order[k]]) return k;

            // v = column + sign(column[k]) length e_k reflects the column onto -sign(column[k]) length e_k.
            diagonal[k] = column[k] > 0 ? -length : length;
            column[k] -= diagonal[k];
            for (var j = k + 1; j < order.Length; j++) Reflect(column, columns[order[j]], k, diagonal[k]);
            Reflect(column, target, k, diagonal[k]);
        }

        return most;
    }

    private static void BringLongestForward(double[][] columns, double[] sizes, int[] order, int k)
    {
        var (best, longest) = (k, -1.0);
        for (var j = k; j < order.Length; j++)
        {
            var size = sizes[order[j]];
            var share = size > 0 ? Norm(columns[order[j]].AsSpan(k)) / size : 0;
            if (share > longest) (best, longest) = (j, share);
        }

        (order[k], order[best]) = (order[best], order[k]);
    }

    // w -= v (v.w) 2 / (v.v), where v.v = -2 diagonal v[k].
    private static void Reflect(double[] v, double[] w, int k, double diagonal)
    {
        var product = 0.0;
        for (var i = k; i < v.Length; i++) product += v[i] * w[i];
        var factor = product / v[k] / diagonal;
        for (var i = k; i < v.Length; i++) w[i] += factor * v[i];
    }

    private static double[] SolveTriangle(
        double[][] columns, double[] target, int[] order, double[] diagonal, int rank)
    {
        var slopes = new double[columns.Length];
        for (var k = rank - 1; k >= 0; k--)
        {
            var rest = target[k];
            for (var j = k + 1; j < rank; j++) rest -= columns[order[j]][k] * slopes[order[j]];
            slopes[order[k]] = rest / diagonal[k];
        }

        return slopes;
    }

    // The second round takes away the rounding of the first, which in a long constant series would look like a slope.
    private static double Centre(double[] values)
    {
        var mean = Mean(values);
        var offset = mean;
        for (var i = 0; i < values.Length; i++) values[i] -= offset;
        mean += Mean(values);
        for (var i = 0; i < values.Length; i++) values[i] -= mean - offset;
        return mean;
    }

    private static double Mean(double[] values)
    {
        var mean = 0.0;
        foreach (var value in values) mean += value / values.Length;
        return mean;
    }

    private static double Norm(double[] values) => Norm(values.AsSpan());

    // Divided by the largest value first, so that squares neither overflow nor vanish.
    private static double Norm(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values) largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0) return 0;

        var sum = 0.0;
        foreach (var value in values) sum += value / largest * (value / largest);
        return largest * Math.Sqrt(sum);
    }
}
