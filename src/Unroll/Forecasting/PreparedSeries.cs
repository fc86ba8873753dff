using System.Globalization;
using Unroll.Data;

namespace Unroll.Forecasting;

/// <summary>
/// A series as windows read it: all features of all rows, transformed and scaled, once. Windows copy rows from here.
/// </summary>
internal sealed class PreparedSeries
{
    private const double Largest = 1e100; // beyond it a forecast is as wrong as it can be, and infinity cannot be measured

    private readonly ForecastOptions options;
    private readonly double[][] levels; // by target: the values after Transform and filling, before differences
    private readonly ColumnScale[] scales; // targets, then past covariates, then future covariates
    private readonly float[] past; // [rows, past features]
    private readonly float[]? carried; // the same with every gap filled from before it, where a gap was interpolated
    private readonly bool[][] missing; // by past column
    private readonly float[] known; // [rows + ahead, known features]
    private readonly int pastCount;
    private readonly int knownCount;

    private PreparedSeries(ForecastOptions options, Series series, ColumnScale[] scales, int number, int ahead)
    {
        (this.options, Series, this.scales, Number) = (options, series, scales, number);
        string[] columns = [.. options.Targets, .. options.PastCovariates];
        pastCount = columns.Length;
        knownCount = options.KnownCount;
        missing = [.. columns.Select(column => Missing(series[column]))];
        levels = [.. options.Targets.Select((column, place) => Fill(Transformed(options, series, column), place, options.Missing))];
        past = PastRows(columns, options.Missing);
        if (options.Missing == MissingValues.Interpolate && missing.Any(gaps => gaps.Contains(true)))
            carried = PastRows(columns, MissingValues.ForwardFill);
        known = KnownRows(ahead);
    }

    /// <summary>The series as it was read.</summary>
    public Series Series { get; }

    /// <summary>Its number among those of the forecaster.</summary>
    public int Number { get; }

    /// <summary>The rows that it holds, future rows of known features included.</summary>
    public int Length => Series.Length;

    /// <summary>Prepares a series with scales that were learnt before.</summary>
    /// <param name="ahead">Rows past its end of which calendar features are wanted.</param>
    public static PreparedSeries With(ForecastOptions options, Series series, ColumnScale[] scales, int number, int ahead) =>
        new(options, series, scales, number, ahead);

    /// <summary>The scales of a series' columns, by its first rows alone.</summary>
    /// <param name="fitted">How many rows.</param>
    public static ColumnScale[] Scales(ForecastOptions options, Series series, int fitted)
    {
        var head = series.Rows(0, fitted);
        var scales = new List<ColumnScale>();
        foreach (var column in options.Targets)
        {
            var gaps = Missing(head[column]);
            var differences = Differences(Filled(Transformed(options, head, column), options.Missing), options.Differences);
            for (var row = 0; row < gaps.Length; row++)
            {
                if (gaps[row]) differences[row] = double.NaN; // what was filled in teaches nothing
            }

            scales.Add(ColumnScale.Of(differences, options.Scaling));
        }

        foreach (var column in options.PastCovariates.Concat(options.FutureCovariates)) scales.Add(ColumnScale.Of(head[column], options.Scaling));
        return [.. scales];
    }

    /// <summary>A target's own value in a row; NaN where it is missing or lies past the end.</summary>
    public double Actual(int target, int row) => row < Length ? Series[options.Targets[target]][row] : double.NaN;

    /// <summary>A target in a row as the model is to say it, before the scale of the window; NaN where it is missing.</summary>
    public double Scaled(int target, int row) => row >= Length || missing[target][row] ? double.NaN : past[(row * pastCount) + target];

    /// <summary>Copies what is known at an origin of the rows before it: past features as they were known then.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="origin">The first row that is not known; the one before it is the last that is copied.</param>
    /// <param name="to">[rows, width], of which the first columns are filled.</param>
    /// <param name="width">Features of a row of <paramref name="to"/>.</param>
    public void CopyPast(int first, int origin, Span<float> to, int width)
    {
        var rows = past.AsSpan(first * pastCount, (origin - first) * pastCount);
        if (width == pastCount) rows.CopyTo(to);
        for (var row = 0; row < origin - first && width > pastCount; row++)
            rows.Slice(row * pastCount, pastCount).CopyTo(to[(row * width)..]);
        for (var column = 0; column < pastCount && carried is not null; column++)
        {
            // A gap that is still open at the origin must not know the value at its other end.
            for (var row = origin - 1; row >= first && missing[column][row]; row--)
                to[((row - first) * width) + column] = carried[(row * pastCount) + column];
        }
    }

    /// <summary>Whether a column's value is missing in a row.</summary>
    public bool IsMissing(int column, int row) => missing[column][row];

    /// <summary>Copies what is known of a row ahead of time.</summary>
    public void CopyKnown(int row, Span<float> to)
    {
        if (knownCount == 0) return;
        if ((row + 1) * knownCount > known.Length) throw TooShort(row);
        known.AsSpan(row * knownCount, knownCount).CopyTo(to);
        for (var place = 0; place < options.FutureCovariates.Count; place++)
        {
            if (float.IsNaN(to[place])) throw TooShort(row, options.FutureCovariates[place]);
        }
    }

    /// <summary>From the model's words, unscaled by the window, back to the target's logarithm or other transform.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="origin">The first row that is not known.</param>
    /// <param name="values">One for each row from origin + gap on; changed in place.</param>
    public void RestoreLevels(int target, int origin, Span<double> values)
    {
        for (var step = 0; step < values.Length; step++) values[step] = scales[target].Restore(values[step]);
        if (options.Differences.Count == 0) return;
        // The known values of each round of differences, the last round first.
        for (var round = options.Differences.Count - 1; round >= 0; round--)
        {
            var lag = options.Differences[round];
            var before = Differences(KnownLevels(target, origin), [.. options.Differences.Take(round)]);
            for (var step = 0; step < values.Length; step++)
            {
                var back = options.Gap + step - lag; // counted from the origin
                values[step] += back < 0 ? before[before.Length + back] : values[back - options.Gap];
            }
        }
    }

    /// <summary>From the transform back to the target's own unit.</summary>
    public double RestoreValue(double level) => options.Transform switch
    {
        SeriesTransform.Log => Math.Min(Math.Exp(level), Largest),
        SeriesTransform.LogPlusOne => Math.Min(Math.Exp(level), Largest) - 1,
        _ => level,
    };

    /// <summary>The transform of a target's true value; NaN where it is missing.</summary>
    public double Level(int target, int row) => row >= Length || missing[target][row] ? double.NaN : levels[target][row];

    /// <summary>What a scaled unit is in a target's transform.</summary>
    public double ScaleOf(int target) => scales[target].Size;

    /// <summary>A target's levels of late rows as known at an origin: enough of them for all differences.</summary>
    private double[] KnownLevels(int target, int origin)
    {
        var first = Math.Max(0, origin - options.LostRows - options.Horizon);
        var known = levels[target].AsSpan(first, origin - first).ToArray();
        for (var row = origin - 1; row >= first && missing[target][row]; row--)
        {
            var last = row;
            while (last >= 0 && missing[target][last]) last--;
            if (last >= 0) known[row - first] = levels[target][last];
        }

        return known;
    }

    private float[] PastRows(string[] columns, MissingValues fill)
    {
        var rows = new float[Length * pastCount];
        for (var column = 0; column < columns.Length; column++)
        {
            var isTarget = column < options.Targets.Count;
            var filled = isTarget
                ? Differences(Fill(Transformed(options, Series, columns[column]), column, fill), options.Differences)
                : Fill(Series[columns[column]].ToArray(), column, fill);
            for (var row = 0; row < Length; row++)
            {
                var value = scales[column].Apply(filled[row]);
                rows[(row * pastCount) + column] = double.IsNaN(value) ? 0 : (float)value;
            }
        }

        return rows;
    }

    private float[] KnownRows(int ahead)
    {
        var rows = new float[(Length + ahead) * knownCount];
        if (knownCount == 0) return rows;
        var covariates = options.FutureCovariates.Select(column => Ahead(Series[column])).ToArray();
        var dates = new double[Data.Calendar.Names(options.Calendar).Count];
        for (var row = 0; row < Length + ahead; row++)
        {
            var to = rows.AsSpan(row * knownCount, knownCount);
            var next = 0;
            for (var place = 0; place < options.FutureCovariates.Count; place++)
            {
                var value = row < covariates[place].Length ? covariates[place][row] : double.NaN;
                to[next++] = (float)scales[pastCount + place].Apply(value);
            }

            if (dates.Length > 0)
            {
                Data.Calendar.Fill(
                    Series.TimeAt(row) ?? throw new DataException("Calendar features need dates. Name the column with the dates, or leave the calendar out."),
                    options.Calendar, dates);
                foreach (var date in dates) to[next++] = (float)date;
            }

            foreach (var name in options.StaticCovariates) to[next++] = (float)Series.Statics[name];
            if (!options.SeriesNumbers) continue;
            to[next++] = Number;
            to[next] = row % options.Season;
        }

        return rows;
    }

    /// <summary>A covariate that is known ahead, up to its last value; gaps in it are filled as those of other columns are.</summary>
    private double[] Ahead(ReadOnlySpan<double> values)
    {
        var known = values.TrimEnd(double.NaN).ToArray();
        return options.Missing == MissingValues.Refuse ? known : Filled(known, options.Missing);
    }

    private double[] Fill(double[] values, int column, MissingValues how)
    {
        if (how != MissingValues.Refuse || !missing[column].Contains(true)) return Filled(values, how);
        // Rows past the last known target are those to be forecast.
        var last = values.Length;
        while (last > 0 && missing[column][last - 1]) last--;
        var row = missing[column].AsSpan(0, last).IndexOf(true);
        if (row < 0) return Filled(values, how);
        string[] columns = [.. options.Targets, .. options.PastCovariates];
        var count = missing[column].AsSpan(0, last).Count(true);
        throw new DataException(
            $"{(count == 1 ? "A value is missing," : $"{count} values are missing, the first")} in row {Text(row + 1)} ({Series.Label(row)}). " +
            "Say what is to be done: missing = forwardFill, interpolate or mask.")
        { Column = columns[column] };
    }

    /// <summary>Values with their gaps filled; one at the beginning stays.</summary>
    private static double[] Filled(double[] values, MissingValues how)
    {
        var filled = (double[])values.Clone();
        GapFilling.Fill(filled, line: how == MissingValues.Interpolate);
        return filled;
    }

    private static double[] Differences(double[] values, IReadOnlyList<int> lags)
    {
        foreach (var lag in lags)
        {
            var changes = new double[values.Length];
            for (var row = 0; row < values.Length; row++) changes[row] = row < lag ? double.NaN : values[row] - values[row - lag];
            values = changes;
        }

        return values;
    }

    private static bool[] Missing(ReadOnlySpan<double> values)
    {
        var gaps = new bool[values.Length];
        for (var row = 0; row < gaps.Length; row++) gaps[row] = double.IsNaN(values[row]);
        return gaps;
    }

    private static double[] Transformed(ForecastOptions options, Series series, string column)
    {
        var values = series[column].ToArray();
        if (options.Transform == SeriesTransform.None) return values;
        var (shift, least) = options.Transform == SeriesTransform.Log ? (0, "zero") : (1, "-1");
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row] + shift <= 0)
            {
                throw new DataException(
                    $"The transform '{options.Transform}' needs values above {least}, but row {Text(row + 1)} " +
                    $"({series.Label(row)}) holds {Text(values[row])}. Choose another transform, or shift the column.")
                { Column = column };
            }

            values[row] = Math.Log(values[row] + shift);
        }

        return values;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private DataException TooShort(int row, string? column = null) => new(
        $"A forecast of {Series.Label(row)} needs what is known of that row beforehand, but the series ends or has a gap there. " +
        "Add rows to the file with the known columns filled in and the target empty.")
    { Column = column };
}
