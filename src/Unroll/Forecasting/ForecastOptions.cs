using System.Text.Json.Serialization;
using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>How the values of a column are changed before anything else.</summary>
public enum SeriesTransform
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To their natural logarithm; all must be above zero.</summary>
    Log,

    /// <summary>To the logarithm of one more; all must be above -1. For counts, which may be zero.</summary>
    LogPlusOne,
}

/// <summary>How each column of each series is brought to a common size, by what its training rows hold.</summary>
public enum SeriesScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To mean 0 and deviation 1.</summary>
    Standard,

    /// <summary>To 0 … 1.</summary>
    MinMax,
}

/// <summary>How the targets of a single window are brought to a common size, by what its own past holds.</summary>
public enum WindowScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To their distance from the last value of the past.</summary>
    LastValue,

    /// <summary>To their distance from the mean of the last season of the past.</summary>
    LastSeason,

    /// <summary>To their distance from the last value, in units of the mean change from row to row.</summary>
    Changes,

    /// <summary>To their ratio to the mean magnitude of the past (Salinas et al. 2020).</summary>
    Mean,

    /// <summary>To mean 0 and deviation 1 over the past (Kim et al. 2022).</summary>
    Standard,
}

/// <summary>What a forecaster sees, what it forecasts, and how values are prepared.</summary>
/// <remarks>
/// A window at an origin sees the rows before it, at most <see cref="Lookback"/> of them, and forecasts the
/// <see cref="Horizon"/> rows that begin <see cref="Gap"/> rows after it. Targets go through <see cref="Transform"/>, then
/// <see cref="Differences"/>, then <see cref="Scaling"/>, then <see cref="WindowScaling"/>; forecasts go the same way back.
/// <para>
/// A window is [lookback, features], or [lookback + horizon, features] for layers that read the future rows of known
/// features. Features in order: targets; past covariates; one flag a target with <see cref="MissingValues.Mask"/>; then what is
/// known ahead: covariates, calendar, statics, and with <see cref="SeriesNumbers"/> the series' number and the row's phase in the
/// season. For layers without future rows, known covariates and calendar stand ahead of time: a row holds those that come
/// <see cref="Gap"/> + <see cref="Horizon"/> rows later.
/// </para>
/// </remarks>
public record ForecastOptions
{
    /// <summary>The columns to forecast, at least one.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Columns that the model sees up to the origin. Default: none.</summary>
    public IReadOnlyList<string> PastCovariates { get; init; } = [];

    /// <summary>Columns whose values are known ahead of time, in the rows to be forecast too: prices, holidays. Default: none.</summary>
    public IReadOnlyList<string> FutureCovariates { get; init; } = [];

    /// <summary>What of each row's date the model sees. Default: nothing. Needs dates.</summary>
    public IReadOnlyList<CalendarFeature> Calendar { get; init; } = [];

    /// <summary>Numbers that each series has once, the same in all its rows. Default: none.</summary>
    public IReadOnlyList<string> StaticCovariates { get; init; } = [];

    /// <summary>Whether the model sees the number of the series and the phase of the row in the season. Default: false.</summary>
    public bool SeriesNumbers { get; init; }

    /// <summary>Rows that a window shows, at least 1. Default: 12.</summary>
    public int Lookback { get; init; } = 12;

    /// <summary>Rows to forecast, at least 1. Default: 1.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Rows between the past and the first row to forecast, 0 or more. Default: 0.</summary>
    public int Gap { get; init; }

    /// <summary>
    /// Whether every step of the window has a target of its own, the row that follows (many to many); the forecast is that
    /// of the last step. Default: false. Needs a horizon of 1 and layers that read forwards only.
    /// </summary>
    public bool SequenceTargets { get; init; }

    /// <summary>
    /// Whether a window may begin before its series, the rows that are not there being masked. Default: false. For series
    /// shorter than the lookback; layers must take a mask.
    /// </summary>
    public bool ShortWindows { get; init; }

    /// <summary>What is done to the targets' values first. Default: nothing.</summary>
    public SeriesTransform Transform { get; init; }

    /// <summary>
    /// Lags at which the targets' differences are taken, one after the other: [1] for changes, [12] for changes from the
    /// year before, [12, 1] for the changes of those. Default: none.
    /// </summary>
    public IReadOnlyList<int> Differences { get; init; } = [];

    /// <summary>How columns are scaled, by what the training rows of each series hold. Default: to mean 0 and deviation 1.</summary>
    public SeriesScaling Scaling { get; init; } = SeriesScaling.Standard;

    /// <summary>How the targets of a window are scaled, by what its past holds. Default: not at all.</summary>
    public WindowScaling WindowScaling { get; init; }

    /// <summary>What is done about missing values. Default: they are refused.</summary>
    public MissingValues Missing { get; init; }

    /// <summary>Rows of a season, for baselines, <see cref="WindowScaling.LastSeason"/> and errors in its terms; 0: none.</summary>
    public int Season { get; init; }

    /// <summary>Rows from one training window to the next, at least 1. Default: 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>What may be wrong, in words.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Targets.Count == 0) yield return "there is no target";
        if (Targets.Distinct().Count() < Targets.Count) yield return "a target stands twice";
        if (Lookback < 1) yield return $"lookback must be at least 1, but is {Lookback}";
        if (Horizon < 1) yield return $"horizon must be at least 1, but is {Horizon}";
        if (Gap < 0) yield return $"gap must be 0 or more, but is {Gap}";
        if (Season < 0) yield return $"season must be 0 or more, but is {Season}";
        if (Stride < 1) yield return $"stride must be at least 1, but is {Stride}";
        if (Differences.Any(lag => lag < 1)) yield return $"differences must be lags of at least 1, but are {string.Join(", ", Differences)}";
        if (Gap > 0 && Differences.Any(lag => lag < Gap + Horizon))
            yield return $"with a gap, differences must reach beyond what is forecast: lags of at least {Gap + Horizon}";
        if (SequenceTargets && Horizon != 1) yield return "sequenceTargets needs a horizon of 1";
        if (WindowScaling == WindowScaling.LastSeason && Season < 1) yield return "windowScaling lastSeason needs a season";
        if (WindowScaling == WindowScaling.LastSeason && Season > Lookback) yield return "windowScaling lastSeason needs a lookback of at least a season";
        if (SeriesNumbers && Season < 1) yield return "seriesNumbers needs a season (1 for none)";
    }

    /// <summary>Checks the options; all faults are told together.</summary>
    internal void Check()
    {
        var faults = Faults().ToArray();
        if (faults.Length > 0) throw new OptionException($"Forecast options: {string.Join("; ", faults)}.");
    }

    /// <summary>Rows at the start of a series that have no difference.</summary>
    [JsonIgnore]
    internal int LostRows => Differences.Sum();

    /// <summary>Features of a window, see the remarks.</summary>
    [JsonIgnore]
    internal int FeatureCount => Targets.Count + PastCovariates.Count + (Missing == MissingValues.Mask ? Targets.Count : 0) + KnownCount;

    /// <summary>How many of the features are known ahead: the last ones.</summary>
    [JsonIgnore]
    internal int KnownCount =>
        FutureCovariates.Count + Data.Calendar.Names(Calendar).Count + StaticCovariates.Count + (SeriesNumbers ? 2 : 0);

    /// <summary>Every column that is read.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> Columns => [.. Targets, .. PastCovariates, .. FutureCovariates];
}
