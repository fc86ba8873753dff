namespace Unroll.Data;

/// <summary>Finds the column that tells series apart in a file of many.</summary>
internal static class IdFinder
{
    /// <summary>Times must come up again in at least this share of rows for a file to be taken for one of many series.</summary>
    private const double Repeated = .1;

    private static readonly string[] IdNames =
    [
        "id", "unique_id", "item_id", "item", "series", "series_id", "store", "shop", "symbol", "ticker", "station", "code", "name", "종목", "종목코드", "지점",
    ];

    /// <summary>The column, or -1 when the file holds one series.</summary>
    public static int Find(SeriesTable table, SeriesOptions options, HashSet<int> times, DateTime[]? read, CellNumbers numbers)
    {
        if (options.Id is { } name) return table.IndexOf(name);
        if (read is null || options.DuplicateTimes is not null || read.Length - read.Distinct().Count() < Repeated * read.Length) return -1;
        for (var column = 0; column < table.Names.Length; column++)
        {
            if (times.Contains(column) || options.Columns.Contains(table.Names[column]) || options.Categories.Contains(table.Names[column])) continue;
            var isNamed = IdNames.Contains(table.Names[column], StringComparer.OrdinalIgnoreCase);
            if ((isNamed || !numbers.TryRead(table.Rows[0].Fields[column], out _)) && TellsApart(table, column, read)) return column;
        }

        return -1;
    }

    /// <summary>Whether rows of one time differ in the column, which groups them into series of two rows and more.</summary>
    private static bool TellsApart(SeriesTable table, int column, DateTime[] times)
    {
        var seen = new HashSet<(string, DateTime)>(times.Length);
        var ids = new HashSet<string>();
        for (var row = 0; row < times.Length; row++)
        {
            var id = table.Rows[row].Fields[column];
            ids.Add(id);
            if (!seen.Add((id, times[row]))) return false;
        }

        return ids.Count > 1 && 2 * ids.Count <= times.Length;
    }
}
