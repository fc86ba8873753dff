namespace Unroll.Evaluation;

/// <summary>
/// The simplex search of Nelder and Mead (1965) for a minimum inside a box: no derivatives, no chance. Points that leave the
/// box are put back on its side. Once the simplex has shrunk, a second one starts at the best point, in case the first lost
/// a dimension on a side.
/// </summary>
internal static class NelderMead
{
    private const int Rounds = 2;
    private const double SmallestSpan = 1e-7;

    /// <summary>The point with the least value found.</summary>
    /// <param name="function">What is minimised; positive infinity where a point is not allowed.</param>
    /// <param name="start">Where the search starts, inside the box.</param>
    /// <param name="lower">The lower ends of the box.</param>
    /// <param name="upper">The upper ends of the box.</param>
    /// <param name="evaluations">How often the function may be asked, at least 1; a few more are possible.</param>
    internal static double[] Minimize(
        Func<double[], double> function, double[] start, double[] lower, double[] upper, int evaluations = 400)
    {
        var best = start;
        for (var round = 0; round < Rounds; round++)
        {
            var search = new Search(function, lower, upper, evaluations / Rounds);
            best = search.From(best, round == 0 ? 0.2 : 0.05);
        }

        return best;
    }

    private sealed class Search(Func<double[], double> function, double[] lower, double[] upper, int evaluations)
    {
        private readonly (double[] Point, double Value)[] simplex = new (double[], double)[lower.Length + 1];
        private int asked;

        public double[] From(double[] start, double step)
        {
            simplex[0] = Ask(start);
            for (var i = 0; i < start.Length; i++)
            {
                var corner = (double[])start.Clone();
                var side = step * (upper[i] - lower[i]);
                corner[i] += corner[i] + side <= upper[i] ? side : -side;
                simplex[i + 1] = Ask(corner);
            }

            Sort();
            while (asked < evaluations && Span() > SmallestSpan) Move();
            return simplex[0].Point;
        }

        // Reflect the worst corner in the middle of the others; go on, go back, or draw all towards the best.
        private void Move()
        {
            var (worst, second) = (simplex[^1], simplex[^2]);
            var middle = new double[lower.Length];
            foreach (var (point, _) in simplex.AsSpan(0, simplex.Length - 1))
            {
                for (var i = 0; i < middle.Length; i++) middle[i] += point[i] / middle.Length;
            }

            var reflected = Ask(Between(middle, worst.Point, -1));
            if (reflected.Value < simplex[0].Value)
            {
                var further = Ask(Between(middle, worst.Point, -2));
                simplex[^1] = further.Value < reflected.Value ? further : reflected;
            }
            else if (reflected.Value < second.Value)
            {
                simplex[^1] = reflected;
            }
            else
            {
                var outside = reflected.Value < worst.Value;
                var contracted = Ask(Between(middle, worst.Point, outside ? -0.5 : 0.5));
                if (contracted.Value <= Math.Min(reflected.Value, worst.Value)) simplex[^1] = contracted;
                else Shrink();
            }

            Sort();
        }

        private void Shrink()
        {
            for (var i = 1; i < simplex.Length; i++) simplex[i] = Ask(Between(simplex[0].Point, simplex[i].Point, 0.5));
        }

        private (double[] Point, double Value) Ask(double[] point)
        {
            for (var i = 0; i < point.Length; i++) point[i] = Math.Clamp(point[i], lower[i], upper[i]);
            asked++;
            var value = function(point);
            return (point, double.IsNaN(value) ? double.PositiveInfinity : value);
        }

        // A stable sort, so that ties keep their order.
        private void Sort()
        {
            for (var i = 1; i < simplex.Length; i++)
            {
                for (var j = i; j > 0 && simplex[j].Value < simplex[j - 1].Value; j--)
                    (simplex[j], simplex[j - 1]) = (simplex[j - 1], simplex[j]);
            }
        }

        // The longest side of the simplex, as a share of the box.
        private double Span()
        {
            var span = 0.0;
            foreach (var (point, _) in simplex)
            {
                for (var i = 0; i < point.Length; i++)
                    span = Math.Max(span, Math.Abs(point[i] - simplex[0].Point[i]) / (upper[i] - lower[i]));
            }

            return span;
        }

        private static double[] Between(double[] from, double[] to, double share)
        {
            var point = new double[from.Length];
            for (var i = 0; i < point.Length; i++) point[i] = from[i] + (share * (to[i] - from[i]));
            return point;
        }
    }
}
