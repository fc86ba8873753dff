namespace Unroll.Evaluation;

/// <summary>
/// Exponential smoothing: a level, and if asked for a trend and seasons, each moved towards the newest value by a share of
/// the last error. Simple (Brown 1959), Holt's (1957) with an additive trend that may be damped (Gardner, McKenzie 1985), and
/// Holt-Winters' (Winters 1960) with additive or multiplicative seasons.
/// </summary>
/// <remarks>
/// With l level, b trend, s seasons of m steps and a = l[t - 1] + phi b[t - 1], the forecast of the next step is a + s[t - m], or
/// a s[t - m] with multiplicative seasons, and
/// l[t] = a + alpha (y[t] - s[t - m] - a), b[t] = phi b[t - 1] + beta (l[t] - l[t - 1] - phi b[t - 1]),
/// s[t] = s[t - m] + gamma (y[t] - a - s[t - m]), with ratios for differences where seasons multiply; h steps ahead
/// (l + (phi + ... + phi^h) b) with the season of the step.
/// <para>
/// Fitting finds the weights with the least sum of squared one-step errors: alpha, beta and gamma / (1 - alpha) between 0.0001 and
/// 0.9999, phi between 0.8 and 0.98. Level, trend and seasons are computed anew from each history, starting where they fit
/// the history best; at most its latest 3,000 values or 20 seasons are read, whichever is more.
/// </para>
/// <para>One line of use: <c>var smoothing = ExponentialSmoothing.HoltWinters(24); smoothing.Fit(train);</c></para>
/// </remarks>
public sealed class ExponentialSmoothing : ForecastBaseline
{
    /// <summary>How many values of a history state is computed from; 20 seasons if that is more.</summary>
    internal const int LongestHistory = 3_000;

    /// <summary>Seasons of a history that state is computed from at least.</summary>
    internal const int LongestSeasons = 20;

    private readonly SmoothingForm form;
    private SmoothingWeights weights = new(0, 0, 0, 1);

    private ExponentialSmoothing(SmoothingForm form) => this.form = form;

    /// <summary>alpha, the share of an error that moves the level; 0 before fitting.</summary>
    public double LevelWeight => weights.Level;

    /// <summary>beta, the share of the level's change that moves the trend; 0 before fitting and without trend.</summary>
    public double TrendWeight => weights.Trend;

    /// <summary>gamma, the share of an error that moves the season; 0 before fitting and without seasons.</summary>
    public double SeasonWeight => weights.Season;

    /// <summary>phi, what is left of the trend after each step; 1 where it is not damped.</summary>
    public double Damping => weights.Damping;

    /// <summary>The mean squared one-step error over the training series, in the square of its unit; 0 before fitting.</summary>
    public double MeanSquaredError { get; private set; }

    /// <summary>Length of a season in steps; 1 without seasons.</summary>
    public int Season => form.Season;

    /// <inheritdoc/>
    public override string Name => form switch
    {
        { Season: > 1 } => $"{(form.IsDamped ? "damped " : "")}{(form.IsMultiplicative ? "multiplicative " : "")}Holt-Winters ({Season})",
        { IsDamped: true } => "damped Holt",
        { HasTrend: true } => "Holt",
        _ => "simple smoothing",
    };

    /// <summary>
    /// The shortest training series: one value more than weights and start have numbers, so 3, 5 with a trend, 6 damped; with
    /// seasons two of them, and a season and 5 more, 6 damped (Hyndman, Kostenko, Minimum sample size requirements for seasonal
    /// forecasting models, 2007).
    /// </summary>
    public override int TrainingValuesNeeded => form switch
    {
        { Season: > 1 } => (int)Math.Min(int.MaxValue, Math.Max(2L * Season, Season + (form.IsDamped ? 6L : 5L))),
        { IsDamped: true } => 6,
        { HasTrend: true } => 5,
        _ => 3,
    };

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => Season > 1 ? (int)Math.Min(int.MaxValue, 2L * Season) : form.HasTrend ? 2 : 1;

    /// <inheritdoc/>
    public override int HistoryValuesUsed => (int)Math.Min(int.MaxValue, Math.Max(LongestHistory, (long)LongestSeasons * Season));

    /// <summary>Simple smoothing: a level alone, so that all steps ahead have the same forecast.</summary>
    public static ExponentialSmoothing Simple() => new(new SmoothingForm());

    /// <summary>Holt's: a level and a trend, which goes on for ever.</summary>
    public static ExponentialSmoothing Holt() => new(new SmoothingForm(HasTrend: true));

    /// <summary>Holt's with a trend that wears off, which is the safer choice for many steps ahead.</summary>
    public static ExponentialSmoothing DampedHolt() => new(new SmoothingForm(HasTrend: true, IsDamped: true));

    /// <summary>Holt-Winters': a level, a trend and seasons that are added.</summary>
    /// <param name="season">Length of a season in steps, at least 2.</param>
    /// <param name="isDamped">Whether the trend wears off, which is the safer choice for many steps ahead.</param>
    /// <exception cref="OptionException">The season is shorter than 2.</exception>
    public static ExponentialSmoothing HoltWinters(int season, bool isDamped = false) => Seasonal(season, isDamped, isMultiplicative: false);

    /// <summary>
    /// Holt-Winters': a level, a trend and seasons that multiply, for a series whose swings grow with its level. Values must be
    /// above 0.
    /// </summary>
    /// <param name="season">Length of a season in steps, at least 2.</param>
    /// <param name="isDamped">Whether the trend wears off, which is the safer choice for many steps ahead.</param>
    /// <exception cref="OptionException">The season is shorter than 2.</exception>
    public static ExponentialSmoothing MultiplicativeHoltWinters(int season, bool isDamped = false) => Seasonal(season, isDamped, isMultiplicative: true);

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
        CheckPositive(train, "training");
        weights = SmoothingFit.Weights(train, form);
        MeanSquaredError = SmoothingFit.SquaredErrors(train, weights, form) / train.Length;
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        CheckPositive(history, "history");
        SmoothingWalk.Continue(SmoothingFit.After(history, weights, form), weights.Damping, forecasts);
    }

    private static ExponentialSmoothing Seasonal(int season, bool isDamped, bool isMultiplicative)
    {
        if (season < 2)
        {
            throw new OptionException(
                $"The season is {season}, but must be at least 2. Give a number of steps, or use Holt for a series without seasons.",
                nameof(season));
        }

        return new ExponentialSmoothing(new SmoothingForm(HasTrend: true, isDamped, season, isMultiplicative));
    }

    private void CheckPositive(ReadOnlySpan<double> values, string series)
    {
        if (form.IsMultiplicative) SeriesChecks.Positive(values, $"Baseline '{Name}'", series);
    }
}
