using System.Runtime.Intrinsics;

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

    // Between these a sum of squares has lost nothing.
    private const double SmallestSquares = 1e-250;
    private const double LargestSquares = 1e250;

    private const int Lanes = 4;

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
        var from = v.AsSpan(k);
        var to = w.AsSpan(k);
        var factor = Product(from, to) / v[k] / diagonal;
        var i = 0;
        for (; i + Lanes <= to.Length; i += Lanes)
            (Vector256.Create<double>(to[i..]) + (factor * Vector256.Create<double>(from[i..]))).CopyTo(to[i..]);
        for (; i < to.Length; i++) to[i] += factor * from[i];
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

    private static double Norm(ReadOnlySpan<double> values)
    {
        var squares = Product(values, values);
        if (squares is > SmallestSquares and < LargestSquares) return Math.Sqrt(squares);

        // Divided by the largest value first, so that squares neither overflow nor vanish.
        var largest = 0.0;
        foreach (var value in values) largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0) return 0;

        var sum = 0.0;
        foreach (var value in values) sum += value / largest * (value / largest);
        return largest * Math.Sqrt(sum);
    }

    // Eight sums side by side, added in a fixed order: the same bits whether or not the machine has such vectors.
    private static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (first, second) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + (2 * Lanes) <= a.Length; i += 2 * Lanes)
        {
            first += Vector256.Create(a[i..]) * Vector256.Create(b[i..]);
            second += Vector256.Create(a[(i + Lanes)..]) * Vector256.Create(b[(i + Lanes)..]);
        }

        first += second;
        var sum = first[0] + first[1] + (first[2] + first[3]);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
