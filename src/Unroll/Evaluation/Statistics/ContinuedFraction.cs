namespace Unroll.Evaluation;

/// <summary>
/// A continued fraction b0 + a1/(b1 + a2/(b2 + ...)) taken one term at a time from the front, with the numerators
/// and denominators kept as ratios (Lentz's method) so that neither overflows.
/// </summary>
internal struct ContinuedFraction
{
    /// <summary>Terms after which a fraction counts as diverged; the ones used here need about sqrt(n).</summary>
    internal const int MaxTerms = 1_000_000;

    private const double Tiny = 1e-300;
    private const double Precision = 1e-15;

    private double numeratorRatio;
    private double denominatorRatio;

    /// <summary>Starts a fraction.</summary>
    /// <param name="b0">The term before the first quotient.</param>
    internal ContinuedFraction(double b0)
    {
        Value = AwayFromZero(b0);
        numeratorRatio = Value;
        denominatorRatio = 0;
    }

    /// <summary>The fraction up to the last term.</summary>
    internal double Value { get; private set; }

    /// <summary>Adds a term; false once a term no longer changes the value.</summary>
    /// <param name="a">Its partial numerator.</param>
    /// <param name="b">Its partial denominator.</param>
    internal bool Add(double a, double b)
    {
        denominatorRatio = 1 / AwayFromZero(b + (a * denominatorRatio));
        numeratorRatio = AwayFromZero(b + (a / numeratorRatio));
        var change = numeratorRatio * denominatorRatio;
        Value *= change;
        return Math.Abs(change - 1) > Precision;
    }

    private static double AwayFromZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
