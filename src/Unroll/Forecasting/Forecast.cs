namespace Unroll.Forecasting;

/// <summary>What a forecaster says of one target of one series at one origin.</summary>
/// <param name="Series">The series' name.</param>
/// <param name="Target">The column that is forecast.</param>
/// <param name="Origin">The first row that was not known, from 0.</param>
/// <param name="Labels">The date of each row that is forecast, or its number.</param>
/// <param name="Values">The forecast, one value for each row, in the target's unit.</param>
/// <param name="Quantiles">
/// By level of <see cref="Levels"/> the value that the truth stays below with this probability, for each row; empty where nothing is
/// known of the forecaster's errors.
/// </param>
public sealed record Forecast(
    string Series, string Target, int Origin, IReadOnlyList<string> Labels, double[] Values, IReadOnlyList<double[]> Quantiles)
{
    /// <summary>The levels of <see cref="Quantiles"/>.</summary>
    public static IReadOnlyList<double> Levels { get; } = [0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975];

    /// <summary>Both ends of the interval that holds the truth with a probability.</summary>
    /// <param name="probability">.5 … .95: 1 less twice a level of <see cref="Levels"/>, such as .8, .9 or .95.</param>
    /// <exception cref="OptionException">There is no such level.</exception>
    public (double[] Lower, double[] Upper) Interval(double probability)
    {
        var place = Enumerable.Range(0, Levels.Count / 2).FirstOrDefault(level => Math.Abs(1 - (2 * Levels[level]) - probability) < 1e-9, -1);
        if (place < 0)
        {
            throw new OptionException(
                FormattableString.Invariant($"There is no interval of {probability}. There are those of .2, .4, .6, .8, .9 and .95."),
                nameof(probability));
        }

        if (Quantiles.Count == 0)
            throw new InvalidOperationException("This forecast has no intervals: the forecaster was fitted without rows to validate with.");
        return (Quantiles[place], Quantiles[Levels.Count - 1 - place]);
    }
}
