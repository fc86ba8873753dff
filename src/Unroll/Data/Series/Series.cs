using System.Globalization;

namespace Unroll.Data;

/// <summary>One series: columns of numbers over the same rows, oldest row first, with or without times. It never changes.</summary>
/// <remarks>
/// A missing value is NaN. Rows have times of a clock on the wall, strictly later from row to row, or none.
/// <para><c>var load = new Series("load", new Dictionary&lt;string, double[]&gt; { ["MW"] = values }, times);</c></para>
/// </remarks>
public sealed class Series
{
    private readonly string[] names;
    private readonly ReadOnlyMemory<double>[] values;
    private readonly ArraySegment<DateTime>? times;
    private TimeLabel? label;

    /// <summary>Makes a series; values and times are copied.</summary>
    /// <param name="id">What tells it from others; free text.</param>
    /// <param name="columns">Names and values, all of one length; NaN where a value is missing.</param>
    /// <param name="times">One time for each row, strictly later from row to row; null: rows are numbered.</param>
    /// <param name="frequency">The distance of rows; null: inferred from the times, where that can be done.</param>
    /// <param name="statics">What holds for the whole series, such as a shop's size; null: nothing.</param>
    /// <exception cref="DataException">There is no column, lengths differ, a value is infinite, or times do not rise.</exception>
    public Series(
        string id,
        IReadOnlyDictionary<string, double[]> columns,
        IReadOnlyList<DateTime>? times = null,
        Frequency? frequency = null,
        IReadOnlyDictionary<string, double>? statics = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(columns);
        Id = id;
        names = [.. columns.Keys];
        values = [.. columns.Values.Select(column => new ReadOnlyMemory<double>([.. column]))];
        if (times is not null) this.times = new ArraySegment<DateTime>([.. times]);
        Frequency = frequency ?? (times is null ? null : Data.Frequency.Infer(times));
        Statics = statics is null ? new Dictionary<string, double>() : new Dictionary<string, double>(statics);
        Check();
    }

    private Series(Series other, string[] names, ReadOnlyMemory<double>[] values, ArraySegment<DateTime>? times)
    {
        (Id, Frequency, Statics, label) = (other.Id, other.Frequency, other.Statics, other.label);
        (this.names, this.values, this.times) = (names, values, times);
    }

    /// <summary>What tells the series from others.</summary>
    public string Id { get; }

    /// <summary>Number of rows.</summary>
    public int Length => values[0].Length;

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Columns => names;

    /// <summary>What holds for the whole series, by name.</summary>
    public IReadOnlyDictionary<string, double> Statics { get; }

    /// <summary>One time for each row, or null when rows are only numbered.</summary>
    public IReadOnlyList<DateTime>? Times => times;

    /// <summary>The distance of rows, or null when it is not known or the times have none in common.</summary>
    public Frequency? Frequency { get; }

    /// <summary>One column: a value for each row, NaN where it is missing.</summary>
    /// <param name="column">The column's name.</param>
    /// <exception cref="DataException">There is no such column.</exception>
    public ReadOnlySpan<double> this[string column] => values[IndexOf(column)].Span;

    /// <summary>The time of a row; rows past the end go on at the series' frequency.</summary>
    /// <param name="row">0 for the first row; may lie past the last.</param>
    /// <returns>Null when rows have no times, or past the end when the frequency is not known.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The row is negative, or its time lies after the year 9999.</exception>
    public DateTime? TimeAt(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        if (times is not { } known) return null;
        if (row < known.Count) return known[row];
        if (Frequency is not { } frequency || known.Count == 0) return null;
        return frequency.After(known[^1], (long)row - known.Count + 1, DayOfMonth(known));
    }

    /// <summary>
    /// A row's name: its time in the shortest ISO form that tells rows apart (2024, 2024-03, 2024-03-01, 2024-03-01
    /// 13:00), or its number, 1 for the first, where it has no time.
    /// </summary>
    /// <param name="row">0 for the first row; may lie past the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row is negative, or its time lies after the year 9999.</exception>
    public string Label(int row)
    {
        if (TimeAt(row) is not { } time) return (row + 1L).ToString(CultureInfo.InvariantCulture);
        label ??= new TimeLabel(Times!, Frequency);
        return label.Of(time);
    }

    /// <summary>Consecutive rows as a series of their own, without copying them.</summary>
    /// <param name="start">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not all within the series.</exception>
    public Series Rows(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length - start);
        return new Series(this, names, [.. values.Select(column => column.Slice(start, count))], times?.Slice(start, count));
    }

    /// <summary>The series with a column replaced, or added as the last one; the values are copied.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="values">One value for each row; NaN where it is missing.</param>
    /// <exception cref="DataException">The number of values is not that of rows, or a value is infinite.</exception>
    public Series With(string column, double[] values)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(values);
        var place = Array.IndexOf(names, column);
        ReadOnlyMemory<double> copy = new([.. values]);
        var changed = place < 0
            ? new Series(this, [.. names, column], [.. this.values, copy], times)
            : new Series(this, names, [.. this.values[..place], copy, .. this.values[(place + 1)..]], times);
        changed.CheckColumn(place < 0 ? names.Length : place);
        return changed;
    }

    /// <summary>A series of other values at the same times.</summary>
    internal Series Like(string id, IReadOnlyDictionary<string, double[]> columns) => new(id, columns, Times, Frequency, Statics);

    /// <summary>Some of the columns, in the order given, without copying them.</summary>
    /// <param name="columns">The columns' names; at least one.</param>
    /// <exception cref="DataException">There is no such column, or none is named.</exception>
    public Series Select(params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0) throw NoColumn();
        return new Series(this, [.. columns], [.. columns.Select(name => values[IndexOf(name)])], times);
    }

    private int IndexOf(string column)
    {
        var place = Array.IndexOf(names, column);
        return place >= 0 ? place : throw ColumnNames.Unknown(column, names);
    }

    /// <summary>The day of the month that rows aim at: short months cut it, so the longest of a year tells.</summary>
    private static int DayOfMonth(ArraySegment<DateTime> known)
    {
        var year = known.Slice(Math.Max(0, known.Count - 12));
        return year.All(Data.Frequency.IsMonthEnd) ? 31 : year.Max(time => time.Day);
    }

    private void Check()
    {
        if (names.Length == 0) throw NoColumn();
        for (var column = 0; column < names.Length; column++) CheckColumn(column);
        if (times is not { } known) return;
        if (known.Count != Length) throw new DataException($"Series '{Id}' has {Length} rows but {known.Count} times. Give one time for each row.");
        for (var row = 1; row < known.Count; row++)
        {
            if (known[row] > known[row - 1]) continue;
            throw new DataException(
                $"Series '{Id}' has time {known[row]:yyyy-MM-dd HH:mm:ss} in row {row + 1} after {known[row - 1]:yyyy-MM-dd HH:mm:ss} " +
                $"in row {row}. Sort the rows by time and merge those of the same time.");
        }
    }

    private void CheckColumn(int column)
    {
        if (values[column].Length != Length)
        {
            throw new DataException($"Series '{Id}' has {Length} rows, but {values[column].Length} values were given. Give one value for each row.")
            {
                Column = names[column],
            };
        }

        var infinite = values[column].Span.IndexOfAny(double.PositiveInfinity, double.NegativeInfinity);
        if (infinite < 0) return;
        throw new DataException($"Series '{Id}' holds an infinite value in row {infinite + 1}. Give a number, or NaN if the value is missing.")
        {
            Column = names[column],
        };
    }

    private DataException NoColumn() => new($"Series '{Id}' would have no columns. Name at least one.");
}
