using System.Globalization;

namespace Unroll.Evaluation;

/// <summary>
/// An autoregression AR(p) with intercept: f[t] = c + a[1] y[t - 1] + ... + a[p] y[t - p], with c and a fitted to the
/// training series by ordinary least squares. Further ahead, forecasts stand for the values that are not known yet.
/// </summary>
/// <remarks>
/// A lag that says nothing beyond the other lags (in a constant series all of them, in a straight line all but one)
/// gets the coefficient 0, so such series are fitted exactly instead of dividing by nothing.
/// <para>
/// <see cref="ByAic"/> chooses the order by Akaike's information criterion (1974), n ln(RSS / n) + 2 (p + 1), where RSS is
/// the sum of squared residuals of all orders over the same n values; the chosen order is then fitted to all values.
/// </para>
/// </remarks>
public sealed class AutoregressiveBaseline : ForecastBaseline
{
    private const int MaxOrder = 10_000;

    // A longer season is not looked at by default: comparing orders costs the cube of the highest.
    private const int MaxDefaultOrder = 500;

    private readonly bool byAic;
    private readonly int season = 1;
    private readonly int? maxOrder;
    private double[] coefficients = [];

    /// <summary>Makes the baseline.</summary>
    /// <param name="order">Number p of past values that a forecast is made of, 1 to 10,000.</param>
    /// <exception cref="OptionException">The order is out of range.</exception>
    public AutoregressiveBaseline(int order)
    {
        CheckOrder(order, nameof(order));
        Order = order;
    }

    private AutoregressiveBaseline(int season, int? maxOrder) => (byAic, this.season, this.maxOrder) = (true, season, maxOrder);

    /// <summary>
    /// Number p of past values that a forecast is made of; of <see cref="ByAic"/> the one that the last fit chose, 0 before.
    /// </summary>
    public int Order { get; private set; }

    /// <summary>The constant c, in the unit of the series; 0 before fitting.</summary>
    public double Intercept { get; private set; }

    /// <summary>The coefficients a[1] to a[p], that of the latest value first; empty before fitting.</summary>
    public IReadOnlyList<double> Coefficients => coefficients;

    /// <inheritdoc/>
    public override string Name => byAic ? "AR by AIC" : string.Create(CultureInfo.InvariantCulture, $"AR({Order})");

    /// <summary>
    /// The shortest training series: 2 p + 1 values, which give one equation for each of p + 1 unknowns; 5 where the order
    /// is chosen.
    /// </summary>
    public override int TrainingValuesNeeded => byAic ? 5 : (2 * Order) + 1;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => Order;

    /// <summary>An autoregression whose order is chosen by each fit.</summary>
    /// <param name="season">Length of a season in steps, so that the season is among the lags looked at; 1 for none.</param>
    /// <param name="maxOrder">
    /// The highest order looked at, 1 to 10,000; by default 10 log10(n) for n training values, or a season of up to 499 steps and one
    /// more, if that is more. A third of the training values is the most in any case.
    /// </param>
    /// <exception cref="OptionException">The season or the highest order is out of range.</exception>
    public static AutoregressiveBaseline ByAic(int season = 1, int? maxOrder = null)
    {
        SeriesChecks.AtLeastOne(season, nameof(season));
        if (maxOrder is { } order) CheckOrder(order, nameof(maxOrder));
        return new AutoregressiveBaseline(season, maxOrder);
    }

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
        if (byAic) Order = AutoregressiveOrder.ByAic(train, HighestOrder(train.Length));

        // The equation of each t from p on: y[t] = c + sum over lags of a[lag] y[t - lag].
        var equations = train.Length - Order;
        var lags = new double[Order][];
        for (var lag = 1; lag <= Order; lag++) lags[lag - 1] = train.Slice(Order - lag, equations).ToArray();
        (Intercept, coefficients) = LeastSquares.Fit(lags, train[Order..].ToArray());
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        var values = new double[Order + forecasts.Length];
        history[^Order..].CopyTo(values);
        for (var t = Order; t < values.Length; t++)
        {
            values[t] = Intercept;
            for (var lag = 1; lag <= Order; lag++) values[t] += coefficients[lag - 1] * values[t - lag];
        }

        values.AsSpan(Order).CopyTo(forecasts);
    }

    // All orders are compared over n - highest values, twice as many as the unknowns of the highest.
    private int HighestOrder(int length)
    {
        var usual = (int)(10 * Math.Log10(length));
        if (season < MaxDefaultOrder) usual = Math.Max(usual, season + 1);
        return Math.Min(maxOrder ?? usual, (length - 2) / 3);
    }

    private static void CheckOrder(int order, string option)
    {
        SeriesChecks.AtLeastOne(order, option);
        if (order <= MaxOrder) return;
        throw new OptionException(
            $"The {option} is {order}, but must be at most {MaxOrder}. Give the number of past values to look at.", option);
    }
}
