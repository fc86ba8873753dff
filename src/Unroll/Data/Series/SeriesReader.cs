using System.Globalization;

namespace Unroll.Data;

/// <summary>From the text of a file to its series: columns, then times, then order, repeats and gaps.</summary>
internal static class SeriesReader
{
    public static SeriesFrame Read(string text, string file, SeriesOptions options, ReadingNotes notes)
    {
        var table = SeriesTable.Parse(text, file, options, notes);
        var numbers = CellNumbers.For(table.Rows.Select(row => row.Fields), table.Separator, options, notes);
        if (options.Wide) return WideReader.Read(table, numbers, options, notes);

        var columns = new TimeFinder(table, options, numbers, notes).Find();
        var times = columns?.Read(numbers);
        var taken = new HashSet<int>(columns?.Columns ?? []);
        var id = IdFinder.Find(table, options, taken, times, numbers);
        if (id >= 0) taken.Add(id);
        foreach (var name in options.Statics) taken.Add(table.IndexOf(name));
        var reader = new ValueColumns(table, options, numbers, notes);
        var values = reader.Read(taken);
        var statics = options.Statics.SelectMany(reader.Static).ToList();
        CheckNames([.. values, .. statics], file);

        var groups = Groups(table, id);
        if (id >= 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"Column '{table.Names[id]}' tells {groups.Count} series apart."));
        var names = values.Select(column => column.Name).ToArray();
        var frequency = options.Frequency;
        var parts = groups.Select(group => new SeriesRows(
            group.Id,
            Array.ConvertAll(group.Rows, row => table.Rows[row].Line),
            times is null ? [] : Array.ConvertAll(group.Rows, row => times[row]),
            [.. values.Select(column => Array.ConvertAll(group.Rows, row => column.Values[row]))])).ToArray();
        if (times is not null) parts = Regular(parts, ref frequency, file, options, notes);
        var series = parts.Select((part, i) => Finished(
            part, names, times is not null, frequency, Constants(statics, groups[i], table))).ToArray();
        return new SeriesFrame(series, notes.Sentences());
    }

    /// <summary>A series' name where the file has none: that of the file.</summary>
    public static string NameOf(string file)
    {
        var name = Path.GetFileName(file);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        return Path.GetFileNameWithoutExtension(name);
    }

    /// <summary>Puts the rows of all series in order, merges those of one time, and closes gaps.</summary>
    private static SeriesRows[] Regular(SeriesRows[] parts, ref Frequency? frequency, string file, SeriesOptions options, ReadingNotes notes)
    {
        parts = Array.ConvertAll(parts, part =>
            RepeatedTimes.Merge(TimeOrder.Sort(part, file, options.UnorderedTimes, notes), file, options.DuplicateTimes, notes));
        frequency ??= FrequencyFinder.Common(parts.Select(part => part.Times));
        if (frequency is not { } known)
        {
            if (parts.Any(part => part.Times.Length > 1)) notes.Add("Rows have no distance in common. Set Frequency, or Resample them.");
            return parts;
        }

        notes.Add($"The distance of rows is one {known}.");
        var gaps = new TimeGaps(known, options.Gaps, file, notes);
        return Array.ConvertAll(parts, gaps.Close);
    }

    private static Series Finished(SeriesRows rows, string[] names, bool hasTimes, Frequency? frequency, Dictionary<string, double> statics)
    {
        var columns = new Dictionary<string, double[]>();
        for (var column = 0; column < names.Length; column++) columns[names[column]] = rows.Values[column];
        return new Series(rows.Id, columns, hasTimes ? rows.Times : null, frequency, statics);
    }

    private static List<(string Id, int[] Rows)> Groups(SeriesTable table, int id)
    {
        if (id < 0) return [(NameOf(table.File), [.. Enumerable.Range(0, table.Rows.Count)])];
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var order = new List<string>();
        for (var row = 0; row < table.Rows.Count; row++)
        {
            var name = table.Rows[row].Fields[id].Trim();
            if (name.Length == 0) throw table.Fault(row, id, "The row does not say which series it belongs to. Fill in its id, or remove the row.");
            if (!groups.TryGetValue(name, out var rows))
            {
                groups[name] = rows = [];
                order.Add(name);
            }

            rows.Add(row);
        }

        return [.. order.Select(name => (name, groups[name].ToArray()))];
    }

    private static Dictionary<string, double> Constants(List<(string Name, double[] Values)> statics, (string Id, int[] Rows) group, SeriesTable table)
    {
        var constants = new Dictionary<string, double>();
        foreach (var (name, values) in statics)
        {
            var first = values[group.Rows[0]];
            foreach (var row in group.Rows)
            {
                if (values[row].Equals(first)) continue;
                throw new DataException(
                    $"A static column must hold one value for each series, but series '{group.Id}' has {first} in line {table.Rows[group.Rows[0]].Line} and " +
                    $"{values[row]} here. Take it out of Statics to read it as a column of values.")
                {
                    File = table.File,
                    Line = table.Rows[row].Line,
                    Column = name,
                };
            }

            constants[name] = first;
        }

        return constants;
    }

    private static void CheckNames((string Name, double[] Values)[] columns, string file)
    {
        var twice = columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is null) return;
        throw new DataException("Two columns would have this name. Rename one, or take it out of Categories or Statics.") { File = file, Column = twice.Key };
    }
}
