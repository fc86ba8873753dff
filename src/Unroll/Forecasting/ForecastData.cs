using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>Series prepared for a model: scaled by what their training rows hold, with the windows of each part.</summary>
/// <remarks>
/// No window of training has a target in a row that validates or tests, no window of validation one that tests. Inputs of a window
/// end at its origin, whatever part those rows belong to.
/// </remarks>
internal sealed class ForecastData
{
    private readonly ForecastOptions options;
    private readonly WindowForm form;
    private readonly ForecastSplit split;
    private readonly List<PreparedSeries> series = [];
    private readonly Dictionary<string, PreparedSeries> named = [];

    /// <summary>Prepares series.</summary>
    /// <param name="options">What is forecast from what.</param>
    /// <param name="form">What the model wants of its windows.</param>
    /// <param name="frame">The series.</param>
    /// <param name="split">Which rows are for what.</param>
    /// <param name="scales">By series, the scales learnt before; they are learnt here for those that have none.</param>
    public ForecastData(
        ForecastOptions options, WindowForm form, SeriesFrame frame, ForecastSplit split, IDictionary<string, ColumnScale[]> scales)
    {
        (this.options, this.form, this.split) = (options, form, split);
        split.Check();
        var isSame = frame.Count == 1 && scales.Count == 1; // a single series is the same whatever its file is called
        foreach (var one in frame)
        {
            var known = KnownRows(one);
            CheckValues(one, known);
            if (!(scales.TryGetValue(one.Id, out var learnt) || (isSame && scales.TryGetValue(scales.Keys.First(), out learnt))))
                scales[one.Id] = learnt = PreparedSeries.Scales(options, one, Math.Max(1, split.Of(known).Validation));
            var prepared = PreparedSeries.With(options, one, learnt, series.Count, Math.Max(0, known + options.Gap + options.Horizon - one.Length));
            series.Add(prepared);
            named[one.Id] = prepared;
        }
    }

    /// <summary>The series.</summary>
    public IReadOnlyList<PreparedSeries> Series => series;

    /// <summary>Windows whose targets all train.</summary>
    public ForecastWindows Training => Windows(TrainingOrigins(options.Stride), form, "train");

    /// <summary>Windows whose targets all validate; null where no row does.</summary>
    public ForecastWindows? Validation => ValidationOrigins(1) is { Count: > 0 } origins ? Windows(origins) : null;

    /// <summary>Windows to make forecasts from.</summary>
    public ForecastWindows Windows(IReadOnlyList<WindowOrigin> origins) => Windows(origins, form with { ShowsTargets = false }, "test");

    /// <summary>Origins whose targets all train, in order of time.</summary>
    /// <param name="stride">Rows from one to the next.</param>
    public IReadOnlyList<WindowOrigin> TrainingOrigins(int stride) => Origins(part => (0, part.Validation), stride);

    /// <summary>Origins whose targets all validate, in order of time.</summary>
    /// <param name="stride">Rows from one to the next.</param>
    public IReadOnlyList<WindowOrigin> ValidationOrigins(int stride) => Origins(part => (part.Validation, part.Test), stride);

    /// <summary>Origins whose targets all test, in order of time.</summary>
    /// <param name="stride">Rows from one to the next.</param>
    public IReadOnlyList<WindowOrigin> TestOrigins(int stride) => Origins(part => (part.Test, int.MaxValue), stride);

    /// <summary>For each series, the origin behind its last known row.</summary>
    /// <exception cref="DataException">A series is shorter than a window.</exception>
    public IReadOnlyList<WindowOrigin> LastOrigins() => [.. series.Select(one => new WindowOrigin(one.Number, LongEnough(one)))];

    /// <summary>Series by series, origins a horizon apart, of which the last is behind its last known row.</summary>
    /// <exception cref="DataException">A series is shorter than a window.</exception>
    public IReadOnlyList<WindowOrigin> AllOrigins()
    {
        var all = new List<WindowOrigin>();
        foreach (var one in series)
        {
            var last = LongEnough(one);
            for (var origin = Least + ((last - Least) % options.Horizon); origin <= last; origin += options.Horizon) all.Add(new(one.Number, origin));
        }

        return all;
    }

    /// <summary>The first row of a series that tests.</summary>
    public int TestRow(PreparedSeries one) => split.Of(KnownRows(one.Series)).Test;

    /// <summary>A series by its name.</summary>
    public PreparedSeries Named(string id) => named[id];

    /// <summary>When a row is: all series have the same clock, or, without dates, end together.</summary>
    public double TimeOf(int number, int row)
    {
        var one = series[number].Series;
        return one.TimeAt(row)?.Ticks ?? row - KnownRows(one);
    }

    /// <summary>Rows before the first origin of a series.</summary>
    private int Least => (options.ShortWindows ? 1 : options.Lookback) + options.LostRows;

    private int LongEnough(PreparedSeries one)
    {
        var known = KnownRows(one.Series);
        return known >= Least ? known : throw new DataException(
            $"The series '{DataException.Shown(one.Series.Id)}' has {known} known rows, but a forecast needs {Least}. " +
            "Give more rows, or train with a shorter lookback.");
    }

    /// <summary>The rows of a series up to the last in which any target is known.</summary>
    private int KnownRows(Series one)
    {
        var last = 0;
        foreach (var target in options.Targets)
        {
            var values = one[target];
            for (var row = values.Length; row > last; row--)
            {
                if (double.IsNaN(values[row - 1])) continue;
                last = row;
                break;
            }
        }

        return last;
    }

    /// <summary>Origins whose targets lie in some rows; the later the last target, the later they stand.</summary>
    private List<WindowOrigin> Origins(Func<(int Validation, int Test), (int From, int To)> rows, int stride)
    {
        var all = new List<(double Time, WindowOrigin At)>();
        foreach (var one in series)
        {
            var known = KnownRows(one.Series);
            var (from, to) = rows(split.Of(known));
            to = Math.Min(to, known);
            var first = Math.Max(from - options.Gap, Least);
            for (var origin = first; origin + options.Gap + options.Horizon <= to; origin += stride)
                all.Add((TimeOf(one.Number, origin), new WindowOrigin(one.Number, origin)));
        }

        return [.. all.OrderBy(window => window.Time).Select(window => window.At)];
    }

    private ForecastWindows Windows(IReadOnlyList<WindowOrigin> origins, WindowForm wanted, string purpose)
    {
        if (origins.Count > 0) return new ForecastWindows(options, series, origins, wanted);
        var longest = series.Max(one => KnownRows(one.Series));
        throw new DataException(
            $"No window is left to {purpose} with: a window of {options.Lookback} rows and a forecast of {options.Gap + options.Horizon} " +
            $"need {options.LostRows + options.Lookback + options.Gap + options.Horizon} rows before the parts that validate and test, and the longest " +
            $"series has {longest} in all, {split.Of(longest).Validation} of them to train with. " +
            "Give more rows, or shorten lookback, horizon or the other parts.");
    }

    private void CheckValues(Series one, int known)
    {
        if (known == 0)
        {
            throw new DataException(
                $"The series '{DataException.Shown(one.Id)}' has no value of {string.Join(" or ", options.Targets.Select(target => $"'{target}'"))}. " +
                "Choose another target, or fill in what is known.");
        }

        foreach (var column in options.Columns)
        {
            var values = one[column];
            for (var row = 0; row < values.Length; row++)
            {
                if (Math.Abs(values[row]) < Largest || double.IsNaN(values[row])) continue;
                throw new DataException(
                    $"The value in row {row + 1} ({one.Label(row)}) is too large to compute with: values must stay below {Largest:0e+0}. " +
                    "Give the column another unit.")
                { Column = column, Text = values[row].ToString(System.Globalization.CultureInfo.InvariantCulture) };
            }
        }
    }

    private const double Largest = 1e30;
}
