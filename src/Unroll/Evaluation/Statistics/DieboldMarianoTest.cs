using System.Globalization;

namespace Unroll.Evaluation;

/// <summary>What a <see cref="DieboldMarianoTest"/> makes of a forecast's error.</summary>
public enum ForecastLoss
{
    /// <summary>The square of the error.</summary>
    Squared,

    /// <summary>The size of the error.</summary>
    Absolute,
}

/// <summary>
/// The test of Diebold and Mariano: whether one of two forecasts of the same values has the lower loss, or whether the
/// difference may be chance.
/// </summary>
/// <remarks>
/// With d[t] = loss of the first - loss of the second, n values and forecasts h steps ahead, whose differences may be
/// correlated up to h - 1 steps apart:
/// DM = mean(d) / sqrt((g[0] + 2 (g[1] + ... + g[h - 1])) / n), g[k] the autocovariance of d (Diebold, Mariano, Comparing predictive
/// accuracy, 1995). Where that variance is not above 0, g[k] is weighted by 1 - k / h (Bartlett), which cannot be negative. The statistic is
/// DM sqrt((n + 1 - 2 h + h (h - 1) / n) / n), compared with Student's t of n - 1 degrees of freedom (Harvey, Leybourne, Newbold,
/// Testing the equality of prediction mean squared errors, 1997).
/// <para>
/// Errors stand in order of time, all of them the same number of steps ahead. The test speaks of these forecasts: models that
/// were chosen on the same values are judged too kindly.
/// </para>
/// <para>One line of use: <c>Console.WriteLine(DieboldMarianoTest.From(mine, naive).Sentence("The LSTM", "naive"));</c></para>
/// </remarks>
public sealed record DieboldMarianoTest
{
    private const double Significance = 0.05;

    private DieboldMarianoTest()
    {
    }

    /// <summary>Number of values forecast, n.</summary>
    public int Count { get; private init; }

    /// <summary>How many steps ahead the forecasts were made, h.</summary>
    public int Horizon { get; private init; }

    /// <summary>The loss compared.</summary>
    public ForecastLoss Loss { get; private init; }

    /// <summary>The mean loss of the first forecast.</summary>
    public double FirstLoss { get; private init; }

    /// <summary>The mean loss of the second forecast.</summary>
    public double SecondLoss { get; private init; }

    /// <summary>Whether the plain sum of autocovariances was not above 0, so that Bartlett's weights stood in.</summary>
    public bool UsedBartlett { get; private init; }

    /// <summary>
    /// The corrected statistic, below 0 where the first forecast is better; infinite where all differences are the same but
    /// 0, and 0 where there is none.
    /// </summary>
    public double Statistic { get; private init; }

    /// <summary>The probability of a difference this large or larger, either way, if both were as good.</summary>
    public double PValue => Math.Min(1, 2 * Tails.StudentAtLeast(Math.Abs(Statistic), Count - 1));

    /// <summary>The probability of so good a first forecast, or better, if both were as good: small speaks for the first.</summary>
    public double PValueFirstBetter => Tails.StudentAtLeast(-Statistic, Count - 1);

    /// <summary>The probability of so good a second forecast, or better, if both were as good: small speaks for the second.</summary>
    public double PValueSecondBetter => Tails.StudentAtLeast(Statistic, Count - 1);

    /// <summary>Compares two forecasts by their errors.</summary>
    /// <param name="firstErrors">Actual value - first forecast, in order of time; at least 2, and more than the horizon.</param>
    /// <param name="secondErrors">Actual value - second forecast, for the same times.</param>
    /// <param name="horizon">How many steps ahead the forecasts were made, at least 1.</param>
    /// <param name="loss">The loss compared.</param>
    /// <exception cref="ShapeException">The two have different lengths or too few values.</exception>
    /// <exception cref="OptionException">An error is not a finite number or beyond 1e100, or the horizon is below 1.</exception>
    public static DieboldMarianoTest From(
        ReadOnlySpan<double> firstErrors, ReadOnlySpan<double> secondErrors, int horizon = 1, ForecastLoss loss = ForecastLoss.Squared)
    {
        SeriesChecks.AtLeastOne(horizon, nameof(horizon));
        if (firstErrors.Length != secondErrors.Length)
        {
            throw new ShapeException(
                $"{firstErrors.Length} errors cannot be compared with {secondErrors.Length}. Give the errors of both forecasts for the same values.");
        }

        var needed = Math.Max(2, horizon + 1L);
        SeriesChecks.LongEnough(firstErrors, needed, $"A Diebold-Mariano test of forecasts {horizon} steps ahead", "error");
        SeriesChecks.Measurable(firstErrors, "first error");
        SeriesChecks.Measurable(secondErrors, "second error");

        var (n, first, second) = (firstErrors.Length, 0.0, 0.0);
        var differences = new double[n];
        for (var t = 0; t < n; t++)
        {
            var (a, b) = (LossOf(firstErrors[t], loss), LossOf(secondErrors[t], loss));
            first += a / n;
            second += b / n;
            differences[t] = a - b;
        }

        var mean = StraightLine.Mean(differences);
        var (variance, usedBartlett) = LongRunVariance(differences, mean, horizon);
        var plain = mean == 0 ? 0 : mean / Math.Sqrt(variance / n);
        double h = horizon;
        return new DieboldMarianoTest
        {
            Count = n,
            Horizon = horizon,
            Loss = loss,
            FirstLoss = first,
            SecondLoss = second,
            UsedBartlett = usedBartlett,
            Statistic = plain * Math.Sqrt((n + 1 - (2 * h) + (h * (h - 1) / n)) / n),
        };
    }

    /// <summary>
    /// What the test says in one sentence, at a two-sided 5 %: "The LSTM is better than naive: 12 % smaller squared error, p = .003."
    /// </summary>
    /// <param name="first">What to call the first forecast.</param>
    /// <param name="second">What to call the second forecast.</param>
    public string Sentence(string first, string second)
    {
        var kind = Loss == ForecastLoss.Squared ? "squared" : "absolute";
        if (FirstLoss == SecondLoss) return $"No difference between {first} and {second}: the same mean {kind} error.";
        var (better, worse) = FirstLoss < SecondLoss ? (first, second) : (second, first);
        var share = Percent(1 - (Math.Min(FirstLoss, SecondLoss) / Math.Max(FirstLoss, SecondLoss)));
        return PValue < Significance
            ? $"{better} is better than {worse}: {share} smaller {kind} error, {Probability(PValue)}."
            : $"No difference beyond chance between {first} and {second}: the {kind} error of {better} is {share} smaller, {Probability(PValue)}.";
    }

    private static double LossOf(double error, ForecastLoss loss) => loss == ForecastLoss.Squared ? error * error : Math.Abs(error);

    private static (double Variance, bool UsedBartlett) LongRunVariance(double[] differences, double mean, int horizon)
    {
        var (plain, weighted, own) = (0.0, 0.0, 0.0);
        for (var lag = 0; lag < horizon; lag++)
        {
            var covariance = 0.0;
            for (var t = lag; t < differences.Length; t++)
                covariance += (differences[t] - mean) * (differences[t - lag] - mean) / differences.Length;
            if (lag == 0) own = covariance;
            plain += lag == 0 ? covariance : 2 * covariance;
            weighted += (lag == 0 ? 1 : 2) * (1 - ((double)lag / horizon)) * covariance;
        }

        // A variance that cancels to nothing but rounding is none.
        return plain > 1e-12 * own ? (plain, false) : (Math.Max(0, weighted), horizon > 1);
    }

    private static string Percent(double share) => (100 * share) switch
    {
        >= 10 => (100 * share).ToString("F0", CultureInfo.InvariantCulture) + " %",
        >= 0.1 => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %",
        _ => "less than 0.1 %",
    };

    // As statisticians write it: no zero before the point, since no probability is above 1.
    private static string Probability(double p) => p switch
    {
        < 0.001 => "p < .001",
        < 0.1 => "p = " + p.ToString("F3", CultureInfo.InvariantCulture)[1..],
        < 0.995 => "p = " + p.ToString("F2", CultureInfo.InvariantCulture)[1..],
        _ => "p = 1.0",
    };
}
