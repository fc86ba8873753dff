using System.Globalization;

namespace Unroll.Data;

/// <summary>Reads files in which a row is a series: its id, then its values.</summary>
internal static class WideReader
{
    private const string Column = "value";

    public static SeriesFrame Read(SeriesTable table, CellNumbers numbers, SeriesOptions options, ReadingNotes notes)
    {
        var id = options.Id is { } name ? table.IndexOf(name) : 0;
        var statics = options.Statics.Select(table.IndexOf).ToArray();
        var values = Enumerable.Range(0, table.Names.Length).Where(column => column != id && !statics.Contains(column)).ToArray();
        if (values.Length == 0) throw new DataException("A wide file needs an id and at least one column of values.") { File = table.File };
        var known = new ValueColumns(table, options, numbers, notes);
        var constants = options.Statics.SelectMany(known.Static).ToList();
        var times = Times(table, values, options, notes);
        var frequency = options.Frequency ?? (times is null ? null : Frequency.Infer(times));

        var series = new Series[table.Rows.Count];
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < series.Length; row++)
        {
            var own = table.Rows[row].Fields[id].Trim();
            if (!lines.TryAdd(own, table.Rows[row].Line))
            {
                throw table.Fault(
                    row, id,
                    $"Line {lines[own]} has this id already. In a wide file each row is a series of its own: rename one, or leave Wide out.");
            }

            var read = Numbers(table, row, values, numbers);
            series[row] = new Series(
                own, new Dictionary<string, double[]> { [Column] = read }, times?[..read.Length], frequency,
                constants.ToDictionary(constant => constant.Name, constant => constant.Values[row]));
        }

        var (least, most) = (series.Min(one => one.Length), series.Max(one => one.Length));
        notes.Add(string.Create(CultureInfo.InvariantCulture, $"Each row is a series: {series.Length} of {least} to {most} values."));
        var missing = series.Sum(one => (long)GapFilling.Missing(one[Column]));
        if (missing > 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{missing} values within series are missing."));
        return new SeriesFrame(series, notes.Sentences());
    }

    /// <summary>The values of a row, up to the last cell that is not empty.</summary>
    private static double[] Numbers(SeriesTable table, int row, int[] columns, CellNumbers numbers)
    {
        var fields = table.Rows[row].Fields;
        var length = columns.Length;
        while (length > 0 && string.IsNullOrWhiteSpace(fields[columns[length - 1]])) length--;
        var read = new double[length];
        for (var i = 0; i < length; i++)
        {
            if (numbers.TryRead(fields[columns[i]], out read[i])) continue;
            throw table.Fault(row, columns[i], "This is not a number. A wide file holds numbers behind the id; name other columns in Statics.");
        }

        if (GapFilling.Missing(read) < length) return read;
        throw new DataException("The series has no values. Remove the row.") { File = table.File, Line = table.Rows[row].Line };
    }

    /// <summary>The columns' names as times, where all of them are.</summary>
    private static DateTime[]? Times(SeriesTable table, int[] columns, SeriesOptions options, ReadingNotes notes)
    {
        foreach (var shape in Enum.GetValues<DateShape>())
        {
            if (options.HasHeader == false || (shape > DateShape.Compact && shape is not (DateShape.CompactMonth or DateShape.Year))) continue;
            var times = new DateTime[columns.Length];
            var rises = true;
            for (var i = 0; i < times.Length && rises; i++)
                rises = DateText.TryRead(shape, table.Names[columns[i]], out times[i], out _) && (i == 0 || times[i] > times[i - 1]);
            if (!rises) continue;
            notes.Add($"Times come from the columns' names, written as {TimeColumns.FormOf(shape)}.");
            return times;
        }

        notes.Add("The columns' names are no times; values are numbered.");
        return null;
    }
}
