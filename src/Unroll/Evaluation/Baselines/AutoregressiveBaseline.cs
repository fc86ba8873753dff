namespace Unroll.Evaluation;

/// <summary>
/// An autoregression AR(p) with intercept: f[t] = c + a[1] y[t - 1] + ... + a[p] y[t - p], with c and a fitted to the
/// training series by ordinary least squares.
/// </summary>
/// <remarks>
/// A lag that says nothing beyond the other lags (in a constant series all of them, in a straight line all but one)
/// gets the coefficient 0, so such series are fitted exactly instead of dividing by nothing.
/// </remarks>
public sealed class AutoregressiveBaseline : ForecastBaseline
{
    private const int MaxOrder = 10_000;

    private double[] coefficients = [];

    /// <summary>Makes the baseline.</summary>
    /// <param name="order">Number p of past values that a forecast is made of, 1 to 10,000.</param>
    /// <exception cref="OptionException">The order is out of range.</exception>
    public AutoregressiveBaseline(int order)
    {
        SeriesChecks.AtLeastOne(order, nameof(order));
        if (order > MaxOrder)
        {
            throw new OptionException(
                $"The order is {order}, but must be at most {MaxOrder}. Give the number of past values to look at.",
                nameof(order));
        }

        Order = order;
    }

    /// <summary>Number of past values that a forecast is made of.</summary>
    public int Order { get; }

    /// <summary>The constant c, in the unit of the series; 0 before fitting.</summary>
    public double Intercept { get; private set; }

    /// <summary>The coefficients a[1] to a[p], that of the latest value first; empty before fitting.</summary>
    public IReadOnlyList<double> Coefficients => coefficients;

    /// <inheritdoc/>
    public override string Name => $"AR({Order})";

    /// <summary>
    /// The shortest training series: 2 p + 1 values, which give one equation for each of p + 1 unknowns.
    /// </summary>
    public override int TrainingValuesNeeded => (2 * Order) + 1;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => Order;

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
        // The equation of each t from p on: y[t] = c + sum over lags of a[lag] y[t - lag].
        var equations = train.Length - Order;
        var lags = new double[Order][];
        for (var lag = 1; lag <= Order; lag++) lags[lag - 1] = train.Slice(Order - lag, equations).ToArray();
        (Intercept, coefficients) = LeastSquares.Fit(lags, train[Order..].ToArray());
    }

    /// <inheritdoc/>
    protected override double Forecast(ReadOnlySpan<double> history)
    {
        var forecast = Intercept;
        for (var lag = 1; lag <= Order; lag++) forecast += coefficients[lag - 1] * history[^lag];
        return forecast;
    }
}
