using System.Collections;

namespace Unroll.Data;

/// <summary>Series with the same columns, such as the sales of many shops. It never changes.</summary>
/// <remarks>
/// <para>
/// <see cref="Read"/> finds out how a file is written: encoding, separator, decimal mark, header, which column holds
/// the time and how, whether rows stand in order, and how far apart they are. <see cref="Notes"/> says what was
/// found and done; <see cref="SeriesOptions"/> overrides each of it.
/// </para>
/// <para><c>var frame = SeriesFrame.Read("load.csv").Fill(MissingValues.ForwardFill);</c></para>
/// </remarks>
public sealed class SeriesFrame : IReadOnlyList<Series>
{
    private readonly Series[] series;

    /// <summary>Makes a frame of series.</summary>
    /// <param name="series">At least one; all have the same columns in the same order, and ids of their own.</param>
    /// <param name="notes">Sentences on where they come from; null: none.</param>
    /// <exception cref="DataException">There is none, their columns differ, or two have one id.</exception>
    public SeriesFrame(IReadOnlyList<Series> series, IReadOnlyList<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0) throw new DataException("A frame needs at least one series.");
        this.series = [.. series];
        Notes = [.. notes ?? []];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in series)
        {
            if (!ids.Add(one.Id)) throw new DataException($"Two series have the id '{DataException.Shown(one.Id)}'. Give each its own.");
            if (one.Columns.SequenceEqual(Columns)) continue;
            throw new DataException(
                $"Series '{one.Id}' has the columns {ColumnNames.All(one.Columns)}, but series '{series[0].Id}' has {ColumnNames.All(Columns)}. " +
                "Select the same columns of each.");
        }

        Frequency = series.Select(one => one.Frequency).Distinct().Count() == 1 ? series[0].Frequency : null;
    }

    /// <summary>Number of series.</summary>
    public int Count => series.Length;

    /// <summary>The columns' names, in the order that all series have them.</summary>
    public IReadOnlyList<string> Columns => series[0].Columns;

    /// <summary>The distance of rows, where all series have the same; else null.</summary>
    public Frequency? Frequency { get; }

    /// <summary>Sentences on what was found and done while reading, filling and resampling, with line numbers.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>A series by its place.</summary>
    /// <param name="index">0 for the first.</param>
    public Series this[int index] => series[index];

    /// <summary>A series by its id.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="DataException">There is no such series.</exception>
    public Series this[string id]
    {
        get
        {
            foreach (var one in series)
            {
                if (one.Id == id) return one;
            }

            throw new DataException($"There is no series '{id}'. Did you mean '{ColumnNames.Nearest(id, series.Select(one => one.Id))}'?");
        }
    }

    /// <summary>Reads a file of separated values.</summary>
    /// <param name="path">The file; unpacked when its name ends with <c>.gz</c>.</param>
    /// <param name="options">What to read and how; null: all of it is detected.</param>
    /// <exception cref="DataException">The file cannot be read, or is not such a file; the message says where and how to
    /// mend it.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static SeriesFrame Read(string path, SeriesOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new SeriesOptions();
        options.Check();
        var notes = new ReadingNotes();
        var text = TextDecoder.Read(path, options.Encoding, notes.Add);
        return SeriesReader.Read(text, path, options, notes);
    }

    /// <summary>Reads a text that is already in memory.</summary>
    /// <param name="text">The content of a file of separated values.</param>
    /// <param name="file">What error messages call it.</param>
    /// <param name="options">What to read and how; null: all of it is detected. Its encoding is ignored.</param>
    /// <exception cref="DataException">The text is not such a file; the message says where and how to mend it.</exception>
    /// <exception cref="OptionException">The options are out of range.</exception>
    public static SeriesFrame Parse(string text, string file, SeriesOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new SeriesOptions();
        options.Check();
        return SeriesReader.Read(text, file, options, new ReadingNotes());
    }

    /// <summary>Deals with missing values; <see cref="Notes"/> then says how many there were and what became of them.</summary>
    /// <param name="how">What to do.</param>
    /// <param name="columns">The columns; none for all.</param>
    /// <exception cref="DataException">There is no such column, or a value is missing and
    /// <see cref="MissingValues.Refuse"/> was chosen.</exception>
    public SeriesFrame Fill(MissingValues how, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return GapFilling.Fill(this, how, columns);
    }

    /// <summary>Gathers rows into longer periods: hours into days, days into months.</summary>
    /// <remarks>
    /// A period bears the time at which it begins: midnight, Monday, the first of the month. Periods of several days
    /// or weeks are counted from the first row, of several hours from its midnight, of several months and years by
    /// the calendar. A period without rows is missing. A part of a period at either end of a series is left out: the
    /// series' frequency tells whether it is one.
    /// </remarks>
    /// <param name="frequency">The distance of the new rows; no shorter than that of the old ones.</param>
    /// <param name="rule">What becomes of the values of a period.</param>
    /// <param name="rules">Another rule for some columns, by name; null: one for all.</param>
    /// <param name="partial">Whether parts of periods at the ends are kept. Default false.</param>
    /// <exception cref="DataException">A series has no times or no whole period, or there is no such column.</exception>
    /// <exception cref="OptionException">The periods are shorter than the rows.</exception>
    public SeriesFrame Resample(
        Frequency frequency, ResampleRule rule, IReadOnlyDictionary<string, ResampleRule>? rules = null, bool partial = false)
    {
        foreach (var column in rules?.Keys ?? [])
        {
            if (!Columns.Contains(column)) throw ColumnNames.Unknown(column, Columns);
        }

        var resampling = new Resampling(frequency, rule, rules ?? new Dictionary<string, ResampleRule>(), partial);
        var resampled = series.Select(resampling.Apply).ToArray();
        var notes = new List<string>(Notes) { $"Rows were gathered by {frequency}." };
        if (resampling.Cut > 0) notes.Add($"Parts of one {frequency} at the ends of series were left out: {resampling.Cut}.");
        if (resampling.Weekends > 0) notes.Add($"Rows on weekends were left out: {resampling.Weekends}.");
        return new SeriesFrame(resampled, notes);
    }

    /// <summary>The rows of another frame behind those of this one, series by series.</summary>
    /// <param name="next">Holds every series of this frame, with its columns, later in time.</param>
    /// <exception cref="DataException">A series or a column is not there.</exception>
    public SeriesFrame Continue(SeriesFrame next) => SeriesJoin.Behind(this, next);

    /// <summary>The columns of another frame beside those of this one: in each row the latest value at or before its time.</summary>
    /// <param name="other">A frame of one series, or of the same series as this one.</param>
    /// <param name="delay">How many of its rows later a value is known: for figures that are published later. Default: 0.</param>
    /// <exception cref="DataException">A series has no dates, or both frames have a column of one name.</exception>
    public SeriesFrame Join(SeriesFrame other, int delay = 0) => SeriesJoin.Beside(this, other, delay);

    /// <summary>The same series with other names of columns.</summary>
    /// <param name="name">Makes a new name of an old one.</param>
    public SeriesFrame Rename(Func<string, string> name) => new(
        [.. this.Select(one => one.Like(one.Id, one.Columns.ToDictionary(name, column => one[column].ToArray())))], Notes);

    /// <summary>Every column of every series as a series of its own, with the one column "value".</summary>
    public SeriesFrame Apart() => new(
        [
            .. this.SelectMany(one => one.Columns.Select(column => one.Like(
                Count == 1 ? column : $"{one.Id} {column}", new Dictionary<string, double[]> { ["value"] = one[column].ToArray() }))),
        ],
        Notes);

    /// <summary>The series, in order.</summary>
    public IEnumerator<Series> GetEnumerator() => ((IEnumerable<Series>)series).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
